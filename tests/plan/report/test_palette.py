"""Colours stay with what they stand for."""

from __future__ import annotations

from freehold.plan.report.palette import COLOURS, KINDS, Palette, colour, kind
from support.plans import moderate


def test_options_have_each_their_own_colour_and_refused_ones_grey() -> None:
    palette = Palette(moderate())
    assert [palette.series(name) for name in ("frontier", "hosted", "a100", "box")] == ["s1", "s2", "s3", "s4"]
    assert palette.series("small-card") == "s-more"
    assert (palette.title("box"), palette.title("unknown")) == ("Own RTX 4090, 8B in int4", "unknown")


def test_there_are_as_many_kinds_of_parts_as_colours() -> None:
    assert len(KINDS) == COLOURS
    assert len({colour(each) for each in KINDS}) == COLOURS
    assert colour("something new") == "p-more"


def test_the_halves_of_a_hybrid_are_drawn_as_what_they_are() -> None:
    assert kind("away: cached input tokens") == kind("input tokens") == "prompt tokens"
    assert Palette(moderate()).kinds[0] == "prompt tokens"
