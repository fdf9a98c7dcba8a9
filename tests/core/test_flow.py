"""How a flow and whoever runs it speak: it yields a `Try`, is sent an `Outcome`, and may yield again."""

from __future__ import annotations

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.flow import FIRST, Flow, Outcome, Try
from freehold.core.record import Attempt
from support.decisions import a_target, came, drive, fell

HOME, AWAY = a_target("home"), a_target("away")


def twice() -> Flow:
    """Asks at home, and away only where home failed."""
    outcome = yield Try((HOME,), held=True)
    if outcome.failure is None:
        return outcome
    outcome = yield Try((AWAY,), why=f"fallback: {outcome.attempt.target} failed")
    return outcome if outcome.failure is None else None


def test_a_flow_needs_nothing_but_to_be_told() -> None:
    good = came(HOME)
    assert drive(twice(), lambda _: good) == ([Try((HOME,), held=True)], good)


def test_a_flow_hears_of_a_failure_and_wishes_again() -> None:
    tries, outcome = drive(twice(), lambda wish: fell(HOME) if wish.why == FIRST else came(AWAY))
    assert [(wish.targets, wish.held, wish.why) for wish in tries] == [
        ((HOME,), True, FIRST),
        ((AWAY,), False, "fallback: home failed"),
    ]
    assert outcome is not None
    assert outcome.attempt.target == "away"


def test_a_flow_that_has_nothing_to_show_says_so() -> None:
    assert drive(twice(), lambda wish: fell(wish.targets[0]))[1] is None


def test_a_flow_may_be_left_after_any_wish() -> None:
    flow = twice()
    next(flow)
    flow.close()
    with pytest.raises(StopIteration):
        next(flow)


def test_a_wish_is_plain_unless_it_says_more() -> None:
    wish = Try((HOME, AWAY))
    assert (wish.held, wish.logprobs, wish.sampling, wish.why) == (False, False, None, "first")


def test_an_outcome_without_a_failure_went_well() -> None:
    assert Outcome(Attempt("home", 1)).failure is None
    failure = AttemptFailed(Fault.CONNECT, "refused")
    assert Outcome(Attempt("home", 1), failure=failure).failure is failure
