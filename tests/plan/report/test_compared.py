"""The options of a plan in terminals of any width."""

from __future__ import annotations

import re

import msgspec
import pytest
from rich.console import Console

from freehold.plan.report.compared import Compared
from support.plans import moderate


def shown(width: int) -> str:
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(Compared(moderate()))
    return capture.get()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_every_title_and_every_sum_stands_there_whole_in_any_width(width: int) -> None:
    text = shown(width)
    had = [each for each in moderate().results if not each.refusal]
    for each in had:
        assert each.title in " ".join(text.split())
    assert [re.search(re.escape(sum_), text) is not None for sum_ in ("$321", "$345", "$2,389", "$3,160")] == [True] * 4
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width


def test_what_is_too_narrow_for_a_table_has_lines_of_words_and_a_wide_terminal_the_table() -> None:
    assert re.search(r"a month\s+80 % interval", shown(120))
    narrow = shown(60)
    assert "80 % interval" not in narrow
    assert "$2,389 a month ($2,102–2,676), $3.14 per M tokens" in narrow
    assert "machines: 1, first token ≤ 581 ms, per token ≤ 40 ms" in narrow


def test_a_fact_goes_to_the_next_line_rather_than_be_broken() -> None:
    assert "  $2,389 a month ($2,102–2,676),\n  $3.14 per M tokens" in re.sub(r" +\n", "\n", shown(40))


def test_an_option_without_machines_has_no_line_of_them() -> None:
    plan = moderate()
    bare = msgspec.structs.replace(plan, results=tuple(each for each in plan.results if each.sizing is None))
    console = Console(width=50, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(Compared(bare))
    assert "machines" not in capture.get()
    assert "–," not in capture.get()
