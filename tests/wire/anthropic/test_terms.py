"""The tables of what both sides call alike things, and of what cannot be said."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

from freehold.core.event import FinishReason
from freehold.wire.anthropic.terms import BUDGETS, EFFORTS, FINISH_REASONS, LEAST_BUDGET, STOP_REASONS, UNSAID
from support.decisions import a_request


def test_every_finish_reason_has_a_stop_reason() -> None:
    assert set(STOP_REASONS) == set(get_args(FinishReason))


def test_reasons_that_both_sides_know_come_back() -> None:
    for stop, finish in FINISH_REASONS.items():
        assert FINISH_REASONS[STOP_REASONS[finish]] == finish, stop


def test_more_effort_is_never_a_smaller_budget() -> None:
    assert list(EFFORTS) == list(BUDGETS)
    assert all(less < more for less, more in pairwise(BUDGETS.values()))
    assert min(BUDGETS.values()) >= LEAST_BUDGET


def test_each_entry_has_a_reason_and_is_silent_for_a_plain_request() -> None:
    assert len({unsaid.field for unsaid in UNSAID}) == len(UNSAID)
    for unsaid in UNSAID:
        assert unsaid.reason
        assert not unsaid.given(a_request())
