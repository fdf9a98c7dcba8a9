"""What a second worker brings: requests a second with ``--workers 2`` on two cores and ``--workers 1`` on one.

    python -m benchmarks.workers                  five rounds of both, in turns; about three minutes
    python -m benchmarks.workers --rounds 1

Two cores carry everything: Freehold, the instant upstream and the load generator, which is one process with 32
connections. With one worker all three are pinned to the first core; with two workers all three may use both. So each
arrangement has all of its cores busy, and the ratio says what a core more is worth to the whole. A machine with four
cores also measures Freehold alone: its workers on their own cores, upstream and load on two others in both cases.

The bound of that ratio is what the machine itself gives: two whole Freeholds that know nothing of each other, each with
its upstream and its load on a core of its own. Two cores share a cache and a memory, so it is less than two.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from benchmarks.contenders import ADMIN_KEY, Bench, Running, freehold_command, upstream
from benchmarks.load import RequestsResult
from benchmarks.measures import Row, generate
from benchmarks.processes import Cores, cpu_seconds, describe_machine, free_port, running

WARM_SECONDS = 1.0


class Arrangement(msgspec.Struct, frozen=True):
    """So many workers, and what runs where."""

    name: str
    workers: int
    cores: Cores


def arrangements() -> list[Arrangement]:
    """One worker and two, by the cores that this process may use; raises `RuntimeError` for fewer than two."""
    free = [str(core) for core in sorted(os.sched_getaffinity(0))]
    if len(free) < 2:
        raise RuntimeError("two workers are worth measuring on two cores, and this machine lends one")
    if len(free) >= 4:
        others = Cores(upstream=free[2], load=free[3])
        return [
            Arrangement("1 worker", 1, msgspec.structs.replace(others, proxy=free[0])),
            Arrangement("2 workers", 2, msgspec.structs.replace(others, proxy=",".join(free[:2]))),
        ]
    one, both = free[0], ",".join(free[:2])
    return [
        Arrangement("1 worker, all on one core", 1, Cores(proxy=one, upstream=one, load=one)),
        Arrangement("2 workers, all on two cores", 2, Cores(proxy=both, upstream=both, load=both)),
    ]


@contextlib.contextmanager
def freehold(bench: Bench, workers: int) -> Iterator[Running]:
    """Freehold with so many workers, entered once all of them take requests."""
    folder, port = bench.fresh("freehold"), free_port()
    command, env = freehold_command(bench, folder, port)
    log = folder / "freehold.log"
    command += ["--workers", str(workers)]
    with running(command, core=bench.cores.proxy, port=port, ready="/readyz", log=log, env=env) as process:
        target = Running(f"{workers} workers", port, ADMIN_KEY, process)
        _until_all_serve(log, workers, target)
        yield target


def _until_all_serve(log: Path, workers: int, target: Running) -> None:
    """Wait for what the log says of each further worker."""
    deadline = time.monotonic() + 60
    while log.read_text().count("takes requests") < workers - 1:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{target.name} did not all come up:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)


def measure(arrangement: Arrangement, folder: Path, seconds: float) -> Row:
    """One run: whole answers a second with 32 connections, and processor time an answer over all workers."""
    with upstream(arrangement.cores, folder) as port:
        bench = Bench(arrangement.cores, port, folder)
        with freehold(bench, arrangement.workers) as target:
            generate(bench, target, RequestsResult, connections=32, seconds=WARM_SECONDS)
            before = cpu_seconds(target.process)
            found = generate(bench, target, RequestsResult, connections=32, seconds=seconds)
            spent = cpu_seconds(target.process) - before
    return {
        "per_second": found.per_second,
        "p99_ms": found.p99_ms,
        "failed": float(found.failed),
        "cpu_us": 1e6 * spent / max(found.requests, 1),
    }


def measure_apart(folder: Path, seconds: float) -> float:
    """Requests a second that two Freeholds answer together, each alone with its upstream and its load on one core."""
    with contextlib.ExitStack() as stack:
        pairs: list[tuple[Bench, Running]] = []
        for core in [str(core) for core in sorted(os.sched_getaffinity(0))][:2]:
            cores, own = Cores(proxy=core, upstream=core, load=core), folder / core
            own.mkdir()
            bench = Bench(cores, stack.enter_context(upstream(cores, own)), own)
            pairs.append((bench, stack.enter_context(freehold(bench, 1))))

        def rate(pair: tuple[Bench, Running], seconds: float) -> float:
            return generate(*pair, RequestsResult, connections=32, seconds=seconds).per_second

        with ThreadPoolExecutor(len(pairs)) as pool:
            list(pool.map(rate, pairs, [WARM_SECONDS] * len(pairs)))
            return sum(pool.map(rate, pairs, [seconds] * len(pairs)))


def main() -> int:
    """Entry of ``python -m benchmarks.workers``; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.workers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="runs of each, in turns, of which the median counts")
    parser.add_argument("--seconds", type=float, default=5.0, help="of one run")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    args = parser.parse_args()
    both = arrangements()
    runs: dict[str, list[Row]] = {each.name: [] for each in both}
    apart: list[float] = []
    for _ in range(args.rounds):
        for each in both:
            with tempfile.TemporaryDirectory(prefix="freehold-bench-") as folder:
                row = measure(each, Path(folder), args.seconds)
            runs[each.name].append(row)
            print(each.name, {name: round(value, 1) for name, value in row.items()}, file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="freehold-bench-") as folder:
            apart.append(measure_apart(Path(folder), args.seconds))
        print(f"two apart, a core each: {apart[-1]:.1f}", file=sys.stderr, flush=True)
    one, two = (statistics.median(row["per_second"] for row in runs[each.name]) for each in both)
    bound = statistics.median(apart) / one
    print(
        f"{one:,.0f} requests/s with one worker, {two:,.0f} with two: {two / one:.2f} times, of {bound:.2f} to be had"
    )
    if args.json is not None:
        said = {
            "machine": describe_machine(both[0].cores),
            "runs": runs,
            "apart": apart,
            "ratio": two / one,
            "bound": bound,
        }
        args.json.write_bytes(msgspec.json.format(msgspec.json.encode(said), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
