"""The sliding window, held against a plain count of what was taken in the last sixty seconds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.limits import Quota
from freehold.policy.windows import Window

SECONDS = 60.0


class Clock:
    """Whole seconds, so that a sum of moments is exact."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Plain:
    """The same promise, kept the slow way: every taking for ever, summed anew each time."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.takings: list[list[float]] = []

    def used(self, now: float) -> int:
        return int(sum(amount for at, amount in self.takings if at > now - SECONDS))

    def give_back(self, amount: int, now: float) -> None:
        for taking in reversed([one for one in self.takings if one[0] > now - SECONDS]):
            undone = min(amount, taking[1])
            taking[1] -= undone
            amount -= int(undone)


steps = st.lists(
    st.tuples(st.sampled_from(["take", "book", "give_back", "amend"]), st.integers(0, 90), st.integers(0, 6)),
    max_size=60,
)


@given(limit=st.integers(0, 10), steps=steps)
def test_it_counts_as_a_plain_sum_over_the_last_minute_does(limit: int, steps: list[tuple[str, int, int]]):
    clock, plain = Clock(), Plain(limit)
    window = Window(limit, SECONDS, clock)
    booked = []
    for kind, pause, amount in steps:
        clock.now += pause
        match kind:
            case "take":
                fits = plain.used(clock.now) + amount <= limit
                assert (window.take(amount) == 0.0) is fits
                if fits:
                    plain.takings.append([clock.now, amount])
            case "book":
                booked.append((window.book(amount), len(plain.takings)))
                plain.takings.append([clock.now, amount])
            case "give_back" if not booked:
                window.give_back(amount)
                plain.give_back(amount, clock.now)
            case "amend" if booked:
                taking, place = booked[-1]
                window.amend(taking, amount)
                plain.takings[place][1] = amount
        assert window.standing().remaining == max(0, limit - plain.used(clock.now))


@given(
    limit=st.integers(1, 8),
    takings=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=20),
    asked=st.integers(1, 8),
)
def test_the_wait_is_the_shortest_after_which_there_is_room(limit: int, takings: list[tuple[int, int]], asked: int):
    clock = Clock()
    window = Window(limit, SECONDS, clock)
    for pause, amount in takings:
        clock.now += pause
        window.take(amount)
    wait = window.wait(asked)
    if asked > limit:
        assert wait == math.inf
    elif wait > 0.0:
        clock.now += wait - 1.0
        assert window.take(asked) > 0.0
        clock.now += 1.0
        assert window.take(asked) == 0.0
    else:
        assert window.take(asked) == 0.0


@given(pauses=st.lists(st.integers(0, 20), max_size=80), limit=st.integers(1, 5))
def test_no_sixty_seconds_ever_hold_more_than_the_limit(pauses: list[int], limit: int):
    clock = Clock()
    window = Window(limit, SECONDS, clock)
    taken = []
    for pause in pauses:
        clock.now += pause
        if window.take() == 0.0:
            taken.append(clock.now)
    for start in taken:
        assert sum(start <= at < start + SECONDS for at in taken) <= limit


def test_a_taking_counts_for_the_whole_of_the_window_and_not_a_moment_longer():
    clock = Clock()
    window = Window(1, SECONDS, clock)
    assert window.take() == 0.0
    clock.now += 59
    assert window.take() == 1.0
    clock.now += 1
    assert window.take() == 0.0


def test_a_refused_taking_takes_nothing():
    clock = Clock()
    window = Window(3, SECONDS, clock)
    window.take(2)
    assert window.take(2) == SECONDS
    assert window.standing() == Quota(3, 1, SECONDS)


def test_a_taking_that_is_amended_keeps_its_moment():
    clock = Clock()
    window = Window(10, SECONDS, clock)
    taking = window.book(8)
    clock.now += 30
    window.amend(taking, 12)
    assert window.standing() == Quota(10, 0, 30.0)
    assert window.take(1) == 30.0


def test_to_amend_what_the_window_has_moved_past_changes_nothing():
    clock = Clock()
    window = Window(10, SECONDS, clock)
    taking = window.book(8)
    clock.now += SECONDS
    window.amend(taking, 12)
    assert window.standing() == Quota(10, 10, 0.0)


def test_a_limit_that_is_changed_holds_from_then_on():
    window = Window(1, SECONDS, Clock())
    window.take()
    window.limit = 2
    assert window.take() == 0.0
    window.limit = 1
    assert window.standing().remaining == 0


@pytest.mark.parametrize("amount", [1, 5, 100])
def test_no_more_is_given_back_than_was_taken(amount: int):
    window = Window(5, SECONDS, Clock())
    window.take(3)
    window.give_back(amount)
    assert window.standing().remaining == min(5, 2 + amount)
