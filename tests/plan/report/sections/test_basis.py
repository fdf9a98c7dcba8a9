"""What was planned for, and how to count it again."""

from __future__ import annotations

from msgspec.structs import replace

from freehold.plan.report.sections.basis import notes, origin, workload
from support.plans import moderate


def test_the_last_lines_say_how_to_make_the_same_again() -> None:
    made = origin(moderate())
    assert "from the scenario &#x27;moderate&#x27;, with 10,000 draws" in made
    assert "seed 1" in made


def test_what_there_is_nothing_of_is_left_out() -> None:
    bare = replace(moderate(), workload=(), notes=())
    assert [*workload(bare), *notes(bare)] == []
    assert "To be known" in next(notes(moderate()))
