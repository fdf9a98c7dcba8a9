"""What a part of Freehold costs: one that has it and one that has not take turns in front of one instant upstream.

Both run on the same core. The ratios are medians over the rounds, of requests a second and of processor time.
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.contenders import ADMIN_KEY, Bench, Running, freehold_command, upstream
from benchmarks.goals import Row
from benchmarks.load import RequestsResult
from benchmarks.measures import generate
from benchmarks.processes import choose_cores, cpu_seconds, free_port, running

_ROUNDS = 7
_SECONDS = 3.0


def beside(part: str, on: Mapping[str, str], off: Mapping[str, str], goal: float) -> Iterator[Row]:
    """Rows about a part, which environment variables turn `on` and `off`; `goal` is the least share of throughput."""
    cores = choose_cores()
    with tempfile.TemporaryDirectory(prefix="freehold-beside-") as made, upstream(cores, Path(made)) as port:
        bench = Bench(cores, port, Path(made))
        with _freehold(bench, "with", on) as having, _freehold(bench, "without", off) as lacking:
            rates, costs = [], []
            for number in range(_ROUNDS):
                turns = (having, lacking) if number % 2 else (lacking, having)
                pair = {each.name: _measured(bench, each) for each in turns}
                rates.append(pair["with"][0] / pair["without"][0])
                costs.append((pair["with"][1], pair["without"][1]))
    yield f"throughput with {part}, of that without", "requests a second", statistics.median(rates), goal
    shares = [without / spent for spent, without in costs]
    yield f"throughput with {part}, of that without", "by processor time", statistics.median(shares), goal
    without = statistics.median(without for _, without in costs)
    added = statistics.median(spent - without for spent, without in costs)
    yield f"microseconds of {part}, a request", "processor time", added, without / goal - without


@contextlib.contextmanager
def _freehold(bench: Bench, name: str, settings: Mapping[str, str]) -> Iterator[Running]:
    folder, port = bench.fresh("freehold"), free_port()
    command, env = freehold_command(bench, folder, port)
    log = folder / "freehold.log"
    with running(
        command, core=bench.cores.proxy, port=port, ready="/readyz", log=log, env={**env, **settings}
    ) as process:
        yield Running(name, port, ADMIN_KEY, process)


def _measured(bench: Bench, target: Running) -> tuple[float, float]:
    """Requests a second, and microseconds of processor time for each."""
    before = cpu_seconds(target.process)
    found = generate(bench, target, RequestsResult, connections=32, seconds=_SECONDS)
    return found.per_second, 1e6 * (cpu_seconds(target.process) - before) / max(found.requests, 1)
