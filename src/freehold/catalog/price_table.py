"""The shipped table of prices: its shape, and how a model's name finds its row.

The numbers come from genai-prices (MIT, Pydantic Services Inc.), taken into ``prices.json`` by
``python -m tools.prices``. They are a copy because the package itself costs half a second and 96 MiB of
resident memory to import; this table is read in 12 ms and 2 MiB.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import msgspec

Dollars = str
"""A decimal number as text, so that no float ever rounds a price."""


class Matcher(msgspec.Struct, frozen=True, omit_defaults=True):
    """A test of a model's lower-case name. One field is set."""

    equals: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    contains: str | None = None
    regex: str | None = None
    any: tuple[Matcher, ...] = ()
    all: tuple[Matcher, ...] = ()

    def matches(self, name: str) -> bool:
        """Whether the name passes."""
        if self.equals is not None:
            return name == self.equals
        if self.starts_with is not None:
            return name.startswith(self.starts_with)
        if self.ends_with is not None:
            return name.endswith(self.ends_with)
        if self.contains is not None:
            return self.contains in name
        if self.regex is not None:
            return re.search(self.regex, name) is not None
        if self.any:
            return any(each.matches(name) for each in self.any)
        return bool(self.all) and all(each.matches(name) for each in self.all)


class Amount(msgspec.Struct, frozen=True, array_like=True):
    """US dollars for a million tokens, and the steps ``(above this many input tokens, dollars)``."""

    base: Dollars
    steps: tuple[tuple[int, Dollars], ...] = ()


class PriceRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One set of prices. `since` is an ISO date; `hours`: it holds for some hours of the day only."""

    since: str = ""
    hours: bool = False
    input: Amount | None = None
    output: Amount | None = None
    cached_input: Amount | None = None
    cache_write: Amount | None = None
    reasoning: Amount | None = None
    input_audio: Amount | None = None
    output_audio: Amount | None = None
    thousand_requests: Dollars | None = None


class ModelRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model's names and its prices, oldest first. No price at all: known, but its price is not."""

    id: str
    match: Matcher
    prices: tuple[PriceRow, ...] = ()


class PriceTable(msgspec.Struct, frozen=True):
    """All of it. `fallbacks` names the providers whose models a provider resells under the same names."""

    source: str
    version: str
    taken: str
    licence: str
    fallbacks: dict[str, tuple[str, ...]]
    models: dict[str, tuple[ModelRow, ...]]

    def find(self, provider: str, model: str) -> tuple[str, ModelRow] | None:
        """The row for a model, with the provider it stands under; `None` if there is none."""
        name = model.lower()
        for owner in (provider, *self.fallbacks.get(provider, ())):
            for row in self.models.get(owner, ()):
                if row.match.matches(name):
                    return owner, row
        return None


@cache
def shipped() -> PriceTable:
    """The table that came with this release, read on first use."""
    data = resources.files("freehold.catalog").joinpath("prices.json").read_bytes()
    return msgspec.json.decode(data, type=PriceTable)
