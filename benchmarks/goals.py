"""A command that takes measures and prints each beside its goal, row by row, as they come."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

DATA = Path(os.environ.get("FREEHOLD_BENCH_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
"""Where the measurement data is, unless ``--data`` says otherwise."""

Row = tuple[str, str, float, float]
"""Measure, method, value, goal."""

Measure = Callable[[argparse.Namespace], Iterable[Row]]
"""Takes the command's options, ``data`` among them. Raises `FileNotFoundError` where the data is not there."""


def command(
    parser: argparse.ArgumentParser, measures: Mapping[str, Measure], arguments: Sequence[str] | None = None
) -> int:
    """Take the measures that are asked for, or all, and print their rows; returns the exit code.

    `parser` may have options of its own; it gets ``--only`` and ``--data``. A measure without its data is skipped.
    """
    named = ", ".join(measures)

    def chosen(text: str) -> list[str]:
        names = text.split(",")
        if wrong := set(names) - set(measures):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(wrong))}: choose from {named}")
        return names

    parser.add_argument("--only", type=chosen, default=list(measures), help=f"some of {named}")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the measurement data")
    options = parser.parse_args(arguments)
    print(f"{'measure':54} {'method':30} {'value':>10} {'goal':>10}")
    for name in options.only:
        try:
            for measure, method, value, goal in measures[name](options):
                print(f"{measure:54} {method:30} {value:10.3f} {goal:10.3f}", flush=True)
        except FileNotFoundError as missing:
            print(f"{name}: skipped, {missing.filename} is not there; --data or FREEHOLD_BENCH_DATA names the folder")
    return 0
