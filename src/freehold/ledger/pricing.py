"""What an attempt cost: tokens at a price, and the electricity of one's own machine."""

from __future__ import annotations

import math

from freehold.core.event import Usage
from freehold.core.money import PICO_PER_NANO, Nanodollars, Price, Rates, from_pico

_JOULES_PER_KWH = 3_600_000
_FREE = Rates()


def cost(
    usage: Usage, price: Price, *, seconds: float = 0.0, watts: float = 0.0, price_per_kwh_nano: int = 0
) -> Nanodollars:
    """Nanodollars for one attempt: its usage at `price`, and `watts` drawn for `seconds` at a price per kWh.

    Summed in picodollars and rounded once. The counts are the target's own word, so they are read with care: below
    zero is zero, and no part exceeds its whole. Parts are taken from the whole in a fixed order (cached, written to
    the cache, audio; reasoning, audio), and what remains is plain text.
    """
    pico = _tokens(usage, price) + electricity(seconds, watts, price_per_kwh_nano)
    return from_pico(pico)


def baseline_cost(usage: Usage, price: Price) -> Nanodollars:
    """What the same answer would have cost at the baseline's price: a counterfactual, and an approximate one.

    It takes the counts as they are, though the baseline's tokenizer would count otherwise and its answer would have
    another length. Tokens read from a cache stay cached; those written to one are priced as plain input, since
    whether the baseline charges for that is not known. Both make the saving smaller, not larger.
    """
    plain = Usage(
        input=usage.input,
        output=usage.output,
        cached_input=usage.cached_input,
        reasoning=usage.reasoning,
        images=usage.images,
        input_audio=usage.input_audio,
        output_audio=usage.output_audio,
    )
    return from_pico(_tokens(plain, price))


def _tokens(usage: Usage, price: Price) -> int:
    """Picodollars for what was counted."""
    if price.rates == _FREE and not price.tiers:
        return 0
    whole_input, whole_output = max(usage.input, 0), max(usage.output, 0)
    rates = price.at(whole_input)
    rest, cached = _take(whole_input, usage.cached_input)
    rest, written = _take(rest, usage.cache_write)
    rest, heard = _take(rest, usage.input_audio)
    total = rest * rates.input
    total += cached * _either(rates.cached_input, rates.input)
    total += written * _either(rates.cache_write, rates.input)
    total += heard * _either(rates.input_audio, rates.input)
    rest, thought = _take(whole_output, usage.reasoning)
    rest, spoken = _take(rest, usage.output_audio)
    total += rest * rates.output
    total += thought * _either(rates.reasoning, rates.output)
    total += spoken * _either(rates.output_audio, rates.output)
    return total + rates.request + max(usage.images, 0) * rates.image


def _take(whole: int, part: int) -> tuple[int, int]:
    """Part a whole: what remains of it, and the part, which is never more than there is."""
    part = min(max(part, 0), whole)
    return whole - part, part


def _either(rate: int | None, plain: int) -> int:
    return plain if rate is None else rate


def electricity(seconds: float, watts: float, price_per_kwh_nano: int) -> int:
    """Picodollars for power drawn; none for a time or a power that is not a positive number."""
    joules = seconds * watts
    if not (seconds > 0 and watts > 0 and math.isfinite(joules)):
        return 0
    return round(joules * max(price_per_kwh_nano, 0) * PICO_PER_NANO / _JOULES_PER_KWH)
