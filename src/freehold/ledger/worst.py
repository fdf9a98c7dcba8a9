"""The most that an attempt can cost, before it is made: the dearest reading of a price."""

from __future__ import annotations

from freehold.core.money import Nanodollars, Price, Rates, from_pico
from freehold.ledger.pricing import electricity


class Dearest:
    """A price at its dearest, made once for a target, since every request that is held to a budget asks it.

    Every token is taken for the dearest of its kind (written to a cache, say, rather than read), and the whole for the
    dearest tier that so many input tokens can reach, since tiers are not always dearer the higher they are.
    """

    __slots__ = ("_drawn", "_tiers")

    def __init__(self, price: Price, *, seconds: float = 0.0, watts: float = 0.0, price_per_kwh_nano: int = 0) -> None:
        """`seconds`: how long it may draw power at the most."""
        self._tiers = [(-1, *_dearest(price.rates)), *((tier.above, *_dearest(tier.rates)) for tier in price.tiers)]
        self._drawn = electricity(seconds, watts, price_per_kwh_nano)

    def __call__(self, tokens_in: int, tokens_out: int, images: int = 0) -> Nanodollars:
        """At most what `pricing.cost` says of a usage of up to so many tokens, whatever kinds they turn out to be."""
        most = 0
        for above, rate_in, rate_out, request, image in self._tiers:
            if tokens_in > above:
                most = max(most, tokens_in * rate_in + tokens_out * rate_out + request + images * image)
        return from_pico(most + self._drawn)


def _dearest(rates: Rates) -> tuple[int, int, int, int]:
    """For a token in, a token out, the request and an image, each at what the dearest kind of it costs."""
    kinds_in = (rates.input, rates.cached_input or 0, rates.cache_write or 0, rates.input_audio or 0)
    kinds_out = (rates.output, rates.reasoning or 0, rates.output_audio or 0)
    return max(kinds_in), max(kinds_out), rates.request, rates.image
