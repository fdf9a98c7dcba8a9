from __future__ import annotations

import pytest

from freehold.core.errors import RateLimited
from freehold.http import guesses as guesses_module
from freehold.http.guesses import FROM_ALL, FROM_ONE, Guesses


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guesses(clock: Clock) -> Guesses:
    return Guesses(clock)


def wrong(guesses: Guesses, address: str, times: int) -> int:
    """How many of so many attempts were let through."""
    passed = 0
    for _ in range(times):
        try:
            guesses.take(address)
        except RateLimited:
            continue
        passed += 1
    return passed


def test_an_address_may_be_wrong_so_often_in_a_minute(guesses: Guesses, clock: Clock) -> None:
    assert wrong(guesses, "192.0.2.1", 50) == FROM_ONE
    assert wrong(guesses, "192.0.2.2", 1) == 1
    with pytest.raises(RateLimited) as refused:
        guesses.take("192.0.2.1")
    assert refused.value.retry_after == pytest.approx(60.0)
    clock.now += 60.0
    assert wrong(guesses, "192.0.2.1", 50) == FROM_ONE


def test_who_is_right_is_not_counted(guesses: Guesses) -> None:
    for _ in range(5 * FROM_ALL):
        guesses.take("192.0.2.1")
        guesses.give_back("192.0.2.1")
    assert wrong(guesses, "192.0.2.1", 50) == FROM_ONE


def test_all_addresses_together_may_be_wrong_so_often(guesses: Guesses) -> None:
    assert sum(wrong(guesses, f"198.51.{at // 256}.{at % 256}", 1) for at in range(3 * FROM_ALL)) == FROM_ALL


def test_what_is_refused_is_not_counted_against_the_others(guesses: Guesses) -> None:
    wrong(guesses, "192.0.2.1", 10 * FROM_ALL)
    assert wrong(guesses, "192.0.2.2", 1) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "no address", True),
    ],
)
def test_one_subscriber_is_one_address(guesses: Guesses, one: str, other: str, same: bool) -> None:
    wrong(guesses, one, FROM_ONE)
    assert wrong(guesses, other, 1) == (0 if same else 1)


def test_only_so_many_addresses_are_remembered(guesses: Guesses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses_module, "_ADDRESSES", 4)
    for at in range(20):
        wrong(guesses, f"192.0.2.{at}", 1)
    assert len(guesses._each) == 4
