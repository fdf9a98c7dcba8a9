"""The page of the reference on the catalog of machines: what is in it, and what each row rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from freehold.catalog.gpus import Gpu
from freehold.catalog.offers import STALE_DAYS, shipped

Page = Callable[..., str]
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]

_INTRODUCTION = f"""
What `freehold plan` knows of machines and their prices without being told. Nothing of it is fetched: it came with this
release, each row with the date at which it held and where it was read. A row older than {STALE_DAYS} days is marked as
stale wherever it counts. "Recalled, check" means that no page was at hand to read it from. [How to use your own
prices](../how-to/plan-prices.md).

A name is found however it is written: case, spaces, hyphens, the maker and the order of words do not matter.
"""

_KINDS = {
    "gpu": "GPUs and accelerators",
    "apple": "Apple's chips",
    "unified": "Other chips that share their memory with a processor",
    "cpu": "Processors",
}

_GPUS = """
Bandwidth is of the memory, 10^9 bytes a second. Speeds are dense, 10^12 operations a second in that arithmetic. Link is
to its neighbours in one machine, one direction, 10^9 bytes a second. Units are multiprocessors, compute units or cores.
"""


def machines(page: Page, table: Table) -> str:
    """All rows, kind by kind."""
    parts = []
    for kind, title in _KINDS.items():
        rows = [row for row in shipped().gpus if row.kind == kind]
        parts += [f"## {title}", _gpus(rows, table)]
    return page(
        "Machines and their prices",
        _INTRODUCTION,
        _GPUS,
        *parts,
        "## Rented, by the hour",
        "US dollars before tax, for the whole machine and for one GPU of it.",
        _clouds(table),
        "## To buy",
        "US dollars before tax, and what most buyers pay. A machine's watts are at the wall, a card's are its own.",
        _hardware(table),
        "## Electricity",
        "US dollars a kWh for businesses, with the range that most pay.",
        _electricity(table),
        "## Batch discounts",
        "What a provider of an API takes off for work that may wait, usually a day.",
        table(
            ("provider", "off", "date", "source"),
            ((f"`{row.provider}`", f"{row.share:.0%}", row.date, row.source) for row in shipped().batches),
        ),
    )


def _gpus(rows: Iterable[Gpu], table: Table) -> str:
    head = ("name", "memory GiB", "bandwidth", "speed", "units x GHz", "link", "W", "since", "date", "source")
    return table(
        head,
        (
            (
                row.name,
                f"{row.memory_gib:g}",
                f"{row.bandwidth_gbs:g}",
                ", ".join(f"{kind} {value:g}" for kind, value in row.tflops.items()),
                f"{row.units} x {row.ghz:g}",
                f"{row.link_gbs:g}",
                f"{row.watts:g}",
                row.released,
                row.date,
                row.source,
            )
            for row in rows
        ),
    )


def _clouds(table: Table) -> str:
    head = ("provider", "instance", "GPUs", "an hour", "a GPU hour", "term", "region", "date", "source")
    rows = sorted(shipped().clouds, key=lambda row: (row.gpu, row.term, row.usd_gpu_hour))
    return table(
        head,
        (
            (
                row.provider,
                row.instance,
                f"{row.count} x {row.gpu}",
                f"{row.usd_hour:.2f}",
                f"{row.usd_gpu_hour:.2f}",
                row.term.replace("_", " "),
                row.region,
                row.date,
                row.source,
            )
            for row in rows
        ),
    )


def _hardware(table: Table) -> str:
    head = ("name", "cards", "price", "range", "W idle", "W at work", "date", "source")
    return table(
        head,
        (
            (
                row.name,
                f"{row.count} x {row.gpu}",
                f"{row.usd:,.0f}",
                f"{row.low:,.0f} to {row.high:,.0f}",
                f"{row.idle_watts:g}",
                f"{row.load_watts:g}",
                row.date,
                row.source,
            )
            for row in shipped().hardware
        ),
    )


def _electricity(table: Table) -> str:
    head = ("code", "country", "a kWh", "range", "date", "source")
    return table(
        head,
        (
            (row.country, row.name, f"{row.usd_kwh:g}", f"{row.low:g} to {row.high:g}", row.date, row.source)
            for row in sorted(shipped().electricity, key=lambda row: row.name)
        ),
    )
