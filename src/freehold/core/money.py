"""Money as integers.

The unit of every stored amount is the **nanodollar** (10^-9 US dollar); an SQLite integer holds 9.2 billion dollars of
them. Prices are finer, integers of **picodollars a token**, because a cached token of a small model costs less than a
nanodollar: one US dollar a million tokens is exactly 1,000,000 picodollars a token. A cost is summed in picodollars and
rounded half up once, at the end, so that no order of adding changes it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

import msgspec

Nanodollars = NewType("Nanodollars", int)
ZERO = Nanodollars(0)

_NANO = Decimal(10) ** 9
_PICO_PER_NANO = 1000


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
    """Dollars for a million tokens as picodollars a token; raises `ValueError` when negative, not finite or finer."""
    amount = Decimal(str(dollars)) * 10**6
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{dollars} is not a price; a price is a finite number of dollars, zero or more")
    if amount != amount.to_integral_value():
        raise ValueError(f"{dollars} is finer than a picodollar a token")
    return int(amount)


def from_pico(picodollars: int) -> Nanodollars:
    """Round picodollars half up to nanodollars."""
    return Nanodollars((picodollars + _PICO_PER_NANO // 2) // _PICO_PER_NANO)


def from_dollars(dollars: str | Decimal | float) -> Nanodollars:
    """Dollars as nanodollars, rounded half up; raises `ValueError` for what is not a finite number."""
    amount = Decimal(str(dollars)) * _NANO
    if not amount.is_finite():
        raise ValueError(f"{dollars} is not an amount of money")
    return Nanodollars(int(amount.to_integral_value(ROUND_HALF_UP)))


def dollars(amount: int) -> str:
    """Nanodollars as decimal dollars without exponent or needless zeros.

    >>> dollars(1_250_000)
    '0.00125'
    """
    whole, rest = divmod(abs(amount), 10**9)
    text = f"{whole}.{rest:09d}".rstrip("0").rstrip(".")
    return f"-{text}" if amount < 0 else text
