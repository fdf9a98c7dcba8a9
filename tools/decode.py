"""Fit the constants of `freehold.plan.capacity.decode`, and say how it does on devices it has not seen.

    python -m tools.decode [--data FOLDER] [--check]

FOLDER holds ``local/decode_speed.csv``. Writes ``plan/capacity/decode.json``; with ``--check`` it only measures. Least
squares on the logarithm of the time a token, each device counting the square root of its rows, softened beyond 5 %,
with every constant held near a first guess, so that what the data does not reach stays there. Half a minute.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from benchmarks.goals import DATA
from freehold.catalog.gpus import Gpu, gpu
from freehold.core.errors import UnknownRow
from freehold.plan.capacity import decode
from freehold.plan.capacity.decode import (
    BATCHED,
    GIB,
    LLAMA_CPP_ON,
    Fitted,
    Terms,
    Work,
    names,
    platform_of,
    token_s,
    work,
)

Floats = NDArray[np.float64]

TABLE = Path("local/decode_speed.csv")
TARGET = Path(decode.__file__).with_name("decode.json")

_SOFT = 0.05
_HOLD = 0.3
_COVER = 0.8
_SHRINK = 2
"""Devices that the error over all platforms counts beside those of one platform."""
_NEW = re.compile(r"202[5-9]|^(?!20)[4-9]\d{3}\b")
"""In the column of the build: llama.cpp of 2025 and later, by its year or its number."""
_CACHE_KIB = {"gemma": 60.0}
_USUAL_KIB = 128.0
"""Of a token in the cache, where the row does not say; Llama 3's."""


@dataclass(frozen=True)
class Row:
    """One measured speed."""

    gpu: Gpu
    platform: str
    quantisation: str
    work: Work
    old: bool
    seconds: float
    """A token."""
    held_out: bool = False
    """Kept from every fit by whoever gathered the rows."""

    @property
    def engine(self) -> str:
        """As `decode_tokens_s` takes it."""
        if self.platform == "cpu":
            return "llama.cpp on the CPU"
        return "llama.cpp" if self.platform in LLAMA_CPP_ON else self.platform

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The constants it hangs on."""
        return names(self.gpu, self.platform, self.quantisation, old=self.old)


def read(data: Path) -> tuple[list[Row], Counter[str]]:
    """The rows that can be estimated, and why the others cannot."""
    rows: list[Row] = []
    dropped: Counter[str] = Counter()
    with (data / TABLE).open(newline="") as file:
        for line in csv.DictReader(file):
            if why := _unfit(line):
                dropped[why] += 1
            else:
                rows.append(_row(line))
    return rows, dropped


def _unfit(line: dict[str, str]) -> str:
    """Why a row says nothing of one user on one device; empty if it does."""
    if line["batch"] != "1":
        return "many users at once"
    if line["gpu"] == "unnamed GPU":
        return "the GPU is not named"
    if not line["active_gib"]:
        return "the bytes read for a token are not known (experts, or part of it on the CPU)"
    if _device(line) is None:
        return "the catalog does not know the GPU, and the row not its bandwidth"
    return ""


def unclear(row: Row) -> bool:
    """Whether one unit may be half a card, and no other device tells: Intel's Max 1550."""
    return row.gpu.name == "Max 1550"


def _row(line: dict[str, str]) -> Row:
    device = _device(line)
    assert device is not None  # `_unfit` has seen to it
    context = float(line["ctx_start"] or 0) + float(line["gen_len"] or 128) / 2
    per_token = float(line["kv_kib_per_tok"] or _CACHE_KIB.get(line["model"][:5], _USUAL_KIB))
    cache_gib = per_token * context * 1024 / GIB
    asked = work(device, float(line["active_gib"]), cache_gib, line["quant"], gpus=int(line["n_gpu"]))
    platform = _platform(line["backend"], device)
    if platform == "cpu":  # of a chip whose GPU the catalog describes
        asked = msgspec.structs.replace(asked, units=math.inf)
    old = not _NEW.search(line["build"])
    return Row(device, platform, line["quant"], asked, old, 1 / float(line["tok_s"]), line["hold_out"] == "1")


def _device(line: dict[str, str]) -> Gpu | None:
    """The catalog's row; of a GPU it does not know, one with the bandwidth that the line gives."""
    try:
        return gpu(line["gpu"].replace(" (Argonne)", "").replace("?", ""))
    except UnknownRow:
        if not line["mem_bw_gbps"]:
            return None
    return Gpu(
        name=line["gpu"],
        memory_gib=math.inf,
        bandwidth_gbs=float(line["mem_bw_gbps"]),
        tflops={},
        link_gbs=1.0,
        watts=1.0,
        date="",
        source="",
    )


def _platform(backend: str, device: Gpu) -> str:
    """As `decode` calls it. Argonne's llama.cpp ran a batch of one through a harness of its own, at half the speed."""
    if backend == "llama.cpp":
        return BATCHED
    if "CPU" in backend:
        return "cpu"
    return platform_of(device, backend.partition(" ")[0])


class Fit:
    """Rows as columns, each of the shape (n,), and the constants that they hang on, each of the shape (m,)."""

    def __init__(self, rows: Sequence[Row], every: Iterable[str] | None = None) -> None:
        self.names = sorted(set(every or (name for row in rows for each in row.names.values() for name in each)))
        index = {name: at for at, name in enumerate(self.names)}
        self.work = Work(*(self._column(rows, field) for field in Work.__struct_fields__))
        self.log_s = np.log([row.seconds for row in rows])
        self.chosen = {
            field: np.array([[name in row.names[field] for name in index] for row in rows], dtype=float)
            for field in Terms.__struct_fields__
        }
        count = Counter(row.gpu.name for row in rows)
        self.weight = np.array([count[row.gpu.name] ** -0.25 for row in rows])
        self.guess = np.array([_guess(name)[0] for name in self.names])
        self.hold = np.array([_guess(name)[1] for name in self.names])

    @staticmethod
    def _column(rows: Sequence[Row], field: str) -> Floats:
        return np.array([getattr(row.work, field) for row in rows], dtype=float)

    def log_token_s(self, logs: Floats) -> Floats:
        """The estimate's logarithm for each row; `logs` are those of the constants."""
        terms = {field: np.exp(chosen @ logs) for field, chosen in self.chosen.items()}
        terms["rate"] = np.where(self.chosen["rate"].any(axis=1), terms["rate"], np.inf)
        terms["efficiency"] = np.minimum(terms["efficiency"], 1)
        return np.log(token_s(self.work, Terms(**terms)))

    def solve(self) -> Floats:
        """The logarithms of the constants, shape (m,)."""
        return np.asarray(least_squares(self._residuals, self.guess, max_nfev=200).x)

    def _residuals(self, logs: Floats) -> Floats:
        off = (self.log_token_s(logs) - self.log_s) * self.weight
        soft = np.sign(off) * np.sqrt((np.sqrt(1 + (off / _SOFT) ** 2) - 1) / 2)
        return np.concatenate([soft, _HOLD * (logs - self.guess) / self.hold])


def _guess(name: str) -> tuple[float, float]:
    """A constant's logarithm before any measurement, and how far from it the constant may well lie."""
    kind, _, rest = name.partition(".")
    platform, _, last = rest.partition(".")
    if name in {"rate.apple since M3", "launch.cuda since 2025"}:
        return 0.0, 0.4
    if kind == "efficiency":
        return math.log(0.7 if platform == "cpu" else 0.85), 0.15
    if kind == "rate":
        first = {"cuda": 3.0, "metal": 4.0, "rocm": 2.0}.get(platform, 2.0)
        return math.log(first * (1.0 if last == "16" else 1.3 if last == "8" else 2.5)), 0.7
    if kind == "launch_us":
        return math.log(200.0 if platform == "cpu" else 60.0 if platform in {"cuda", "metal", "rocm"} else 100.0), 0.7
    return math.log({"cache_rate": 2.0, "hop_us": 200.0}[kind]), 0.7


def left_out(rows: Sequence[Row]) -> Floats:
    """For each row the estimate's logarithm less the measurement's, from a fit on all other devices; shape (n,)."""
    every = Fit(rows).names
    error = np.empty(len(rows))
    devices = np.array([row.gpu.name for row in rows])
    for device in sorted(set(devices)):
        here = devices == device
        solved = Fit([row for row in rows if row.gpu.name != device], every).solve()
        unseen = Fit([row for row in rows if row.gpu.name == device], every)
        error[here] = unseen.log_token_s(solved) - unseen.log_s
    return error


def spread(rows: Sequence[Row], error: Floats) -> dict[str, float]:
    """By platform the 80th percentile of the error's size, each device counting once, drawn towards that of all."""
    devices = np.array([row.gpu.name for row in rows])
    platforms = np.array([row.platform for row in rows])
    once = np.array([1.0 / np.sum((devices == row.gpu.name) & (platforms == row.platform)) for row in rows])
    overall = _percentile(np.abs(error), once)
    found = {}
    for platform in sorted({row.platform for row in rows}):
        own = platforms == platform
        count = once[own].sum()
        found[platform] = (count * _percentile(np.abs(error[own]), once[own]) + _SHRINK * overall) / (count + _SHRINK)
    return {platform: float(round(value, 4)) for platform, value in found.items()}


def _percentile(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][np.searchsorted(share, _COVER)])


def fit(rows: Sequence[Row]) -> Fitted:
    """What ``decode.json`` holds, from all rows."""
    solved = Fit(rows)
    values = zip(solved.names, np.exp(solved.solve()), strict=True)
    constants = {name: float(f"{min(value, _most(name)):.4g}") for name, value in values}
    return Fitted(
        source=f"python -m tools.decode on {len(rows)} rows of decode_speed.csv",
        fitted=datetime.datetime.now(datetime.UTC).date().isoformat(),
        constants=constants,
        spread=spread(rows, left_out(rows)),
        devices={
            platform: tuple(sorted({row.gpu.name for row in rows if row.platform == platform}))
            for platform in sorted({row.platform for row in rows})
        },
    )


def _most(name: str) -> float:
    """Nothing reads faster than its memory."""
    return 1.0 if name.startswith("efficiency.") else math.inf


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, and write or only say."""
    parser = argparse.ArgumentParser(prog="python -m tools.decode", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--check", action="store_true", help="measure, write nothing")
    options = parser.parse_args(arguments)
    rows, dropped = read(options.data)
    rows = [row for row in rows if not unclear(row) and not row.held_out]
    error = np.abs(np.expm1(-left_out(rows)))
    print(f"{len(rows)} rows; left out: {dict(dropped)}; mean error on devices left out {error.mean():.1%}")
    if not options.check:
        TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(fit(rows)), indent=1) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
