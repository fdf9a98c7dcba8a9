"""Measure how documents are cut, found and served, beside the goals.

    python -m benchmarks.knowledge                              everything; about half an hour
    python -m benchmarks.knowledge --only ranking,load          some of it
    python -m benchmarks.knowledge --cache FOLDER               keep vectors from one run to the next
    python -m benchmarks.knowledge --only ranking,load --database postgresql://...    in PostgreSQL, with pgvector

Where answers are quoted rather than found, see ``python -m benchmarks.knowledge.answering``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.knowledge import chunking, ingest, load, ranking

DATA = Path(os.environ.get("FREEHOLD_BENCH_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))

Row = tuple[str, str, float, float]
"""Measure, method, value, goal."""


def _ranking(data: Path, cache: Path | None, database: str) -> Iterator[Row]:
    for rows in ranking.run(data, cache, database):
        yield from rows


def _chunking(data: Path, _cache: Path | None, _database: str) -> Iterator[Row]:
    yield from chunking.run(data)


def _ingest(data: Path, _cache: Path | None, _database: str) -> Iterator[Row]:
    yield from ingest.run(data)


def _load(_data: Path, _cache: Path | None, database: str) -> Iterator[Row]:
    yield from load.rows(load.measure(database=database))


MEASURES: dict[str, Callable[[Path, Path | None, str], Iterator[Row]]] = {
    "ranking": _ranking,
    "chunking": _chunking,
    "ingest": _ingest,
    "load": _load,
}


def _chosen(text: str) -> list[str]:
    names = text.split(",")
    if wrong := set(names) - set(MEASURES):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(wrong))}: choose from {', '.join(MEASURES)}")
    return names


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print each row as it comes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knowledge", description="Measure the knowledge wing.")
    parser.add_argument("--only", type=_chosen, default=list(MEASURES), help=f"some of {', '.join(MEASURES)}")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the measurement data")
    parser.add_argument("--cache", type=Path, help="a folder to keep vectors in")
    parser.add_argument(
        "--database", default="sqlite", help="where ranking and load keep documents: sqlite, or postgresql://..."
    )
    options = parser.parse_args(arguments)
    print(f"{'measure':54} {'method':26} {'value':>8} {'goal':>8}")
    for name in options.only:
        try:
            for measure, method, value, goal in MEASURES[name](options.data, options.cache, options.database):
                print(f"{measure:54} {method:26} {value:8.3f} {goal:8.3f}", flush=True)
        except FileNotFoundError as missing:
            print(f"{name}: skipped, {missing.filename} is not there; --data or FREEHOLD_BENCH_DATA names the folder")
    return 0


if __name__ == "__main__":
    sys.exit(main())
