"""Rates held over several things at once: all or nothing, put right at the end, and never passed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import RateLimited
from freehold.core.limits import Allowance, Entry, Quota, Rate
from freehold.policy.rates import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def paced(*rates: Rate) -> tuple[Pace, Clock]:
    clock = Clock()
    pace = Pace(clock)
    pace.set(rates)
    return pace, clock


def entry(name: str = "a", *, key: str = "k", team: str | None = "t", route: str = "r", tokens: int = 10) -> Entry:
    return Entry(name, key, team, route, tokens)


def test_nothing_is_governed_where_no_rate_is_set():
    pace, _ = paced()
    assert not pace.governs("k", "t", "r")
    assert pace.begin(entry()) == Allowance()


@pytest.mark.parametrize(
    ("scope", "subject", "held"),
    [("key", "k", True), ("team", "t", True), ("route", "r", True), ("key", "t", False), ("team", "k", False)],
)
def test_a_rate_holds_for_what_it_is_set_on_alone(scope, subject, held):
    pace, _ = paced(Rate(scope=scope, subject=subject, requests=1))
    assert pace.governs("k", "t", "r") is held
    pace.begin(entry("a"))
    if held:
        with pytest.raises(RateLimited, match="1 requests a minute"):
            pace.begin(entry("b"))
    else:
        pace.begin(entry("b"))


def test_a_refusal_says_when_there_is_room_and_how_the_rates_stand():
    pace, clock = paced(Rate(scope="key", subject="k", requests=1, tokens=100))
    pace.begin(entry("a", tokens=30))
    clock.now += 20
    with pytest.raises(RateLimited) as refused:
        pace.begin(entry("b"))
    assert refused.value.retry_after == 40.0
    assert refused.value.allowance == Allowance(Quota(1, 0, 40.0), Quota(100, 70, 40.0))
    clock.now += 40
    assert pace.begin(entry("b")).requests == Quota(1, 0, 60.0)


def test_what_one_rate_refuses_counts_under_no_other():
    pace, _ = paced(Rate(scope="team", subject="t", requests=9), Rate(scope="key", subject="k", tokens=5))
    with pytest.raises(RateLimited):
        pace.begin(entry(tokens=6))
    assert pace.standing("team", "t") == (Allowance(requests=Quota(9, 9, 0.0)), 0)


def test_tokens_are_put_right_at_the_moment_they_were_taken():
    pace, clock = paced(Rate(scope="key", subject="k", tokens=100))
    pace.begin(entry("a", tokens=90))
    clock.now += 50
    pace.end("a", 20)
    assert pace.standing("key", "k")[0].tokens == Quota(100, 80, 10.0)
    pace.begin(entry("b", tokens=10))
    pace.end("b", 300)
    assert pace.standing("key", "k")[0].tokens == Quota(100, 0, 60.0)


def test_a_request_above_the_whole_limit_is_told_what_would_help():
    pace, _ = paced(Rate(scope="key", subject="k", tokens=5))
    with pytest.raises(RateLimited, match="counts for 6; shorten it") as refused:
        pace.begin(entry(tokens=6))
    assert refused.value.retry_after == 60.0


def test_so_many_at_once_and_the_next_when_one_ends():
    pace, _ = paced(Rate(scope="key", subject="k", parallel=2))
    pace.begin(entry("a"))
    pace.begin(entry("b"))
    with pytest.raises(RateLimited, match="2 requests at once"):
        pace.begin(entry("c"))
    pace.end("a", 0)
    pace.begin(entry("c"))
    assert pace.standing("key", "k")[1] == 2


def test_to_end_what_never_began_changes_nothing():
    pace, _ = paced(Rate(scope="key", subject="k", parallel=1))
    pace.begin(entry("a"))
    pace.end("b", 5)
    pace.end("a", 5)
    pace.end("a", 5)
    assert pace.standing("key", "k")[1] == 0


def test_a_change_holds_from_the_next_request_and_forgets_nothing():
    pace, _ = paced(Rate(scope="key", subject="k", requests=5, parallel=5))
    pace.begin(entry("a"))
    pace.set([Rate(scope="key", subject="k", requests=1)])
    with pytest.raises(RateLimited):
        pace.begin(entry("b"))
    pace.set([])
    pace.begin(entry("c"))
    pace.end("a", 0)
    assert pace.rates == []


def test_the_tightest_of_several_rates_is_told():
    pace, _ = paced(Rate(scope="key", subject="k", requests=9), Rate(scope="team", subject="t", requests=3))
    assert pace.begin(entry()).requests == Quota(3, 2, 60.0)


@given(
    limit=st.integers(1, 4),
    at_once=st.integers(1, 3),
    steps=st.lists(st.tuples(st.sampled_from("be"), st.integers(0, 30), st.integers(0, 9)), max_size=80),
)
def test_no_interleaving_passes_a_limit(limit, at_once, steps):
    pace, clock = paced(
        Rate(scope="key", subject="k", requests=limit), Rate(scope="route", subject="r", parallel=at_once)
    )
    begun, running = [], []
    for number, (kind, pause, which) in enumerate(steps):
        clock.now += pause
        if kind == "b":
            try:
                pace.begin(entry(str(number)))
            except RateLimited:
                full = sum(at > clock.now - 60 for at in begun) >= limit or len(running) >= at_once
                assert full
                continue
            begun.append(clock.now)
            running.append(str(number))
        elif running:
            pace.end(running.pop(which % len(running)), 0)
        assert sum(at > clock.now - 60 for at in begun) <= limit
        assert len(running) <= at_once
