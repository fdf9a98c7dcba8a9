"""What a target charges: from the shipped table, or as the configuration says."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import lru_cache

import msgspec

from freehold.catalog.price_table import Amount, ModelRow, PriceRow, shipped
from freehold.core.money import Price, Rates, Tier, per_million

UNKNOWN = Price(source="unknown")
"""Nobody has told us: counted as nothing, and shown as unknown wherever it is shown."""

_PICO = Decimal(10) ** 12
_KINDS = ("input", "output", "cached_input", "cache_write", "reasoning", "input_audio", "output_audio")


class TierRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rates that hold for the whole request once its input is long; what is not given stays as in the tier below."""

    above: int
    """Input tokens that a request must exceed."""
    input: Decimal | None = None
    """For a million prompt tokens."""
    output: Decimal | None = None
    """For a million tokens produced."""
    cached_input: Decimal | None = None
    """For a million prompt tokens that the provider had cached."""
    cache_write: Decimal | None = None
    """For a million prompt tokens that the provider puts into its cache."""


class PriceOverride(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a target charges, in US dollars."""

    input: Decimal
    """For a million prompt tokens."""
    output: Decimal | None = None
    """For a million tokens produced; required of a target that chats."""
    cached_input: Decimal | None = None
    """For a million prompt tokens that the provider had cached. Default: as `input`."""
    cache_write: Decimal | None = None
    """For a million prompt tokens that the provider puts into its cache. Default: as `input`."""
    reasoning: Decimal | None = None
    """For a million tokens of reasoning. Default: as `output`."""
    input_audio: Decimal | None = None
    """For a million prompt tokens of audio. Default: as `input`."""
    output_audio: Decimal | None = None
    """For a million tokens of audio produced. Default: as `output`."""
    request: Decimal = Decimal(0)
    """For each request."""
    image: Decimal = Decimal(0)
    """For each image that is sent."""
    tiers: tuple[TierRow, ...] = ()
    """Other rates for long prompts."""


def configured(row: PriceOverride) -> Price:
    """A price as the configuration gives it; raises `ValueError` for what is not a price."""
    given = {kind: per_million(value) for kind in _KINDS if (value := getattr(row, kind)) is not None}
    rates = Rates(**given, request=_one(row.request), image=_one(row.image))
    tiers = []
    last = rates
    for tier in sorted(row.tiers, key=lambda each: each.above):
        changed = {kind: per_million(value) for kind in _KINDS[:4] if (value := getattr(tier, kind)) is not None}
        last = msgspec.structs.replace(last, **changed)
        tiers.append(Tier(tier.above, last))
    return Price(rates, tuple(tiers), "configuration")


def _one(dollars: Decimal) -> int:
    """Dollars for one thing as picodollars."""
    amount = dollars * _PICO
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        raise ValueError(f"{dollars} is not a price; a price is a finite number of dollars, zero or more")
    return int(amount)


def known(provider: str, model: str, on: datetime.date | None = None) -> Price | None:
    """The price of a model on a day (UTC; today if none is given), or `None` when the table does not have it.

    `provider` is the table's name for it (`ProviderRow.prices`). A model behind the Hugging Face router is priced by
    the provider that its suffix names: ``org/model:groq``. Where a price changes with the hour, the dearest counts.
    """
    return _known(provider, model, on or datetime.datetime.now(datetime.UTC).date())


@lru_cache(maxsize=4096)
def _known(provider: str, model: str, on: datetime.date) -> Price | None:
    if provider == "huggingface":
        model, _, behind = model.partition(":")
        provider = f"{provider}_{behind}"
    table = shipped()
    found = table.find(provider, model)
    if found is None:
        return None
    owner, row = found
    current = _current(row, on.isoformat())
    if current is None:
        return None
    since = f", since {current.since}" if current.since else ""
    return _price(current, f"{table.source} {table.version} of {table.taken}: {owner}/{row.id}{since}")


def _current(row: ModelRow, day: str) -> PriceRow | None:
    """The last row that has begun; rows for some hours of the day compete with it, and the dearest wins."""
    competing = []
    for price in reversed(row.prices):
        if price.since <= day:
            competing.append(price)
            if not price.hours:
                break
    return max(competing, key=_dearness, default=None)


def _dearness(row: PriceRow) -> Decimal:
    return sum((Decimal(amount.base) for amount in (row.input, row.output) if amount), Decimal(0))


def _price(row: PriceRow, source: str) -> Price:
    amounts: dict[str, Amount] = {kind: amount for kind in _KINDS if (amount := getattr(row, kind)) is not None}
    request = _one(Decimal(row.thousand_requests) / 1000) if row.thousand_requests else 0
    steps = sorted({above for amount in amounts.values() for above, _ in amount.steps})
    return Price(
        _rates(amounts, 0, request),
        tuple(Tier(above, _rates(amounts, above + 1, request)) for above in steps),
        source,
    )


def _rates(amounts: dict[str, Amount], tokens: int, request: int) -> Rates:
    return Rates(**{kind: per_million(_at(amount, tokens)) for kind, amount in amounts.items()}, request=request)


def _at(amount: Amount, tokens: int) -> str:
    """Dollars for a million tokens in a request of so many."""
    chosen = amount.base
    for above, dollars in amount.steps:
        if tokens > above:
            chosen = dollars
    return chosen
