"""``freehold eval compare``: side by side, as text, JSON and a page, with rules that decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.commands import Terminal
from support.questions import work_in

pytestmark = pytest.mark.usefixtures("found")
WORSE = "quality(B) < quality(A) - 0.02"


@pytest.fixture
def work(folder: Path) -> Path:
    return work_in(folder)


def test_a_rule_that_holds_is_exit_code_1_and_one_that_does_not_is_0(terminal: Terminal, work: Path) -> None:
    bad = terminal("eval", "compare", "home", "away", "--data", str(work), "--fail-if", WORSE)
    assert bad.code == 1
    assert f"'{WORSE}'" in bad.err
    assert "away beside home" in bad.out
    good = terminal("eval", "compare", "auto", "home", "--data", str(work), "--fail-if", WORSE, "--html", "r.html")
    assert (good.code, "no rule of --fail-if holds" in good.err) == (0, True)
    page = Path("r.html").read_text()
    assert page.lower().startswith("<!doctype html>")
    assert "auto" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("home", "--data", "work.jsonl"), "name two to compare"),
        (("home", "away", "--data", "work.jsonl", "--fail-if", "qality(B) < 1"), "did you mean 'quality'"),
    ],
)
def test_wrong_use_is_told_before_anything_is_asked(
    terminal: Terminal, work: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = terminal("eval", "compare", *arguments)
    assert (done.code, done.out, said in done.err) == (2, "", True)
