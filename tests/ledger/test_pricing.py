"""Prices: every kind of token at its own rate, summed exactly, and never beyond reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import Usage
from freehold.core.money import FREE, Price, Rates, Tier, per_million
from freehold.ledger.pricing import baseline_cost, cost

COUNTS = st.integers(0, 10**7)
WILD = st.integers(-(10**9), 10**9)
RATE = st.integers(0, 10**9)
RATES = st.builds(
    Rates,
    input=RATE,
    output=RATE,
    cached_input=st.none() | RATE,
    cache_write=st.none() | RATE,
    reasoning=st.none() | RATE,
    input_audio=st.none() | RATE,
    output_audio=st.none() | RATE,
    request=RATE,
    image=RATE,
)
PRICES = st.builds(Price, rates=RATES)
NAMES = ("input", "output", "cached_input", "cache_write", "reasoning", "images", "input_audio", "output_audio")


def usages(counts: st.SearchStrategy[int]) -> st.SearchStrategy[Usage]:
    return st.builds(Usage, **dict.fromkeys(NAMES, counts))


EACH = Price(
    Rates(
        input=per_million(1),
        output=per_million(10),
        cached_input=per_million("0.1"),
        cache_write=per_million("1.25"),
        reasoning=per_million(20),
        input_audio=per_million(40),
        output_audio=per_million(80),
        request=per_million(5000),
        image=per_million(3000),
    )
)


@pytest.mark.parametrize(
    ("usage", "nanodollars"),
    [
        (Usage(), 5_000_000),
        (Usage(input=1000), 5_000_000 + 1_000_000),
        (Usage(output=1000), 5_000_000 + 10_000_000),
        (Usage(input=1000, cached_input=400), 5_000_000 + 600_000 + 40_000),
        (Usage(input=1000, cache_write=400), 5_000_000 + 600_000 + 500_000),
        (Usage(input=1000, input_audio=100), 5_000_000 + 900_000 + 4_000_000),
        (Usage(output=1000, reasoning=700), 5_000_000 + 3_000_000 + 14_000_000),
        (Usage(output=1000, output_audio=100), 5_000_000 + 9_000_000 + 8_000_000),
        (Usage(images=2), 5_000_000 + 6_000_000),
    ],
)
def test_each_kind_has_its_own_rate(usage: Usage, nanodollars: int) -> None:
    assert cost(usage, EACH) == nanodollars


def test_a_kind_without_a_rate_costs_as_plain_tokens() -> None:
    plain = Price(Rates(input=per_million(1), output=per_million(10)))
    parts = Usage(input=900, output=90, cached_input=300, cache_write=300, input_audio=300, reasoning=45)
    assert cost(parts, plain) == cost(Usage(input=900, output=90), plain) == 1_800_000


def test_parts_below_a_nanodollar_add_up_before_they_are_rounded() -> None:
    price = Price(Rates(input=400, output=400, cached_input=400))
    assert cost(Usage(input=2, output=2, cached_input=1), price) == 2
    assert [cost(Usage(input=count), price) for count in (1, 2, 3)] == [0, 1, 1]


def test_a_long_prompt_moves_the_whole_request_to_its_tier() -> None:
    price = Price(Rates(input=1_000_000), (Tier(200_000, Rates(input=2_000_000)),))
    assert cost(Usage(input=200_000), price) == 200_000_000
    assert cost(Usage(input=200_001), price) == 400_002_000


def test_electricity_is_watts_by_seconds_at_the_price_of_a_kilowatt_hour() -> None:
    assert cost(Usage(), FREE, seconds=3600, watts=250, price_per_kwh_nano=300_000_000) == 75_000_000
    assert cost(Usage(), FREE, seconds=2, watts=100, price_per_kwh_nano=0) == 0
    assert cost(Usage(input=1000), EACH, seconds=3.6, watts=1000, price_per_kwh_nano=10**9) == 6_000_000 + 1_000_000


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_time_that_is_none_costs_no_electricity(seconds: float) -> None:
    assert cost(Usage(), FREE, seconds=seconds, watts=100, price_per_kwh_nano=10**9) == 0


@given(usage=usages(WILD), price=PRICES)
def test_no_usage_whatever_costs_less_than_nothing(usage: Usage, price: Price) -> None:
    assert cost(usage, price) >= 0
    assert baseline_cost(usage, price) >= 0


@given(usage=usages(COUNTS), price=PRICES, name=st.sampled_from(["input", "output", "images"]), more=COUNTS)
def test_more_costs_no_less(usage: Usage, price: Price, name: str, more: int) -> None:
    counts = {each: getattr(usage, each) for each in NAMES}
    assert cost(Usage(**counts | {name: counts[name] + more}), price) >= cost(usage, price)


@given(usage=usages(COUNTS), rate=RATE)
def test_a_part_never_counts_beyond_its_whole(usage: Usage, rate: int) -> None:
    dear = Rates(rate, rate, rate, rate, rate, rate, rate)
    assert cost(usage, Price(dear)) == cost(Usage(input=usage.input, output=usage.output), Price(dear))


@given(usage=usages(COUNTS), price=PRICES)
def test_the_sum_is_exact_and_rounded_once(usage: Usage, price: Price) -> None:
    thousandfold = {each: getattr(usage, each) * 1000 for each in NAMES}
    rates = price.rates
    without_request = Price(Rates(*(getattr(rates, n) for n in Rates.__struct_fields__[:7]), 0, rates.image))
    exact = cost(Usage(**thousandfold), without_request)
    assert cost(usage, without_request) == (exact + 500) // 1000


def test_the_baseline_takes_a_cache_write_as_plain_input() -> None:
    usage = Usage(input=1000, cache_write=1000)
    assert baseline_cost(usage, EACH) == 6_000_000
    assert baseline_cost(Usage(input=1000, cached_input=1000), EACH) == 5_100_000
