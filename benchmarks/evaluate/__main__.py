"""Measure what the evaluation's numbers rest on, beside the goals.

    python -m benchmarks.evaluate                      everything
    python -m benchmarks.evaluate --only statistics    some of it
    python -m benchmarks.evaluate --cache FOLDER       keep embeddings from one run to the next

Each measure is a module of this package with ``run(data)``, or ``run(data, cache)`` where it embeds, which yields rows;
it is imported when it is asked for.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.goals import Measure, Row, command

MEASURES = ("statistics", "report", "judges", "arena", "promise", "router", "watch")
"""In the order in which they are taken."""
CACHED = frozenset({"router"})
"""Those that embed."""


def measure(name: str) -> Measure:
    """What takes one of `MEASURES`."""

    def taken(options: Namespace) -> Iterable[Row]:
        run = importlib.import_module(f"benchmarks.evaluate.{name}").run
        rows: Iterable[Row] = run(options.data, options.cache) if name in CACHED else run(options.data)
        return rows

    return taken


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print each row as it comes."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, help="a folder to keep embeddings in")
    return command(parser, {name: measure(name) for name in MEASURES}, arguments)


if __name__ == "__main__":
    sys.exit(main())
