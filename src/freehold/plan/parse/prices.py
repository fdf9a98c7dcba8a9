"""What an endpoint charges, from the shipped table of prices, by the name of its model."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import msgspec

from freehold.catalog.price_table import shipped
from freehold.catalog.prices import known
from freehold.catalog.words import near
from freehold.core.money import Price, Rates

FIRST = ("openai", "anthropic", "google", "mistral", "deepseek", "x-ai", "moonshotai")
"""Makers of models, asked before those who resell them."""

STALE_DAYS = 120
"""Prices older than this are shown as stale."""

_MILLION_IN_PICO = 1e6
"""Picodollars a token in a dollar a million tokens."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A model at a provider's prices, in US dollars a million tokens."""

    provider: str
    price: Price
    date: str
    """When the table was made."""
    stale: bool

    @property
    def source(self) -> str:
        """The table and the row."""
        return self.price.source


def find(model: str, provider: str, today: datetime.date) -> Offer | None:
    """A model's prices on a day: of the named provider, or of the first that has it; `None` where nobody does."""
    table = shipped()
    taken = datetime.date.fromisoformat(table.taken)
    for owner, name in _candidates(model, provider):
        price = known(owner, name, today)
        if price is not None and price.rates.output:
            stale = (today - taken).days > STALE_DAYS
            return Offer(provider=owner, price=price, date=table.taken, stale=stale)
    return None


def nearest(model: str, provider: str) -> tuple[str, ...]:
    """The names in the table that are most like a model's."""
    rows = shipped().models
    owners = [provider] if provider in rows else list(rows)
    names = {row.id for owner in owners for row in rows[owner]}
    return near(model.rpartition("/")[2], sorted(names))


def providers() -> tuple[str, ...]:
    """Those that the table knows."""
    return tuple(shipped().models)


def dollars(rates: Rates, kind: str) -> float:
    """``input``, ``cached_input`` or ``output`` in US dollars a million tokens; cached ones cost as input if unsaid."""
    picodollars = getattr(rates, kind)
    return float(rates.input if picodollars is None else picodollars) / _MILLION_IN_PICO


def _candidates(model: str, provider: str) -> Iterator[tuple[str, str]]:
    """Providers and the model's name there, the likeliest first."""
    owners = list(shipped().models)
    if provider:
        yield provider, model
        return
    head, _, rest = model.partition("/")
    if rest and head in owners:
        yield head, rest
    for owner in (*FIRST, *(owner for owner in owners if owner not in FIRST)):
        yield owner, model
