"""How long a full report takes: the moderate scenario read, planned with 10,000 draws, and written as HTML.

    python -m benchmarks.plan.report_time [--draws N] [--rounds N]

Each round is a new process, as a user's command is, and the least of them counts. Beside it stands what the same
machine takes at the same time to start Python and import NumPy, and a fixed piece of work in plain Python, since
machines differ and are shared.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from benchmarks.goals import Row, command
from benchmarks.processes import ROOT, python

GOAL_S = 5.0
DRAWS = 10_000
ROUNDS = 3
SCENARIO = ROOT / "examples" / "plan" / "moderate.toml"


def measure(draws: int, rounds: int) -> Iterator[Row]:
    """Measure, method, value, goal; a goal of 0 is none."""
    numpy = min(_seconds("-c", "import numpy") for _ in range(rounds))
    plain = min(_plain() for _ in range(rounds))
    runs = [_run(draws) for _ in range(rounds)]
    total = min(run["total"] for run in runs)
    yield f"report with {draws:,} draws: seconds", "Freehold", total, GOAL_S
    for part in ("import", "read", "plan", "html"):
        yield f"report with {draws:,} draws: seconds, {part}", "Freehold", min(run[part] for run in runs), 0.0
    yield "Python started, NumPy imported: seconds", "the same machine", numpy, 0.0
    yield "a million steps of plain Python: seconds", "the same machine", plain, 0.0
    yield "report over a million steps of plain Python", "Freehold", total / plain, 0.0


def _run(draws: int) -> dict[str, float]:
    """One report in a process of its own: its parts as it clocked them, and the whole from outside."""
    began = time.perf_counter()
    said = subprocess.run(
        python("-m", "benchmarks.plan.report_time", "--inside", "--draws", str(draws)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    parts: dict[str, float] = json.loads(said.stdout)
    return {**parts, "total": time.perf_counter() - began}


def inside(draws: int) -> dict[str, float]:
    """Seconds of each part of a report, in this process."""
    clock = [time.perf_counter()]
    from freehold.plan.planner import plan  # noqa: PLC0415 - its import is what is clocked
    from freehold.plan.report.html import html  # noqa: PLC0415
    from freehold.plan.scenario_file import read  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    clock.append(time.perf_counter())
    scenario = read(SCENARIO, today=now.date())
    clock.append(time.perf_counter())
    found = plan(scenario, draws=draws, now=now)
    clock.append(time.perf_counter())
    html(found)
    clock.append(time.perf_counter())
    names = ("import", "read", "plan", "html")
    return {name: clock[at + 1] - clock[at] for at, name in enumerate(names)}


def _plain() -> float:
    """Seconds of a fixed piece of work, which tells how fast the machine is just now."""
    began = time.perf_counter()
    held = 0.0
    for step in range(1_000_000):
        held = 0.5 * held + step
    return time.perf_counter() - began


def _seconds(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run(python(*arguments), cwd=ROOT, check=True)
    return time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rows."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.plan.report_time",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = sys.argv[1:] if arguments is None else list(arguments)
    if "--inside" in given:
        print(json.dumps(inside(parser.parse_args(given).draws)))
        return 0
    return command(parser, {"report": lambda options: measure(options.draws, options.rounds)}, given)


if __name__ == "__main__":
    sys.exit(main())
