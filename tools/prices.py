"""Take the shipped table of prices, ``catalog/prices.json``, from the installed genai-prices.

    python -m tools.prices

A tool for whoever prepares a release. Only the providers of our own catalog are taken,
and only what `Price` can hold: prices by the token and by the request, not web searches, hours of audio or pages.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import msgspec
from genai_prices import types
from genai_prices.data import providers

from freehold.catalog import price_table
from freehold.catalog.price_table import Amount, Matcher, ModelRow, PriceRow, PriceTable
from freehold.catalog.providers import PROVIDERS

_FIELDS = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cached_input",
    "cache_write_mtok": "cache_write",
    "output_reasoning_mtok": "reasoning",
    "input_audio_mtok": "input_audio",
    "output_audio_mtok": "output_audio",
}


def build(taken: str) -> PriceTable:
    """The table as the installed package has it; `taken` is the date to write into it."""
    known = {provider.id: provider for provider in providers}
    wanted = {row.prices for row in PROVIDERS.values() if row.prices}
    fallbacks = {name: tuple(known[name].fallback_model_providers or ()) for name in sorted(wanted & known.keys())}
    wanted |= {name for names in fallbacks.values() for name in names}
    wanted |= {name for name in known if any(name.startswith(f"{each}_") for each in wanted)}
    return PriceTable(
        source="genai-prices",
        version=version("genai-prices"),
        taken=taken,
        licence="MIT, Copyright (c) Pydantic Services Inc. 2025 to present",
        fallbacks={name: owners for name, owners in fallbacks.items() if owners},
        models={name: tuple(map(_model, known[name].models)) for name in sorted(wanted & known.keys())},
    )


def _model(model: types.ModelInfo) -> ModelRow:
    if isinstance(model.prices, types.ModelPrice):
        rows = [_row(model.prices, None, free=model.id.endswith(":free"))]
    else:
        rows = [_row(each.prices, each.constraint) for each in model.prices]
    return ModelRow(id=model.id, match=_matcher(model.match), prices=tuple(row for row in rows if row))


def _row(prices: types.ModelPrice, constraint: object, *, free: bool = False) -> PriceRow | None:
    fields = {
        ours: _amount(found) for theirs, ours in _FIELDS.items() if (found := vars(prices).get(theirs)) is not None
    }
    requests = vars(prices).get("requests_kcount")
    if free and not fields:
        fields = {"input": Amount("0"), "output": Amount("0")}
    if not fields and requests is None:
        return None
    return PriceRow(
        since=constraint.start_date.isoformat() if isinstance(constraint, types.StartDateConstraint) else "",
        hours=isinstance(constraint, types.TimeOfDateConstraint),
        thousand_requests=str(requests) if requests is not None else None,
        **fields,
    )


def _amount(value: Decimal | types.TieredPrices) -> Amount:
    if isinstance(value, types.TieredPrices):
        return Amount(_dollars(value.base), tuple((tier.start, _dollars(tier.price)) for tier in value.tiers))
    return Amount(_dollars(value))


def _dollars(value: Decimal) -> str:
    """As text, at most as fine as a picodollar a token (some rows there are quotients with 16 digits)."""
    rounded = round(value, 6)
    return f"{value if value == rounded else rounded:f}"


def _matcher(clause: object) -> Matcher:
    match clause:
        case types.ClauseOr(or_=clauses):
            return Matcher(any=tuple(map(_matcher, clauses)))
        case types.ClauseAnd(and_=clauses):
            return Matcher(all=tuple(map(_matcher, clauses)))
        case types.ClauseRegex(regex=pattern):
            return Matcher(regex=pattern)
        case types.ClauseEquals(equals=text):
            return Matcher(equals=text.lower())
        case types.ClauseStartsWith(starts_with=text):
            return Matcher(starts_with=text.lower())
        case types.ClauseEndsWith(ends_with=text):
            return Matcher(ends_with=text.lower())
        case types.ClauseContains(contains=text):
            return Matcher(contains=text.lower())
    raise TypeError(f"{clause!r} is a kind of match that the table does not know yet")


def encoded(table: PriceTable) -> bytes:
    """The table as JSON with one model a line, so that a refresh can be reviewed."""
    head = msgspec.to_builtins(table)
    models = head.pop("models")
    lines = [msgspec.json.encode(head)[:-1] + b',"models":{']
    for number, (provider, rows) in enumerate(models.items()):
        lines.append((b"," if number else b"") + msgspec.json.encode(provider) + b":[")
        lines.append(b",\n".join(msgspec.json.encode(row) for row in rows))
        lines.append(b"]")
    return b"\n".join([*lines, b"}}"]) + b"\n"


if __name__ == "__main__":
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    Path(price_table.__file__).with_name("prices.json").write_bytes(encoded(build(today)))
