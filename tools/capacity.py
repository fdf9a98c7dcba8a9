"""Fit the capacity model to the measured serving points and write ``plan/capacity/constants.json``.

    python -m tools.capacity [--data FOLDER]

A tool for whoever prepares a release. The fit itself is `benchmarks.plan.fit`; the error that is written beside the
constants is that of (model, GPU) pairs left out, as ``python -m benchmarks.plan`` reports it.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.goals import DATA
from benchmarks.plan import serving
from benchmarks.plan.fit import Fit
from benchmarks.plan.measurements import SILICON, Table, silicon
from freehold.plan.capacity import constants
from freehold.plan.capacity.constants import Error, Fitted, Seen

FAR = 1.6
"""By how much wider the range is where a GPU was not measured: with it, four fifths of the rows of TensorRT-LLM on an
A100 in `benchmarks.plan.others` lie inside."""

MAKERS = {"AMD": 0.66, "Intel": 0.14}
"""By ``benchmarks.plan.others``: how many times too fast the model was on their GPUs, over the same on an H100 in the
same study, all with vLLM of 2024. MI300X 2.36 and MI250 1.70 (Argonne), MI300X 0.85 (dstack): 1.5 is their geometric
mean. Max 1550 7.2 (Argonne)."""

ABOUT = (
    "{points} aggregated serving points of H100 and H200 with vLLM, SGLang and TensorRT-LLM, measured from 2025 to "
    "April 2026: silicon_sample.csv of NVIDIA's aiconfigurator_core 0.12.0 (Apache-2.0)"
)


def fitted(table: Table) -> Fitted:
    """The constants, their error on pairs left out, and what they were fitted on."""
    fit = Fit(table)
    made = serving.left_out(table, serving.pairs(table), serving.freehold(fit))
    found = serving.widths(table, made)
    seen = Counter(
        (row.deployment.architecture.name, row.deployment.gpu.name, row.deployment.engine, row.deployment.weights)
        for row in table.rows
    )
    return Fitted(
        made=datetime.datetime.now(datetime.UTC).date().isoformat(),
        data=ABOUT.format(points=len(table)),
        common=fit.constants(),
        engines={engine: fit.constants(engine) for engine in fit.engines},
        fitted_makers=tuple(sorted({row.deployment.gpu.maker for row in table.rows})),
        makers=MAKERS,
        error=Error(shares=serving.DRAWN, dense=found[False], experts=found[True], far=FAR),
        seen=tuple(Seen(*each, points) for each, points in sorted(seen.items())),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and write."""
    parser = argparse.ArgumentParser(prog="python -m tools.capacity", description="Fit the capacity model.")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the measurement data")
    options = parser.parse_args(arguments)
    made = fitted(Table(silicon(options.data / SILICON)))
    path = Path(constants.__file__).with_name("constants.json")
    path.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    print(f"{path}: {made.data}; 80 % lie within {made.error.dense[2]} (dense) and {made.error.experts[2]} (experts)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
