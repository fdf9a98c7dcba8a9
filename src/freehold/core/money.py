"""Money as integers.

The unit of every stored amount is the **nanodollar** (10^-9 US dollar); an SQLite integer holds 9.2 billion dollars of
them. Prices are finer, integers of **picodollars a token**, because a cached token of a small model costs less than a
nanodollar: one US dollar a million tokens is exactly 1,000,000 picodollars a token. A cost is summed in picodollars and
rounded half up once, at the end, so that no order of adding changes it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NewType

import msgspec

Nanodollars = NewType("Nanodollars", int)
ZERO = Nanodollars(0)

_NANO_PLACES = Decimal("1e-9")
_PICO_A_MILLION_PLACES = Decimal("1e-6")
PICO_PER_NANO = 1000
_DIGITS = 9
"""Before the point. More is no sum of money, and with the places after it fits Decimal's 28 digits: none is lost."""


class Rates(msgspec.Struct, frozen=True):
    """Picodollars for one token of each kind, one request and one image. `None`: priced as plain input or output."""

    input: int = 0
    output: int = 0
    cached_input: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None
    input_audio: int | None = None
    output_audio: int | None = None
    request: int = 0
    image: int = 0


class Tier(msgspec.Struct, frozen=True):
    """Rates that hold for the whole request once its input exceeds `above` tokens."""

    above: int
    rates: Rates


class Price(msgspec.Struct, frozen=True):
    """What a target charges. `source` says where the numbers come from, for people to check."""

    rates: Rates = Rates()
    tiers: tuple[Tier, ...] = ()
    """The lowest first."""
    source: str = "none"

    def at(self, input_tokens: int) -> Rates:
        """The rates for a request of this many input tokens (cached ones included)."""
        chosen = self.rates
        for tier in self.tiers:
            if input_tokens > tier.above:
                chosen = tier.rates
        return chosen


FREE = Price()


def per_million(dollars: str | float | Decimal) -> int:
    """Dollars for a million tokens as picodollars a token; raises `ValueError` when negative, no number or finer.

    >>> per_million("0.15")
    150000
    """
    amount = _exactly(dollars)
    if amount is None or amount < 0:
        raise ValueError(f"{dollars} is not a price; a price is a finite number of dollars, zero or more")
    rounded = amount.quantize(_PICO_A_MILLION_PLACES)
    if rounded != amount:
        raise ValueError(f"{dollars} is finer than a picodollar a token")
    return int(rounded.scaleb(6))


def from_pico(picodollars: int) -> Nanodollars:
    """Round picodollars half up to nanodollars."""
    return Nanodollars((picodollars + PICO_PER_NANO // 2) // PICO_PER_NANO)


def from_dollars(dollars: str | Decimal | float) -> Nanodollars:
    """Dollars as nanodollars, rounded half up, away from zero; raises `ValueError` for what is no finite number."""
    amount = _exactly(dollars)
    if amount is None:
        raise ValueError(f"{dollars} is not an amount of money")
    return Nanodollars(int(amount.quantize(_NANO_PLACES, ROUND_HALF_UP).scaleb(9)))


def _exactly(dollars: str | float | Decimal) -> Decimal | None:
    """The number as it is written; `None` for what is none, is not finite, or is larger than any sum of money."""
    try:
        amount = Decimal(str(dollars))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount.adjusted() < _DIGITS else None


def dollars(amount: int) -> str:
    """Nanodollars as decimal dollars without exponent or needless zeros.

    >>> dollars(1_250_000)
    '0.00125'
    """
    if amount == 0:
        return "0"
    whole, rest = divmod(abs(amount), 10**9)
    text = f"{whole}.{rest:09d}".rstrip("0").rstrip(".")
    return f"-{text}" if amount < 0 else text
