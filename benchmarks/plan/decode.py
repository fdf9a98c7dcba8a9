"""How far one user's decode speed on a device lies from what was measured there, when that device was left out.

    python -m benchmarks.plan.decode [--data FOLDER]

All rows of a GPU, alone and several of them together, are left out at once, and the constants fitted on the rest. Left
out of every figure but the last: rows of many users at once, of a GPU that is not named, and of models whose bytes for
a token are not known. Intel's Max 1550 counts in the last alone: its source does not say whether one unit is a card or
half of one, and no other device of its make is among the rows. The lines "llama.cpp alone" leave the servers out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.goals import Row as Line
from benchmarks.goals import command
from freehold.plan.capacity.decode import GIB, LLAMA_CPP_ON, decode_tokens_s
from freehold.plan.capacity.quantisation import family
from tools.decode import Row, left_out, read, spread, unclear

Floats = NDArray[np.float64]

GOAL = 0.10
FLAT = 0.55
"""The share of the bandwidth that the usual rule of thumb takes to be reached."""


def measure(data: Path) -> Iterator[Line]:
    """Measure, method, value, goal; every error is of tokens a second, over those measured."""
    every, _ = read(data)
    kept = [row for row in every if not row.held_out]
    clear = [row for row in kept if not unclear(row)]
    log = left_out(clear)
    error = np.abs(np.expm1(-log))
    yield "decode, device left out: mean error", "bandwidth / weights x 0.55", float(flat(clear).mean()), GOAL
    yield "decode, device left out: mean error", "bandwidth / weights, fitted", float(scaled(clear).mean()), GOAL
    yield "decode, device left out: mean error", "Freehold", float(error.mean()), GOAL
    yield "decode, device left out: median error", "Freehold", float(np.median(error)), GOAL
    yield "decode, device left out: mean of devices' means", "Freehold", by_device(clear, error), GOAL
    local = [row.platform in LLAMA_CPP_ON for row in clear]
    own = [row for row in clear if row.platform in LLAMA_CPP_ON]
    yield "decode, llama.cpp alone: mean error", "bandwidth / weights x 0.55", float(flat(own).mean()), GOAL
    yield "decode, llama.cpp alone: mean error", "bandwidth / weights, fitted", float(scaled(own).mean()), GOAL
    yield "decode, llama.cpp alone: mean error", "Freehold", float(error[local].mean()), GOAL
    for platform in sorted({row.platform for row in clear}):
        here = np.array([row.platform == platform for row in clear])
        yield f"decode, device left out: mean error, {platform}", "Freehold", float(error[here].mean()), GOAL
    yield "decode: measured inside the 80 % interval", "Freehold", covered(clear, log), 0.80
    if held := [row for row in every if row.held_out]:
        yield "decode, rows held out: mean error", "Freehold, as shipped", float(shipped(held).mean()), GOAL
    yield "decode, Max 1550 too: mean error", "bandwidth / weights x 0.55", float(flat(kept).mean()), GOAL
    yield "decode, Max 1550 too: mean error", "Freehold", float(np.abs(np.expm1(-left_out(kept))).mean()), GOAL


def flat(rows: Sequence[Row]) -> Floats:
    """The relative error of the rule of thumb, shape (n,)."""
    return np.array([abs(FLAT * _ceiling(row) * row.seconds - 1) for row in rows])


def scaled(rows: Sequence[Row]) -> Floats:
    """The same with the share fitted, for each platform and kind of quantisation, on all devices but the row's own."""
    return np.array([abs(_share(rows, row) * _ceiling(row) * row.seconds - 1) for row in rows])


def _share(rows: Sequence[Row], left: Row) -> float:
    """The share of the bandwidth that errs least on other devices' rows of the kind, or of any where there is none."""
    others = [row for row in rows if row.gpu.name != left.gpu.name]
    kind = (left.platform, family(left.quantisation))
    same = [row for row in others if (row.platform, family(row.quantisation)) == kind] or others
    scale = np.array([_ceiling(row) * row.seconds for row in same])
    # The sum of |share * scale - 1| is least at the median of 1 / scale, each weighing as much as its scale.
    order = np.argsort(1 / scale)
    middle = np.searchsorted(np.cumsum(scale[order]), scale.sum() / 2)
    return float(1 / scale[order][middle])


def _ceiling(row: Row) -> float:
    """Tokens a second if the weights came at the full bandwidth."""
    return float(row.work.bandwidth / row.work.weights_gb)


def shipped(rows: Sequence[Row]) -> Floats:
    """The relative error with the constants that came with this release, shape (n,)."""
    errors = []
    for row in rows:
        asked = row.work
        found = decode_tokens_s(
            row.gpu,
            float(asked.weights_gb * 1e9 / GIB),
            float(asked.cache_gb * 1e9 / GIB),
            engine=row.engine,
            gpus=int(asked.gpus),
            quantisation=row.quantisation,
            tensor_parallel=False,
            old=row.old,
        )
        errors.append(abs(found.value * row.seconds - 1))
    return np.array(errors)


def by_device(rows: Sequence[Row], error: Floats) -> float:
    """The mean of each device's mean, so that one with many rows counts as much as one with few."""
    devices = np.array([row.gpu.name for row in rows])
    return float(np.mean([error[devices == device].mean() for device in set(devices)]))


def covered(rows: Sequence[Row], log: Floats) -> float:
    """The share of measurements inside the interval, whose width is taken from the errors on other devices alone."""
    devices = np.array([row.gpu.name for row in rows])
    platforms = [row.platform for row in rows]
    inside = np.empty(len(rows))
    for device in set(devices):
        others = devices != device
        width = spread([row for row in rows if row.gpu.name != device], log[others])
        allowed = np.array([width.get(platform, max(width.values())) for platform in platforms])
        inside[~others] = (np.abs(log) <= allowed)[~others]
    return float(inside.mean())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rows."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.plan.decode",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return command(parser, {"decode": lambda options: measure(options.data)}, arguments)


if __name__ == "__main__":
    sys.exit(main())
