"""How numbers are written."""

from __future__ import annotations

import doctest

import pytest

from freehold.plan.report import figures
from freehold.plan.report.figures import count, money, money_range, quantity, seconds, spread, warnings
from freehold.plan.result import Assumption, Interval, Result


def test_the_examples_hold() -> None:
    assert doctest.testmod(figures).failed == 0


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (money(0, "USD"), "$0"),
        (money(99.999, "USD"), "$100"),
        (money(0.999, "USD"), "$1.00"),
        (money(0.4, "USD"), "$0.40"),
        (money(0.0996, "USD"), "$0.10"),
        (money(0.00001, "USD"), "$1.0e-05"),
        (money_range(Interval(0, -5, 5), "USD"), "−$5.00 to $5.00"),
        (count(1_000_000), "1,000,000"),
        (seconds(0.9999), "1.0 s"),
        (quantity(0.5, "share"), "50 %"),
        (quantity(0.5, "USD"), "0.5"),
    ],
)
def test_numbers_near_their_bounds(written: str, expected: str) -> None:
    assert written == expected


def test_an_input_without_a_range_is_exact() -> None:
    row = Assumption(path="a", value=1, low=1, high=1, unit="share", source="", date="", stale=False)
    assert spread(row) == "exact"


def test_a_warning_does_not_name_its_option_twice() -> None:
    result = Result(name="a", title="Own card", kind="owned", model="m", warnings=("Own card: its price is old.", "x"))
    assert warnings(result) == ["Its price is old.", "X"]
