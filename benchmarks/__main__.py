"""Measure Freehold beside a direct call, nginx, a bare pass-through and LiteLLM, all in front of an instant upstream.

    make bench                                      everything; about half an hour
    make bench ARGS="--quick"                       everything, briefly; about three minutes
    make bench ARGS="--only requests,streams"       some of it
    make bench ARGS="--contenders direct,nginx"     some of them

nginx and LiteLLM take part where they are installed. All traffic stays on 127.0.0.1. The table is printed, and all
numbers are written as JSON to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from benchmarks import measures
from benchmarks.contenders import CONTENDERS, Bench, Running, Start, is_installed, upstream
from benchmarks.measures import QUICK, Measured, Plan
from benchmarks.processes import ROOT, choose_cores, describe_machine
from benchmarks.report import Report, heading, table
from freehold import __version__

TOGETHER: dict[str, Callable[[Bench, Sequence[Running], Plan], Measured]] = {
    "requests": measures.requests,
    "latency": measures.latency,
    "streams": measures.streams,
    "cross": measures.cross,
}
"""Measures for which all contenders are up, and take turns."""

APART: dict[str, Callable[[Bench, Sequence[Start], Plan], Measured]] = {
    "memory": measures.memory,
    "growth": measures.growth,
}
"""Measures that start each contender anew."""

ALONE: dict[str, Callable[[Bench, Plan], Measured]] = {"start": measures.start, "import": measures.importing}
"""Measures of Freehold alone."""

MEASURES = (*TOGETHER, *APART, *ALONE)
GROWS = ("freehold", "bare")
"""Minutes for a million requests. nginx's memory is not in question, and LiteLLM would take most of a day."""


def _choice(known: Sequence[str]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        chosen = text.split(",")
        if wrong := set(chosen) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(wrong))}: choose from {', '.join(known)}")
        return chosen

    return parse


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one short round of everything")
    parser.add_argument(
        "--only", type=_choice(MEASURES), default=MEASURES, metavar="MEASURES", help=", ".join(MEASURES)
    )
    parser.add_argument(
        "--contenders", type=_choice([*CONTENDERS]), default=[*CONTENDERS], metavar="NAMES", help=", ".join(CONTENDERS)
    )
    parser.add_argument("--rounds", type=int, help="interleaved runs, of which the median counts")
    parser.add_argument("--requests", type=int, help="how many requests memory growth is measured over")
    parser.add_argument("--litellm", default=shutil.which("litellm"), help="LiteLLM's command, where not on the PATH")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(args: argparse.Namespace, plan: Plan, folder: Path) -> dict[str, Measured]:
    """Everything that was asked for, in the order of `MEASURES`."""
    cores = choose_cores()
    names = [name for name in args.contenders if is_installed(name, args.litellm)]
    if left_out := set(args.contenders) - set(names):
        _say(f"not installed, so not measured: {', '.join(sorted(left_out))}")
    measured: dict[str, Measured] = {}
    with contextlib.ExitStack() as stack:
        bench = Bench(cores, stack.enter_context(upstream(cores, folder)), folder, args.litellm)
        if together := [name for name in TOGETHER if name in args.only]:
            with contextlib.ExitStack() as running:
                up = [running.enter_context(CONTENDERS[name](bench)) for name in names]
                for name in together:
                    _say(f"{name} ...")
                    measured[name] = TOGETHER[name](bench, up, plan)
        for name in (name for name in APART if name in args.only):
            _say(f"{name} ...")
            starts = [CONTENDERS[each] for each in names if name != "growth" or each in GROWS]
            measured[name] = APART[name](bench, starts, plan)
        for name in (name for name in ALONE if name in args.only and "freehold" in names):
            _say(f"{name} ...")
            measured[name] = ALONE[name](bench, plan)
    return measured


def main() -> int:
    """Entry of ``python -m benchmarks``; returns the exit code."""
    args = _arguments()
    plan = QUICK if args.quick else Plan()
    plan = msgspec.structs.replace(
        plan, rounds=args.rounds or plan.rounds, growth_requests=args.requests or plan.growth_requests
    )
    now = datetime.datetime.now(datetime.UTC)
    machine = describe_machine(choose_cores())
    with tempfile.TemporaryDirectory(prefix="freehold-bench-") as folder:
        try:
            measured = measure(args, plan, Path(folder))
        except RuntimeError as failure:
            _say(str(failure))
            return 1
    report = Report(
        taken=f"{now:%Y-%m-%d %H:%M}",
        version=__version__,
        machine=machine,
        plan=msgspec.to_builtins(plan),
        measures=measured,
    )
    print(f"{heading(report)}\n\n{table(report)}")
    path = args.json or ROOT / "benchmarks" / "results" / f"{now:%Y%m%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    _say(f"written to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
