"""The most that an attempt can cost, before it is made: the dearest reading of a price."""

from __future__ import annotations

from freehold.core.event import Usage
from freehold.core.money import Nanodollars, Price, Rates
from freehold.ledger.pricing import cost


def worst_cost(
    price: Price,
    tokens_in: int,
    tokens_out: int,
    *,
    images: int = 0,
    seconds: float = 0.0,
    watts: float = 0.0,
    price_per_kwh_nano: int = 0,
) -> Nanodollars:
    """At most what `pricing.cost` says of a usage of up to so many tokens, whatever kinds they turn out to be.

    Every token is taken for the dearest of its kind (written to a cache, say, rather than read), and the whole for the
    dearest tier that so many input tokens can reach, since tiers are not always dearer the higher they are.
    """
    reached = [price.rates, *(tier.rates for tier in price.tiers if tokens_in > tier.above)]
    usage = Usage(input=tokens_in, output=tokens_out, images=images)
    return max(
        cost(
            usage,
            Price(_dearest(rates)),
            seconds=seconds,
            watts=watts,
            price_per_kwh_nano=price_per_kwh_nano,
        )
        for rates in reached
    )


def _dearest(rates: Rates) -> Rates:
    """Rates at which plain tokens cost what the dearest kind of them does."""
    kinds_in = (rates.input, rates.cached_input or 0, rates.cache_write or 0, rates.input_audio or 0)
    kinds_out = (rates.output, rates.reasoning or 0, rates.output_audio or 0)
    return Rates(input=max(kinds_in), output=max(kinds_out), request=rates.request, image=rates.image)
