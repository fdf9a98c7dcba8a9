"""A comparison in a terminal."""

from __future__ import annotations

import msgspec
import pytest
from rich.console import Console

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.rules.grammar import parse
from freehold.evaluate.report.rules.verdict import judge
from freehold.evaluate.report.text import text
from support.evaluations import run_data


def printed(found, verdicts=(), width: int = 110) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as shown:
        console.print(text(found, verdicts))
    return shown.get()


@pytest.fixture(scope="module")
def two():
    return compare([run_data("closed", right=0.9), run_data("open", right=0.7, seed=2)])


def test_it_has_both_intervals_the_verdicts_and_the_sources(two):
    said = printed(two, judge(two, [parse("quality < 0.9"), parse("cost > 2x")]))
    for words in ("open beside closed", "for one look", "for any look", "worse", "Tango 1998", "task = legal (20)"):
        assert words in said
    assert "✗ fail if quality < 0.9" in said
    assert "✓ fail if cost > 2x" in said


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_fits_the_terminal(two, width):
    assert max(map(len, printed(two, width=width).splitlines())) <= width


def test_what_a_model_wrote_cannot_command_the_terminal():
    data = run_data("open", right=0.5, size=40, seed=2)
    rude = [msgspec.structs.replace(each, text="\x1b[2J\x1b]0;x\x07 hi") for each in data.results]
    said = printed(compare([run_data("closed", size=40), msgspec.structs.replace(data, results=rude)]))
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "hi" in said


def test_partial_is_said_at_the_top(two):
    partial = msgspec.structs.replace(two, partial=True)
    assert "partial" in printed(partial).splitlines()[0]
