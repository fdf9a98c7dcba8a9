"""A plan in a terminal."""

from __future__ import annotations

import re

import msgspec
from rich.console import Console

from freehold.plan.report.table import table
from support.plans import moderate


def shown(width: int = 100) -> str:
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(table(moderate()))
    return capture.get()


def test_the_answer_comes_first_and_then_the_options_from_the_cheapest_up() -> None:
    text = shown()
    assert text.index("Use the hosted Llama 3.3 70B") < text.index("a month  ") < text.index("What would overturn it")
    places = [text.index(each, text.index("80 % interval")) for each in ("$321", "$345", "$2,389", "$3,160")]
    assert places == sorted(places)


def test_an_option_has_its_range_its_machines_and_the_waits_of_its_peak() -> None:
    row = next(line for line in shown().splitlines() if line.startswith("Rented A100"))
    assert re.split(r"\s{2,}", row.strip())[1:] == ["$2,389", "$2,102–2,676", "$3.14", "1", "≤ 581 ms", "≤ 40 ms"]


def test_refusals_claims_and_stale_rows_are_told() -> None:
    text = " ".join(shown(200).split())
    assert "70B at 4 bits is 39.6 GB of weights; an RTX 4090 has 24 GB" in text
    for sign, verdict in (("✗", "does not hold"), ("✓", "holds"), ("~", "holds only if")):
        assert re.search(rf"{sign} “[^”]*” {verdict}\.", text)
    assert "options.a100.usd_gpu_hour (2026-04-26)" in text
    assert "2 of 9 inputs (22 %) are assumed" in text


def test_what_makes_the_plan_worth_little_comes_before_its_answer() -> None:
    console = Console(width=100, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(table(msgspec.structs.replace(moderate(), warnings=("Nobody knows the volume.",))))
    assert "Warning: Nobody knows the volume." in capture.get().splitlines()[2]


def test_a_horizon_of_one_month_is_one_month() -> None:
    console = Console(width=100, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(table(msgspec.structs.replace(moderate(), horizon_months=1)))
    assert "mean over 1 month, in" in capture.get()


def test_markup_of_a_terminal_in_a_title_is_plain_text() -> None:
    assert "[bold]" not in shown()
