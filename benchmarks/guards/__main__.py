"""Measure how sensitive data is found, taken out, kept and proved, beside the goals.

python -m benchmarks.guards                             everything
python -m benchmarks.guards --only pii,secrets,speed    some of it
python -m benchmarks.guards --data FOLDER               where the measurement data is
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

DATA = Path(os.environ.get("FREEHOLD_BENCH_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))

Row = tuple[str, str, float, float]
"""Measure, method, value, goal."""

MEASURES = ("pii", "secrets", "evasions", "injection", "speed", "throughput", "pseudonyms", "audit", "leaks")
"""Each is a module beside this one, with ``run(data) -> rows``."""


def rows(name: str, data: Path) -> Iterable[Row]:
    """The rows of one measure. Only its own module is imported: some bring much along."""
    found: Iterable[Row] = importlib.import_module(f"benchmarks.guards.{name}").run(data)
    return found


def _chosen(text: str) -> list[str]:
    names = text.split(",")
    if wrong := set(names) - set(MEASURES):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(wrong))}: choose from {', '.join(MEASURES)}")
    return names


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print each row as it comes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guards", description="Measure the guards.")
    parser.add_argument("--only", type=_chosen, default=list(MEASURES), help=f"some of {', '.join(MEASURES)}")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the measurement data")
    options = parser.parse_args(arguments)
    print(f"{'measure':54} {'method':30} {'value':>10} {'goal':>10}")
    for name in options.only:
        try:
            for measure, method, value, goal in rows(name, options.data):
                print(f"{measure:54} {method:30} {value:10.3f} {goal:10.3f}", flush=True)
        except FileNotFoundError as missing:
            print(f"{name}: skipped, {missing.filename} is not there; --data or FREEHOLD_BENCH_DATA names the folder")
    return 0


if __name__ == "__main__":
    sys.exit(main())
