from __future__ import annotations

from freehold.evaluate.arena.design import design_of
from freehold.evaluate.arena.fit import fit
from freehold.evaluate.arena.influence import votes_that_decide
from support.voting import tally


def deciding(wins: dict[tuple[str, str], int]) -> int | None:
    design = design_of(tally(wins))
    return votes_that_decide(design, fit(design), 0, 1)


def test_a_lead_of_two_votes_is_turned_by_two() -> None:
    assert deciding({("a", "b"): 52, ("b", "a"): 50}) == 2


def test_a_lead_that_no_quarter_of_the_votes_turns_is_not_said_to_hang_on_any() -> None:
    assert deciding({("a", "b"): 90, ("b", "a"): 30}) is None


def test_a_wide_lead_needs_as_many_as_it_is_wide() -> None:
    found = deciding({("a", "b"): 60, ("b", "a"): 40})
    assert found is not None
    assert 20 <= found <= 24


def test_votes_that_hold_two_together_decide_their_order() -> None:
    found = deciding({("a", "c"): 30, ("c", "a"): 20, ("b", "c"): 1, ("c", "b"): 1})
    assert found is not None
    assert found <= 2
