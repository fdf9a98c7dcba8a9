"""Rows of one's own for the catalog of machines, as tables of a scenario give them.

A table with a name that the catalog has may say only what differs; a new one says all that a row of its kind must. Its
date is the day it was read and its source the scenario, unless it says others.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from freehold.catalog import architectures as models
from freehold.catalog import gpus as cards
from freehold.catalog.architectures import Architecture
from freehold.catalog.gpus import Gpu
from freehold.catalog.offers import Catalog, CloudOffer, HardwareOffer
from freehold.catalog.words import mend_for

Row = Gpu | Architecture | CloudOffer | HardwareOffer

KINDS: dict[str, type[Row]] = {
    "gpu": Gpu,
    "architecture": Architecture,
    "cloud": CloudOffer,
    "hardware": HardwareOffer,
}
SOURCE = "the scenario"
_AT = re.compile(r" - at `\$\.?([^`]*)`")
_UNSAID_RANGE = (0.9, 1.15)
"""Ends of a price that is said without a range, as shares of it."""


class RowFault(ValueError):
    """A table is no row: `key` of it, what is wrong, and the mend."""

    def __init__(self, kind: str, key: str, message: str, mend: str) -> None:
        super().__init__(f"machines.{kind}: {message}; {mend}")
        self.kind = kind
        self.key = key
        self.message = message
        self.mend = mend


def joined(catalog: Catalog, tables: Mapping[str, Iterable[Mapping[str, Any]]], today: datetime.date) -> Catalog:
    """The catalog with the rows of ``[[machines.gpu]]``, ``.architecture``, ``.cloud`` and ``.hardware``.

    Raises:
        RowFault: a table is of no kind that there is, or no row.
        UnknownRow: an offer is of a GPU that nobody knows.
    """
    for kind in tables:
        if kind not in KINDS:
            raise RowFault(kind, "", f"there are no rows of the kind {kind[:80]!r}", mend_for(kind, KINDS))
    made = {kind: [row(kind, given, catalog, today) for given in tables.get(kind, ())] for kind in KINDS}
    return catalog.with_rows(
        gpus=made["gpu"], architectures=made["architecture"], clouds=made["cloud"], hardware=made["hardware"]
    )


def row(kind: str, given: Mapping[str, Any], catalog: Catalog, today: datetime.date) -> Any:
    """One table as a row of its kind; raises `RowFault` for what is none."""
    target = KINDS[kind]
    fields = {field.name for field in msgspec.structs.fields(target)}
    for key in given:
        if key not in fields:
            raise RowFault(kind, key, f"{key[:80]!r} is no key of such a row", mend_for(key, fields))
    name = given.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RowFault(kind, "name", "a row has a name", 'add name = "..."')
    filled = _filled(kind, given, _row_called(kind, name, catalog)) | {
        "date": given.get("date", today.isoformat()),
        "source": given.get("source", SOURCE),
    }
    try:
        made = msgspec.convert(filled, target)
    except msgspec.ValidationError as wrong:
        raise _fault(kind, name, wrong) from wrong
    _check(kind, made)
    return made


def _row_called(kind: str, name: str, catalog: Catalog) -> Row | None:
    """The catalog's row of this very name."""
    if kind == "gpu":
        return next((each for each in catalog.gpus if cards.spelling(each.name) == cards.spelling(name)), None)
    if kind == "architecture":
        return next((each for each in catalog.architectures if models.plain(each.name) == models.plain(name)), None)
    offers: tuple[CloudOffer | HardwareOffer, ...] = catalog.clouds if kind == "cloud" else catalog.hardware
    return next((each for each in offers if each.name.casefold() == name.casefold()), None)


def _filled(kind: str, given: Mapping[str, Any], known: Row | None) -> dict[str, Any]:
    """What is given over what is known; a price's range moves with the price where it is not said."""
    filled = (msgspec.structs.asdict(known) if known is not None else {}) | dict(given)
    usd = given.get("usd")
    if kind == "hardware" and isinstance(usd, int | float):
        old = known if isinstance(known, HardwareOffer) else None
        low, high = (old.low / old.usd, old.high / old.usd) if old else _UNSAID_RANGE
        filled |= {"low": given.get("low", low * usd), "high": given.get("high", high * usd)}
    return filled


def _fault(kind: str, name: str, wrong: msgspec.ValidationError) -> RowFault:
    """The sentence of msgspec, with the key that it is about."""
    text = str(wrong)
    at = _AT.search(text)
    message = _AT.sub("", text).replace("`", "'")
    missing = re.search(r"required field '(\w+)'", message)
    key = at[1] if at and at[1] else missing[1] if missing else ""
    about = f"{name[:80]!r}" + (f", {key!r}" if key else "")
    return RowFault(
        kind, key, f"{about}: {message[:1].lower()}{message[1:]}", f"docs/reference/machines.md shows rows of {kind}"
    )


def _check(kind: str, made: Row) -> None:
    """Every number is finite, and more than nothing but where nothing is what it is unsaid; a date is a date."""
    values = msgspec.structs.asdict(made)
    may_be_zero = {field.name for field in msgspec.structs.fields(type(made)) if field.default == 0}
    numbers = {key: value for key, value in values.items() if isinstance(value, int | float)}
    numbers |= {f"tflops.{key}": value for key, value in values.get("tflops", {}).items()}
    for key, value in numbers.items():
        if not math.isfinite(value) or value < 0 or (value == 0 and key not in may_be_zero):
            least = "zero or more" if key in may_be_zero else "more than zero"
            raise RowFault(
                kind, key, f"{made.name[:80]!r}, {key!r}: {value} cannot be", f"it is a finite number, {least}"
            )
    if isinstance(made, Gpu) and not made.half:
        message = f"{made.name[:80]!r}: 'tflops' says nothing of 16 or 32 bits, in which attention is done"
        raise RowFault(kind, "tflops", message, "give bf16, fp16 or fp32, as in tflops = { bf16 = 165.2 }")
    if isinstance(made, Architecture):
        _check_shape(made)
    if isinstance(made, HardwareOffer) and not made.low <= made.usd <= made.high:
        message = f"{made.name[:80]!r}: {made.usd:g} does not lie between low {made.low:g} and high {made.high:g}"
        raise RowFault(kind, "usd", message, "leave low and high out, or let them enclose it")
    try:
        datetime.date.fromisoformat(made.date)
    except ValueError:
        message = f"{made.name[:80]!r}: {made.date[:80]!r} is no date"
        raise RowFault(kind, "date", message, 'write it as "2026-11-22"') from None


def _check_shape(made: Architecture) -> None:
    """No part of a model is more than the whole, and its cache takes some memory."""
    parts = (
        ("active", made.active, "parameters", made.parameters),
        ("experts_active", made.experts_active, "experts", made.experts),
        ("dense_layers", made.dense_layers, "layers", made.layers),
        ("full_layers", made.full, "layers", made.layers),
        ("kv_heads", made.kv_heads, "heads", made.heads),
        ("intermediate", made.expert_parameters, "parameters", made.parameters),
    )
    for key, part, of, whole in parts:
        if part > whole:
            message = f"{made.name[:80]!r}: {key!r} makes {part:g}, more than {of!r}, {whole:g}"
            raise RowFault("architecture", key, message, "take both from the model's config.json")
    needed = {"latent": ("latent",), "sparse": ("latent", "window"), "window": ("window",), "linear": ("state",)}
    if made.attention not in ("full", *needed):
        message = f"{made.name[:80]!r}: {made.attention[:80]!r} is no kind of attention"
        raise RowFault("architecture", "attention", message, f"one of full, {', '.join(needed)}")
    for key in needed.get(made.attention, ()):
        if not getattr(made, key):
            message = f"{made.name[:80]!r}: {made.attention} attention without {key!r}"
            raise RowFault("architecture", key, message, "take it from the model's config.json")
