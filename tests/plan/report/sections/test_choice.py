"""What the choice hangs on."""

from __future__ import annotations

from msgspec.structs import replace

from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.choice import choice
from support.plans import moderate


def test_it_names_both_options_and_lists_every_input() -> None:
    plan = moderate()
    [made] = choice(plan, Palette(plan))
    assert "What Own RTX 4090, 8B in int4 costs a month beyond Hosted Llama 3.3 70B" in made
    assert '<a href="#input-options.box.usd_kwh">' in made


def test_without_two_options_there_is_no_section() -> None:
    plan = replace(moderate(), tornado=None)
    assert list(choice(plan, Palette(plan))) == []
