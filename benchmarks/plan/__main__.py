"""Measure what the planner's numbers rest on, beside the goals.

    python -m benchmarks.plan                     everything; two minutes
    python -m benchmarks.plan --only serving      some of it
    python -m benchmarks.plan --rows FILE.csv     further rows of the same columns, on the shipped constants;
                                                  what cannot be used of them is named and left out
    python -m benchmarks.plan --save              keep the numbers in benchmarks/results

``decode`` is one user's speed, ``report`` the seconds of a whole report; each is a command of its own too, as in
``python -m benchmarks.plan.decode``. The others are the capacity model of servers.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.goals import Measure, Row, command
from benchmarks.plan import decode, others, report_time, rows, serving
from benchmarks.plan.measurements import SILICON, Table, silicon
from freehold import __version__

RESULTS = Path(__file__).resolve().parents[1] / "results"


def _serving(options: Namespace) -> Iterator[Row]:
    yield from serving.run(Table(silicon(options.data / SILICON)))


def _rows(options: Namespace) -> Iterator[Row]:
    for file in options.rows:
        for line in file.told():
            print(line)
        yield from serving.shipped_errors(Table(file.measured))


def _argonne(options: Namespace) -> Iterator[Row]:
    yield from others.run(others.argonne(options.data / others.ARGONNE), "Argonne")


def _dstack(options: Namespace) -> Iterator[Row]:
    yield from others.run(others.dstack(options.data / others.DSTACK), "dstack")


def _decode(options: Namespace) -> Iterator[Row]:
    yield from decode.measure(options.data)


def _report(_options: Namespace) -> Iterator[Row]:
    yield from report_time.measure(report_time.DRAWS, report_time.ROUNDS)


MEASURES: Mapping[str, Measure] = {
    "serving": _serving,
    "rows": _rows,
    "argonne": _argonne,
    "dstack": _dstack,
    "decode": _decode,
    "report": _report,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print each row as it comes."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.plan", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rows", type=rows.read, action="append", default=[], help="a CSV file of further serving points"
    )
    parser.add_argument("--save", action="store_true", help="keep the numbers in benchmarks/results")
    kept: list[Row] = []

    def keeping(measure: Measure) -> Measure:
        def kept_too(options: Namespace) -> Iterator[Row]:
            options.data = data_folder(options.data)
            for row in measure(options):
                if options.save:
                    kept.append(row)
                yield row

        return kept_too

    code = command(parser, {name: keeping(measure) for name, measure in MEASURES.items()}, arguments)
    if kept:
        _save(kept)
    return code


def data_folder(data: Path) -> Path:
    """The folder of all data, where that of the plan was named."""
    inside = (data / SILICON.relative_to("plan")).exists() and not (data / "plan").exists()
    return data.resolve().parent if inside else data


def _save(kept: Sequence[Row]) -> None:
    """A file of this run, named by its time as the others there are."""
    taken = datetime.datetime.now(datetime.UTC)
    names = ("measure", "method", "value", "goal")
    report = {
        "taken": taken.isoformat(timespec="seconds"),
        "version": __version__,
        "plan": [dict(zip(names, row, strict=True)) for row in kept],
    }
    path = RESULTS / f"{taken:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(report, indent=1) + "\n")
    print(f"kept in {path}")


if __name__ == "__main__":
    sys.exit(main())
