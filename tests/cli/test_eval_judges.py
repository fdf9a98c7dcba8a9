"""``freehold eval judges`` and what it tells of certificates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from freehold.cli.eval_judges import tell_certificate
from support.commands import Terminal


@pytest.fixture
def rubric(folder: Path) -> str:
    (folder / "rubric.txt").write_text("Is it right?")
    return "rubric.txt"


@pytest.mark.usefixtures("scripted")
def test_judges_are_made_listed_shown_and_removed(terminal: Terminal, rubric: str) -> None:
    made = terminal("eval", "judges", "add", "tone", "--model", "home", "--rubric", rubric, "--scale", "0-10")
    assert made.code == 0
    assert "is not certified" in made.err
    [listed] = json.loads(terminal("eval", "judges", "list", "--json").out)
    assert (listed["name"], listed["scale"], listed["certified"]) == ("tone", [0, 10], False)
    assert "tone" in terminal("eval", "judges", "list").out
    assert "Is it right?" in terminal("eval", "judges", "show", "tone").out
    assert terminal("eval", "judges", "remove", "tone").code == 0
    assert terminal("eval", "judges", "show", "tone").code == 1


@pytest.mark.usefixtures("scripted")
def test_mistakes_are_told(terminal: Terminal, rubric: str) -> None:
    assert "nowhere.txt" in terminal("eval", "judges", "add", "x", "--model", "home", "--rubric", "nowhere.txt").err
    scale = terminal("eval", "judges", "add", "x", "--model", "home", "--rubric", rubric, "--scale", "five")
    assert (scale.code, "1-5" in scale.err) == (2, True)
    unknown = terminal("eval", "judges", "add", "x", "--model", "hom", "--rubric", rubric)
    assert unknown.code == 1
    assert "home" in unknown.err


def test_a_certificate_is_a_table_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    measure = {"name": "agreement", "value": 0.9, "low": 0.85, "high": None, "wanted": "at least 0.70", "passed": True}
    certificate = {
        "measures": [measure],
        "passed": False,
        "why": "length is 0.4",
        "size": 100,
        "made": "2026-01-01",
        "answered_as": ["wise-1"],
        "cost_usd": 0.25,
    }
    tell_certificate(certificate)
    told = capsys.readouterr().out
    assert "0.85 to unknown" in told
    assert "not certified: length is 0.4; 100 examples on 2026-01-01 as wise-1, for 0.2500 USD." in told
