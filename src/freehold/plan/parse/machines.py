"""``[[machines.gpu]]`` and its like: rows of the scenario's own in front of the catalog's."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from freehold.catalog.offers import Catalog
from freehold.catalog.own import KINDS, RowFault, row
from freehold.catalog.words import mend_for
from freehold.core.errors import UnknownRow
from freehold.plan.parse.table import Table


def read_machines(table: Table, catalog: Catalog) -> Catalog:
    """The catalog with the scenario's own rows; one at fault is told and left out."""
    machines = table.table("machines")
    rows: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for kind in machines.raw:
        if kind not in KINDS:
            mend = mend_for(kind[:80], KINDS)
            machines.fault(kind, f"there are no rows of the kind {kind[:80]!r} in machines", mend)
            continue
        for index, raw in enumerate(machines.items(kind)):
            rows[kind] += _row(machines, kind, index, raw, catalog)
    try:
        return catalog.with_rows(
            gpus=rows["gpu"], architectures=rows["architecture"], clouds=rows["cloud"], hardware=rows["hardware"]
        )
    except UnknownRow as error:
        machines.fault((), f"an offer in machines is of {error.name[:80]!r}, a GPU nobody knows", nearest(error))
        return catalog


def nearest(error: UnknownRow) -> str:
    """The mend for a name that no row has."""
    return f"the nearest are {', '.join(error.near)}" if error.near else "add a row of your own, as [[machines.gpu]]"


def _row(machines: Table, kind: str, index: int, raw: object, catalog: Catalog) -> list[Any]:
    if not isinstance(raw, Mapping):
        machines.fault(
            (kind, index), f"machines.{kind} has an item that is no table", f"write it as [[machines.{kind}]]"
        )
        return []
    try:
        return [row(kind, {key: _plain(value) for key, value in raw.items()}, catalog, machines.book.today)]
    except RowFault as error:
        machines.fault((kind, index, error.key), f"machines.{kind}: {error.message}", error.mend)
        return []


def _plain(value: object) -> object:
    """As JSON would have it: numbers as floats, dates as text."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
