from __future__ import annotations

from freehold.evaluate.arena.design import design_of
from freehold.evaluate.arena.groups import groups, has_maximum
from support.voting import tally, vote


def test_groups_are_what_votes_join_the_largest_first() -> None:
    wins = design_of(tally({("x", "y"): 1, ("a", "b"): 1, ("c", "b"): 1})).wins()
    assert groups(wins) == [[0, 1, 2], [3, 4]]


def test_a_maximum_needs_a_way_of_wins_from_each_to_each() -> None:
    assert not has_maximum(design_of(tally({("a", "b"): 9})).wins())
    assert has_maximum(design_of(tally({("a", "b"): 9, ("b", "a"): 1})).wins())
    assert has_maximum(design_of(tally({("a", "b"): 1, ("b", "c"): 1, ("c", "a"): 1})).wins())
    assert not has_maximum(design_of(tally({("a", "b"): 2, ("b", "a"): 1, ("b", "c"): 1})).wins())


def test_a_tie_is_a_way_in_both_directions() -> None:
    assert has_maximum(design_of([vote("a", "b", "tie")]).wins())
