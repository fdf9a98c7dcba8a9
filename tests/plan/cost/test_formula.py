from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.plan.cost.formula import amount, counted, equation, number, price
from support.sums import reckoned


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (2.5, "2.5"),
        (10_000, "10,000"),
        (1 / 3, "0.3333333"),
        (123_456_789, "123,456,789"),
        (0.000_012, "0.000012"),
        (100, "100"),
        (9.999_999_99, "10"),
        (math.inf, "no number"),
    ],
)
def test_a_number_is_written_for_reading(value: float, said: str) -> None:
    assert number(value) == said


@given(st.floats(1e-9, 1e12))
def test_a_number_is_read_back_as_it_was_to_six_digits(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=1e-6)


def test_a_price_has_cents_and_more_where_it_is_finer() -> None:
    assert [price(each) for each in (2.5, 2, 0.075, 1234.5)] == ["2.50", "2.00", "0.075", "1,234.50"]


def test_an_amount_is_to_the_cent() -> None:
    assert amount(3040) == "3,040.00"
    assert amount(math.inf) == "no number"


def test_things_are_counted() -> None:
    assert counted(1, "machine", "machines") == "1 machine"
    assert counted(0, "machine", "machines") == "0 machines"


def test_an_equation_leaves_empty_factors_out_and_says_its_remark_last() -> None:
    said = equation("2 things", "", "3.00 USD", usd=6, remark="a remark")
    assert said == "2 things x 3.00 USD = 6.00 USD; a remark"
    assert equation("2", usd=2) == "2 = 2.00 USD"


def test_a_formula_can_be_reckoned_again() -> None:
    formula = "10,000 requests/day x (1 - 0.5 cached) x 2.50 USD/million / 4 parts = 0.003125 USD; for H100 and 3 more"
    assert reckoned(formula) == pytest.approx((0.003125, 0.003125))
