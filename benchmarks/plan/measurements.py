"""The measured serving points of others, read from where they lie, as deployments with what came out."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.memory import Deployment, room
from freehold.plan.capacity.work import Work, stacked, work

SILICON = Path("plan/silicon/hopper.csv.gz")
"""Points of NVIDIA's aiconfigurator, under the folder of the data."""


@dataclass(frozen=True)
class Measurement:
    """One steady state of one server."""

    deployment: Deployment
    version: str
    """Of the engine; empty where the row does not say."""
    concurrency: float
    prompt: float
    answer: float
    ttft_s: float
    tpot_s: float

    @property
    def pair(self) -> tuple[str, str]:
        """Model and GPU; models of one shape are one model, so that a twin is not left in when one is left out."""
        shape = self.deployment.architecture
        return f"{shape.layers}x{shape.hidden}x{shape.experts}x{shape.intermediate}", self.deployment.gpu.name

    @property
    def tokens_s(self) -> float:
        """Answer tokens of all requests, a second, while `concurrency` are always there."""
        return self.concurrency * self.answer / (self.ttft_s + self.answer * self.tpot_s)


class Table:
    """Measurements as columns, each of the shape (n,), beside the counts of their deployments."""

    def __init__(self, rows: Iterable[Measurement]) -> None:
        self.rows = tuple(rows)
        self.work: Work = stacked([work(row.deployment) for row in self.rows])
        self.slots = self._column([_slots(row) for row in self.rows])
        self.concurrency = self._column([row.concurrency for row in self.rows])
        self.prompt = self._column([row.prompt for row in self.rows])
        self.answer = self._column([row.answer for row in self.rows])
        self.ttft_s = self._column([row.ttft_s for row in self.rows])
        self.tpot_s = self._column([row.tpot_s for row in self.rows])
        self.tokens_s = self._column([row.tokens_s for row in self.rows])
        self.gpus = self._column([row.deployment.gpus for row in self.rows])
        self.engines = tuple(row.deployment.engine for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, keep: NDArray[np.bool_]) -> Table:
        """The rows for which `keep`, shape (n,), is true."""
        return Table(row for row, kept in zip(self.rows, keep, strict=True) if kept)

    @staticmethod
    def _column(values: Iterable[float]) -> NDArray[np.float64]:
        return np.array(list(values), float)


def silicon(path: Path) -> list[Measurement]:
    """The aggregated points of a file with the columns of aiconfigurator's sample, each measurement once.

    Many points stand in the file two or three times, as parts of several collections; the first is kept.
    """
    return once(silicon_row(row) for row in lines(path) if row["mode"] == "agg")


def once(measured: Iterable[Measurement]) -> list[Measurement]:
    """Each measurement once, the first of those alike."""
    found: dict[tuple[object, ...], Measurement] = {}
    for one in measured:
        found.setdefault((one.pair, one.prompt, one.answer, f"{one.ttft_s:.6f}", f"{one.tpot_s:.7f}"), one)
    return list(found.values())


def silicon_row(row: dict[str, str]) -> Measurement:
    """One row of such a file, its columns filled, if only with nothing."""
    said = re.search(r"silicon_concurrency=(\d+)", row["silicon_data_source"])
    weights = row["precision"] or "bf16"
    shape = architecture(row["model_path"])
    if row["precision"] == "" and row["model_path"].lower().endswith("fp8"):
        weights = "fp8"
    if "gpt-oss" in row["model_path"]:
        weights = "mxfp4"
    deployment = Deployment(
        shape,
        gpu(row["system"]),
        _gpus(row),
        weights,
        "fp8" if row["backend"] == "trtllm" and weights != "bf16" else "bf16",
        row["backend"],
        row["attention_dp_size"] not in ("", "0", "1"),
    )
    return Measurement(
        deployment,
        row["backend_version"],
        float(said[1] if said else row["batch_size"]),
        float(row["isl"]),
        float(row["osl"]),
        float(row["silicon_ttft_ms"]) / 1e3,
        float(row["silicon_tpot_ms"]) / 1e3,
    )


def _gpus(row: dict[str, str]) -> int:
    """GPUs of the replica.

    Some collections write tensor and expert parallelism over the same GPUs as if each had GPUs of its own; their ids
    (``_tp8_ep8_``) say how many there were.
    """
    named = re.search(r"_tp(\d+)_(?:0_)?ep\d", row["id"])
    if named:
        return int(named[1])
    tensor, expert = int(row["moe_tp_size"] or 1), int(row["moe_ep_size"] or 1)
    if tensor == expert > 2:
        return tensor
    return max(tensor * expert, int(row["tp_size"] or 1))


def _slots(row: Measurement) -> int:
    return max(1, room(row.deployment, int(row.prompt + 0.6 * row.answer)).slots)


def lines(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file, packed or not, by their columns' names."""
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        yield from csv.DictReader(file)
