from __future__ import annotations

import json
import os
from pathlib import Path

from support.sandbox import child

PROGRAM = """
    import json, os, sys
    from freehold.evaluate.confined.inside.judge import Channel, judge
    theirs, mine = os.pipe(), os.pipe()
    for said in {said}:
        os.write(theirs[1], json.dumps(said).encode() + b"\\n")
    os.close(theirs[1])
    if os.fork() == 0:
        judge(Channel(theirs[0], mine[1]))
    os.close(mine[1])
    os.wait()
    print(os.read(mine[0], 100000).decode())
"""


def talk(folder: Path, *said: dict[str, str]) -> list[dict[str, str]]:
    printed = child(PROGRAM.format(said=json.dumps(said)), folder)
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def test_the_token_comes_back_once_tests_have_passed(tmp_path: Path) -> None:
    assert talk(tmp_path, {"code": "x = 1"}, {"tests": "assert x == 1"}, {"token": "t"}) == [{}, {}, {"token": "t"}]


def test_no_token_comes_back_where_they_have_not(tmp_path: Path) -> None:
    said = talk(tmp_path, {"code": "x = 2"}, {"tests": "assert x == 1"}, {"token": "t"})
    assert said == [{}, {"fault": "AssertionError at line 1 of the tests"}]


def test_a_fault_of_the_code_is_told_in_a_line(tmp_path: Path) -> None:
    said = talk(tmp_path, {"code": "class E(Exception):\n  def __str__(self): return 1/0\nraise E"}, {"tests": "0"})
    assert said[0] == {"fault": "E"}
    assert os.linesep not in said[0]["fault"]
