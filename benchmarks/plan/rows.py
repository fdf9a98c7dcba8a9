"""Serving points of one's own in the columns of aiconfigurator's sample: what can be used of a file, and what cannot.

A row that cannot be used is left out and named with its field; the others are measured all the same.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.plan.measurements import Measurement, lines, once, silicon_row
from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.core.errors import UnknownRow
from freehold.plan.capacity.constants import shipped
from freehold.plan.capacity.precision import precision

NEEDED = ("backend", "model_path", "system", "precision", "isl", "osl", "batch_size")
TIMES = ("silicon_ttft_ms", "silicon_tpot_ms")
OPTIONAL = (
    "id",
    "silicon_data_source",
    "backend_version",
    "mode",
    "tp_size",
    "pp_size",
    "attention_dp_size",
    "moe_tp_size",
    "moe_ep_size",
)
PARALLEL = ("tp_size", "pp_size", "moe_tp_size", "moe_ep_size")
TOLD = 20
"""Rows that are named, at most; the others are counted."""


@dataclass(frozen=True)
class Rows:
    """One file."""

    path: Path
    measured: list[Measurement]
    """Each measurement once."""
    left_out: list[str]
    """A sentence for each row that cannot be used."""
    apart: int
    """Rows of prompt and decode on separate machines, which the model does not know."""
    repeated: int
    """Rows that stand in the file more than once."""

    def told(self) -> Iterator[str]:
        """What was left out, in lines."""
        for sentence in self.left_out[:TOLD]:
            yield f"{self.path.name}: {sentence}; left out"
        if (more := len(self.left_out) - TOLD) > 0:
            yield f"{self.path.name}: {more} more rows left out, for such reasons"
        yield (
            f"{self.path.name}: {len(self.measured)} rows used, {len(self.left_out)} left out as unusable, "
            f"{self.apart} as of prompt and decode on separate machines, {self.repeated} as repeated"
        )


def read(name: str) -> Rows:
    """A file, for a command's option.

    Raises:
        argparse.ArgumentTypeError: it is not there, cannot be read, or has no row that can be used; with the reason.
    """
    path = Path(name)
    try:
        rows = _rows(path)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{path} cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error, EOFError) as error:
        raise argparse.ArgumentTypeError(f"{path} is no CSV file: {error}") from error
    if not rows.measured:
        why = "\n".join(rows.told())
        raise argparse.ArgumentTypeError(f"{path} has no row that can be used\n{why}")
    return rows


def _rows(path: Path) -> Rows:
    found: list[Measurement] = []
    left_out: list[str] = []
    apart = count = 0
    for count, row in enumerate(lines(path), 1):
        if count == 1 and (missing := [name for name in (*NEEDED, *TIMES) if name not in row]):
            raise argparse.ArgumentTypeError(f"{path} has no column {', '.join(missing)}")
        full = dict.fromkeys(OPTIONAL, "") | {name: (text or "").strip() for name, text in row.items() if name}
        if full["mode"] not in ("", "agg"):
            apart += 1
            continue
        try:
            found.append(_measured(full))
        except (UnknownRow, ValueError) as error:
            named = f" ({full['id']})" if full["id"] else ""
            left_out.append(f"row {count}{named}: {error}")
    if not count:
        raise argparse.ArgumentTypeError(f"{path} is empty: it holds no rows")
    kept = once(found)
    return Rows(path, kept, left_out, apart, len(found) - len(kept))


def _measured(row: dict[str, str]) -> Measurement:
    """Raises `ValueError` with the field, or `UnknownRow`, for what cannot be used."""
    for name in ("isl", "osl", *TIMES):
        _positive(name, row[name])
    if row["batch_size"] or not re.search(r"silicon_concurrency=[1-9]", row["silicon_data_source"]):
        _positive("batch_size", row["batch_size"])
    for name in PARALLEL:
        if not re.fullmatch(r"\d*", row[name]):
            raise ValueError(f"{name} is {row[name]!r}, and not a whole number")
    if row["pp_size"] not in ("", "0", "1"):
        raise ValueError(f"pp_size is {row['pp_size']}, and pipelines are not modelled")
    if row["backend"] not in shipped().engines:
        raise ValueError(f"backend is {row['backend']!r}, and not one of {', '.join(shipped().engines)}")
    try:
        gpu(row["system"])
        architecture(row["model_path"])
    except UnknownRow as error:
        field = "system" if error.kind == "GPU" else "model_path"
        raise ValueError(f"{field}: {error}") from error
    if row["precision"]:
        try:
            precision(row["precision"])
        except ValueError as error:
            raise ValueError(f"precision: {error}") from error
    return silicon_row(row)


def _positive(name: str, text: str) -> None:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} is {text!r}, and not a number above zero")
