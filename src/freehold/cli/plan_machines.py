"""``freehold plan machines``: the catalog that a plan is made from, as tables."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import typer

from freehold.catalog.offers import Catalog, shipped, stale
from freehold.cli import say
from freehold.cli.options import JsonOption

Kind = Literal["clouds", "hardware", "electricity", "batches", "gpus", "architectures"]


def machines(
    kind: Annotated[Kind, typer.Argument(help="Which rows.")] = "clouds",
    *,
    gpu: Annotated[str | None, typer.Option(metavar="NAME", help="Of one GPU alone.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List what the planner knows of machines and prices, each row with its date and source; old ones are marked.

    Example: freehold plan machines clouds --gpu A100
    """
    catalog = shipped()
    rows: tuple[Any, ...] = getattr(catalog, kind)
    if gpu is not None:
        rows = _of(catalog, kind, gpu)
    if as_json:
        say.json(rows)
        return
    say.table(*_shown(kind, rows))


def _of(catalog: Catalog, kind: Kind, gpu: str) -> tuple[Any, ...]:
    """The rows of one GPU; raises `UnknownRow` with the nearest."""
    if kind == "clouds":
        return catalog.cloud_offers(gpu)
    if kind == "hardware":
        return catalog.hardware_offers(gpu)
    if kind == "gpus":
        return (catalog.gpu(gpu),)
    raise typer.BadParameter(f"--gpu goes with clouds, hardware and gpus, not with {kind}")


_FIELDS: dict[Kind, tuple[str, ...]] = {
    "clouds": ("name", "gpu", "count", "usd_hour", "term", "region"),
    "hardware": ("name", "gpu", "count", "usd", "low", "high", "idle_watts", "load_watts"),
    "electricity": ("country", "name", "usd_kwh", "low", "high"),
    "batches": ("provider", "share"),
    "gpus": ("name", "maker", "memory_gib", "bandwidth_gbs", "watts", "released"),
    "architectures": ("name", "parameters", "active", "layers", "context", "licence"),
}
_LASTING = ("gpus", "architectures")
"""What a chip or a model is does not grow old; a price does."""


def _shown(kind: Kind, rows: tuple[Any, ...]) -> tuple[tuple[str, ...], list[list[object]]]:
    """Columns and cells: what matters of a row, its date, whether it is old, and where it is from."""
    today = datetime.datetime.now(datetime.UTC).date()
    cells = []
    for row in rows:
        old = kind not in _LASTING and stale(row.date, today)
        cells.append([*(getattr(row, name) for name in _FIELDS[kind]), row.date + " (stale)" * old, row.source])
    return (*_FIELDS[kind], "date", "source"), cells
