import pytest

from freehold.plan.quantity import Quantity, spread


def test_what_has_no_range_is_known():
    quantity = Quantity(path="a", value=1.0, low=1.0, high=1.0, unit="x", source="test")
    assert quantity.known
    assert not Quantity(path="a", value=1.0, low=0.9, high=1.0, unit="x", source="test").known


def test_an_amount_is_spread_by_factors_and_a_number_by_terms():
    assert spread("amount", 200.0, (0.5, 2.0)) == (100.0, 400.0)
    assert spread("signed", 0.0, (-0.02, 0.03)) == (-0.02, 0.03)


@pytest.mark.parametrize("value", [0.01, 0.5, 0.99])
def test_a_share_is_spread_by_its_odds_and_stays_one(value):
    low, high = spread("share", value, (0.5, 2.0))
    assert 0 < low < value < high < 1
    assert high / (1 - high) == pytest.approx(2 * value / (1 - value))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nothing_and_all_have_no_range(value):
    assert spread("share", value, (0.5, 2.0)) == (value, value)
