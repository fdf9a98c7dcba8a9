"""``freehold eval watch``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import Terminal


@pytest.mark.usefixtures("scripted")
def test_nothing_is_watched_yet(terminal: Terminal) -> None:
    terminal("keys", "list")
    watched = terminal("eval", "watch")
    assert watched.out.split() == ["what", "of", "stands", "because"]
    assert watched.err.startswith("nothing is watched yet")
    told = json.loads(terminal("eval", "watch", "--json").out)
    assert (told["promises"], told["share"], told["dropped"]) == ([], 0.05, 0)


@pytest.mark.usefixtures("scripted")
def test_an_unknown_target_cannot_be_asked(terminal: Terminal) -> None:
    found = terminal("eval", "watch", "--ask", "nobody")
    assert found.code == 1
    assert "there is no target 'nobody'" in found.err


CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[discover]
enabled = false
[[target]]
name = "home"
provider = "scripted"
model = "say:yes"
[[target]]
name = "away"
provider = "scripted"
model = "echo"
owned = false
price = { input = 1.0, output = 4.0 }
[[route]]
name = "auto"
flow = "cascade"
targets = ["home", "away"]
"""


def test_a_promise_is_told_with_what_its_calibration_had(terminal: Terminal, folder: Path) -> None:
    (folder / "freehold.toml").write_text(CONFIG)
    rows = [{"input": f"Is {number} a number?", "expected": "yes"} for number in range(120)]
    (folder / "work.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert terminal("eval", "data", "add", "work.jsonl", "--name", "work", "--no-near").code == 0
    made = terminal("eval", "calibrate", "auto", "--data", "work", "--scorer", "exact", "--parallel", "16")
    assert made.code == 0, made.err
    [route] = json.loads(terminal("eval", "watch", "--json").out)["routes"]

    promise, compared = route["promise"], route["promise"]["differences"]
    assert (route["route"], promise["audited"], promise["strength"], promise["e_needed"]) == ("auto", 0, 0.0, 40.0)
    assert "120 differed without harm and 0 with it" in promise["correction"]
    assert (compared["all"]["size"], compared["all"]["differed"], compared["warned"]) == (120, 120, False)
    assert "answers" in terminal("eval", "watch").out
