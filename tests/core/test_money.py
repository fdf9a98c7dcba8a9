"""Money is exact: no amount passes through a float, and each is rounded once, half up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.money import FREE, Price, Rates, Tier, dollars, from_dollars, from_pico, per_million

prices = st.decimals(0, 999_999, places=6)
amounts = st.integers(-(10**18) + 1, 10**18 - 1)

NO_NUMBERS = ["nan", "inf", "-inf", "sNaN", "", "free", "1,5", "1e1000000", "1e9", "0x10"]


@given(prices)
def test_a_price_is_exact(price: Decimal) -> None:
    assert per_million(price) == Fraction(price) * 10**6
    assert per_million(str(price)) == per_million(price)


@given(st.integers(0, 10**9))
def test_a_price_as_a_float_is_what_it_is_written_as(thousandths: int) -> None:
    written = f"{thousandths // 1000}.{thousandths % 1000:03}"
    assert per_million(float(written)) == per_million(written)


@given(st.integers(0, 999_999_999), st.integers(0, 999_999), st.integers(1, 10**34 - 1))
def test_a_price_finer_than_can_be_kept_is_refused_however_fine(whole: int, micro: int, finer: int) -> None:
    with pytest.raises(ValueError, match="finer than a picodollar"):
        per_million(f"{whole}.{micro:06}{finer:034}")


@pytest.mark.parametrize("price", ["-0.01", "-1e-6", *NO_NUMBERS])
def test_what_is_no_price_is_refused(price: str) -> None:
    with pytest.raises(ValueError, match="is not a price"):
        per_million(price)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_no_number_is_refused_in_every_type(number: float | Decimal) -> None:
    with pytest.raises(ValueError, match="is not a price"):
        per_million(number)
    with pytest.raises(ValueError, match="is not an amount of money"):
        from_dollars(number)


@pytest.mark.parametrize("amount", NO_NUMBERS)
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="is not an amount of money"):
        from_dollars(amount)


@given(amounts)
def test_an_amount_is_read_as_it_was_written(nanodollars: int) -> None:
    assert from_dollars(dollars(nanodollars)) == nanodollars


@given(amounts)
def test_an_amount_is_written_without_exponent_or_needless_zeros(nanodollars: int) -> None:
    text = dollars(nanodollars)
    assert Fraction(text) == Fraction(nanodollars, 10**9)
    assert "e" not in text.lower()
    assert "." not in text or text[-1] not in "0."
    assert text[-1].isdigit()


@given(st.decimals(0, 999, places=40, allow_nan=False))
def test_dollars_are_rounded_once_half_up(amount: Decimal) -> None:
    nano = Fraction(str(amount)) * 10**9
    assert from_dollars(amount) == (nano + Fraction(1, 2)).__floor__()
    assert from_dollars(-amount) == -from_dollars(amount)


@pytest.mark.parametrize(
    ("amount", "nano"),
    [
        ("0.0000000005", 1),
        ("0.0000000004999999999999999999999999999999999999", 0),
        ("0.0000000015", 2),
        ("-0.0000000005", -1),
        (0.1 + 0.2, 300_000_000),
        ("9.2", 9_200_000_000),
    ],
)
def test_the_middle_goes_up(amount: str | float, nano: int) -> None:
    assert from_dollars(amount) == nano


@given(st.integers(0, 10**24))
def test_picodollars_are_rounded_half_up(pico: int) -> None:
    assert from_pico(pico) == (Fraction(pico, 1000) + Fraction(1, 2)).__floor__()


@pytest.mark.parametrize(("pico", "nano"), [(0, 0), (499, 0), (500, 1), (1499, 1), (1500, 2)])
def test_the_middle_of_a_nanodollar_goes_up(pico: int, nano: int) -> None:
    assert from_pico(pico) == nano


@given(st.lists(prices, max_size=20), st.randoms())
def test_no_order_of_adding_changes_a_sum(many: list[Decimal], random) -> None:
    total = sum(map(per_million, many))
    random.shuffle(many)
    assert sum(map(per_million, many)) == total == sum(map(Fraction, many), Fraction()) * 10**6


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4, unique=True).map(sorted), st.integers(0, 2 * 10**6))
def test_a_tier_holds_above_its_bound_and_not_at_it(bounds: list[int], tokens: int) -> None:
    price = Price(Rates(input=0), tuple(Tier(above, Rates(input=above)) for above in bounds))
    assert price.at(tokens).input == max([0, *(above for above in bounds if tokens > above)])
    assert price.at(bounds[-1]).input < bounds[-1] == price.at(bounds[-1] + 1).input


@given(st.integers(0, 10**9))
def test_what_is_free_is_free_at_any_length(tokens: int) -> None:
    assert FREE.at(tokens) == Rates()
