"""``freehold check``: faults with their lines, and exit codes that a script can use."""

from __future__ import annotations

import json
from pathlib import Path

from support.commands import Terminal

WRONG = '[server]\nprot = 1\n\n[[target]]\nname = "x"\nprovider = "opnai"\n'


def test_a_good_file_is_ok_with_its_counts(terminal: Terminal, scripted: Path) -> None:
    ran = terminal("check")
    assert ran.code == 0
    assert ran.out.startswith(f"ok: {scripted}: 4 targets, 1 route, revision ")
    assert "warning: " in ran.err  # two targets stand in no route


def test_every_fault_is_told_with_line_and_mend(terminal: Terminal, folder: Path) -> None:
    (folder / "wrong.toml").write_text(WRONG)
    ran = terminal("check", "--config", "wrong.toml")
    assert (ran.code, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert [line.split(": ")[0] for line in lines] == ["wrong.toml:2", "wrong.toml:6"]
    assert "port" in lines[0]
    assert "openai" in lines[1]


def test_json_holds_the_same(terminal: Terminal, folder: Path) -> None:
    (folder / "wrong.toml").write_text(WRONG)
    ran = terminal("check", "--config", "wrong.toml", "--json")
    found = json.loads(ran.out)
    assert (ran.code, ran.err) == (2, "")
    assert found["ok"] is False
    assert [(fault["file"], fault["line"]) for fault in found["faults"]] == [("wrong.toml", 2), ("wrong.toml", 6)]


def test_json_of_a_good_file(terminal: Terminal, scripted: Path) -> None:
    found = json.loads(terminal("check", "--json").out)
    assert found["ok"] is True
    assert found["routes"] == ["auto"]
    assert found["faults"] == []


def test_without_a_file_the_environment_is_checked(terminal: Terminal) -> None:
    assert terminal("check").out.startswith("ok: no freehold.toml here")


def test_a_file_that_is_not_there(terminal: Terminal) -> None:
    ran = terminal("check", "--config", "gone.toml")
    assert ran.code == 2
    assert "gone.toml: cannot be read: No such file or directory; check the path" in ran.err
