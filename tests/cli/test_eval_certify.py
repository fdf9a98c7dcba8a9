"""``freehold eval certify``: gold is read from a file, and the exit code says what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.eval_certify import read
from freehold.evaluate.asking import Asker
from support.commands import Terminal
from support.judging import Material, Played, chooses

JUDGE = """
[[target]]
name = "first"
provider = "scripted"
model = 'say:{"reason": "it is first", "better": "1"}'
"""


LOW = ("--agreement", "0.6", "--length", "0.5", "--position", "0.4")
"""So that a few examples are enough."""


def rows(size: int) -> str:
    made = [
        {
            "question": "Which?",
            "first": f"good {n}" + " so" * (n % 2),
            "second": f"bad {n}" + " so" * (1 - n % 2),
            "better": 1,
        }
        for n in range(size)
    ]
    return "\n".join(map(json.dumps, made))


def good(shown: Material) -> str:
    return chooses("1" if shown["answer 1"].startswith("good") else "2")(shown)


@pytest.fixture
def ready(folder: Path, terminal: Terminal) -> None:
    (folder / "freehold.toml").write_text(JUDGE)
    (folder / "rubric.txt").write_text("Which is better?")
    (folder / "gold.jsonl").write_text(rows(40))
    made = terminal(
        "eval", "judges", "add", "chooser", "--kind", "pairwise", "--model", "first", "--rubric", "rubric.txt"
    )
    assert made.code == 0


@pytest.mark.usefixtures("ready")
def test_gold_may_not_be_shown_above_the_judges_clearance(terminal: Terminal, folder: Path) -> None:
    (folder / "freehold.toml").write_text(JUDGE.replace('name = "first"', 'name = "first"\nclearance = "internal"'))
    ran = terminal("eval", "certify", "chooser", "--data", "gold.jsonl", *LOW, "--label", "confidential")
    assert ran.code == 1
    assert "may not be shown" in ran.err


@pytest.mark.usefixtures("ready")
def test_a_judge_that_fails_is_told_with_its_figures(terminal: Terminal) -> None:
    ran = terminal("eval", "certify", "chooser", "--data", "gold.jsonl", *LOW)
    assert ran.code == 1
    assert "position" in ran.out
    assert "not certified" in ran.out
    assert "Traceback" not in ran.err


@pytest.mark.usefixtures("ready")
def test_a_judge_that_passes_is_certified(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.evaluate.asking.Asker.__init__", _plays)
    ran = terminal("eval", "certify", "chooser", "--data", "gold.jsonl", *LOW, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["certificate"]["passed"]
    [listed] = json.loads(terminal("eval", "judges", "list", "--json").out)
    assert listed["certified"]


_MADE = Asker.__init__


def _plays(asker: Asker, _handler: Any) -> None:
    _MADE(asker, Played(good))


@pytest.mark.usefixtures("ready")
def test_too_little_gold_is_refused_with_how_much_is_needed(terminal: Terminal, folder: Path) -> None:
    (folder / "gold.jsonl").write_text(rows(12))
    ran = terminal("eval", "certify", "chooser", "--data", "gold.jsonl")
    assert ran.code == 2
    assert "more" in ran.err


def test_gold_is_read_as_lines_or_as_a_list(folder: Path) -> None:
    file = folder / "gold.json"
    for text in ('{"a": 1}\n\n{"a": 2}\n', '[{"a": 1}, {"a": 2}]', '\ufeff{"a": 1}\n{"a": 2}'):
        file.write_text(text)
        assert read(file) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(("text", "why"), [('{"a": 1}\nx', ":2:"), ("[1", "no JSON"), ("7", "row 1 is no object")])
def test_a_file_that_is_no_gold_is_told_with_its_line(folder: Path, text: str, why: str) -> None:
    file = folder / "gold.json"
    file.write_text(text)
    with pytest.raises(CommandFailed, match=why):
        read(file)


def test_a_file_that_cannot_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandFailed, match="cannot read"):
        read(folder / "nowhere")
    monkeypatch.setattr("freehold.cli.eval_certify._MOST_BYTES", 3)
    (folder / "gold").write_text("long")
    with pytest.raises(UsedWrongly, match="larger"):
        read(folder / "gold")
