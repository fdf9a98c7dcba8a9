"""Measure how documents are cut, found and served, beside the goals.

    python -m benchmarks.knowledge                              everything; about half an hour
    python -m benchmarks.knowledge --only ranking,load          some of it
    python -m benchmarks.knowledge --cache FOLDER               keep vectors from one run to the next
    python -m benchmarks.knowledge --only ranking,load --database postgresql://...    in PostgreSQL, with pgvector

Where answers are quoted rather than found, see ``python -m benchmarks.knowledge.answering``.
"""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.goals import Measure, Row, command
from benchmarks.knowledge import chunking, ingest, load, ranking


def _ranking(options: Namespace) -> Iterator[Row]:
    for rows in ranking.run(options.data, options.cache, options.database):
        yield from rows


def _chunking(options: Namespace) -> Iterator[Row]:
    yield from chunking.run(options.data)


def _ingest(options: Namespace) -> Iterator[Row]:
    yield from ingest.run(options.data)


def _load(options: Namespace) -> Iterator[Row]:
    yield from load.rows(load.measure(database=options.database))


MEASURES: Mapping[str, Measure] = {"ranking": _ranking, "chunking": _chunking, "ingest": _ingest, "load": _load}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print each row as it comes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knowledge", description="Measure the knowledge wing.")
    parser.add_argument("--cache", type=Path, help="a folder to keep vectors in")
    parser.add_argument(
        "--database", default="sqlite", help="where ranking and load keep documents: sqlite, or postgresql://..."
    )
    return command(parser, MEASURES, arguments)


if __name__ == "__main__":
    sys.exit(main())
