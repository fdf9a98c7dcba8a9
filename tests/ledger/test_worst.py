"""The dearest reading of a price: no bill is ever above what was held back for as many tokens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import Usage
from freehold.core.money import FREE, Price, Rates, Tier, per_million
from freehold.ledger.pricing import cost
from freehold.ledger.worst import Dearest

rate = st.integers(0, 10**8)
maybe = st.none() | rate
rates = st.builds(
    Rates, input=rate, output=rate, cached_input=maybe, cache_write=maybe, reasoning=maybe, input_audio=maybe,
    output_audio=maybe, request=rate, image=rate,
)  # fmt: skip
tiers = st.lists(st.builds(Tier, st.integers(0, 5000), rates), max_size=3, unique_by=lambda tier: tier.above)
prices = st.builds(lambda rates, tiers: Price(rates, tuple(sorted(tiers, key=lambda t: t.above))), rates, tiers)
counts = st.integers(0, 6000)


@given(
    price=prices,
    usage=st.builds(
        Usage, input=counts, output=counts, cached_input=counts, cache_write=counts, reasoning=counts,
        input_audio=counts, output_audio=counts, images=st.integers(0, 20),
    ),
    more_in=st.integers(0, 3000),
    more_out=st.integers(0, 3000),
    seconds=st.floats(0, 900),
    slower=st.floats(1, 3),
    watts=st.floats(0, 2000),
    kwh=st.integers(0, 10**9),
)  # fmt: skip
def test_what_is_billed_is_never_above_what_was_held_back(price, usage, more_in, more_out, seconds, slower, watts, kwh):
    billed = cost(usage, price, seconds=seconds, watts=watts, price_per_kwh_nano=kwh)
    dearest = Dearest(price, seconds=seconds * slower, watts=watts, price_per_kwh_nano=kwh)
    held = dearest(usage.input + more_in, usage.output + more_out, usage.images)
    assert billed <= held


def test_a_higher_tier_may_be_the_cheaper_one():
    price = Price(Rates(input=per_million(4)), (Tier(100, Rates(input=per_million(1))),))
    assert Dearest(price)(1000, 0) == 4_000_000
    price = Price(Rates(input=per_million(1)), (Tier(100, Rates(input=per_million(4))),))
    assert Dearest(price)(100, 0) == 100_000
    assert Dearest(price)(101, 0) == 404_000


def test_every_token_is_taken_for_the_dearest_kind():
    rates = Rates(input=per_million(1), cache_write=per_million(2), output=per_million(3), reasoning=per_million(5))
    assert Dearest(Price(rates))(10, 10) == 20_000 + 50_000


def test_what_is_free_stays_free():
    assert Dearest(FREE)(10**9, 10**9, 5) == 0
