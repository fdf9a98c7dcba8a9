"""What is measured, one function a measure. Each takes running contenders and gives rows of numbers by contender."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil

from benchmarks.contenders import PLAIN_NGINX, Bench, Running, Start, freehold_command
from benchmarks.dialects import Dialect
from benchmarks.load import RequestsResult, StreamsResult
from benchmarks.processes import ROOT, cpu_seconds, free_port, pinned, python, resident_bytes, wait_ready

Result = TypeVar("Result", RequestsResult, StreamsResult)
Row = dict[str, float]


class Plan(msgspec.Struct, frozen=True):
    """How long and how often. Seconds are those of one run of one contender."""

    rounds: int = 5
    seconds: float = 5.0
    stream_seconds: float = 10.0
    streams: int = 250
    rate: float = 50.0
    held_streams: int = 1000
    growth_requests: int = 1_000_000
    starts: int = 7


QUICK = Plan(rounds=1, seconds=2.0, stream_seconds=4.0, held_streams=300, growth_requests=50_000, starts=3)


class Measured(msgspec.Struct):
    """One measure's rows, and what to know to read them."""

    rows: dict[str, Row]
    runs: dict[str, list[Row]] = {}


def generate(bench: Bench, target: Running, kind: type[Result], **options: object) -> Result:
    """One run of the load generator against `target`. Raises `RuntimeError` when it breaks off."""
    verb = "requests" if kind is RequestsResult else "streams"
    arguments = [verb, "--port", str(target.port), "--key", target.key]
    for name, value in options.items():
        arguments += [f"--{name}", str(value)]
    command = pinned(bench.cores.load, python("-m", "benchmarks.load", *arguments))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the load on {target.name} broke off:\n{done.stderr[-2000:]}")
    return msgspec.json.decode(done.stdout, type=kind)


def medians(runs: dict[str, list[Row]]) -> dict[str, Row]:
    """The median of each number over the runs of each contender."""
    return {name: {key: statistics.median(run[key] for run in rows) for key in rows[0]} for name, rows in runs.items()}


def requests(bench: Bench, up: Sequence[Running], plan: Plan) -> Measured:
    """Whole answers a second with 32 connections; `of_nginx` and `of_plain` are ratios to either nginx, same round."""
    runs: dict[str, list[Row]] = {}
    for _ in range(plan.rounds):
        rates: dict[str, Row] = {}
        for target in up:
            before = cpu_seconds(target.process)
            found = generate(bench, target, RequestsResult, connections=32, seconds=plan.seconds)
            row = {"per_second": found.per_second, "p99_ms": found.p99_ms, "failed": float(found.failed)}
            if target.process is not None:
                row["cpu_us"] = 1e6 * (cpu_seconds(target.process) - before) / max(found.requests, 1)
            rates[target.name] = row
        shares = {"of_nginx": rates.get("nginx"), "of_plain": rates.get(PLAIN_NGINX)}
        for name, row in rates.items():
            of = {key: row["per_second"] / limit["per_second"] for key, limit in shares.items() if limit}
            runs.setdefault(name, []).append({**row, **of})
    return Measured(medians(runs), runs)


def latency(bench: Bench, up: Sequence[Running], plan: Plan) -> Measured:
    """At one connection, what each adds to a direct call in the same round."""
    runs: dict[str, list[Row]] = {}
    for _ in range(plan.rounds):
        found = {t.name: generate(bench, t, RequestsResult, connections=1, seconds=plan.seconds / 2) for t in up}
        floor = found["direct"]
        for name, result in found.items():
            added = {"added_p50_ms": result.p50_ms - floor.p50_ms, "added_p99_ms": result.p99_ms - floor.p99_ms}
            runs.setdefault(name, []).append({**added, "failed": float(result.failed)})
    return Measured(medians(runs), runs)


def _stream_row(result: StreamsResult) -> Row:
    return {
        "gap_p50_ms": result.gap_p50_ms,
        "gap_p99_ms": result.gap_p99_ms,
        "gap_max_ms": result.gap_max_ms,
        "lag_p99_ms": result.lag_p99_ms,
        "first_p50_ms": result.first_p50_ms,
        "frames_per_second": result.frames_per_second,
        "lost": float(result.frames_expected - result.frames_received),
    }


def _streams(bench: Bench, up: Sequence[Running], plan: Plan, dialect: Dialect, model: str) -> Measured:
    options = {"streams": plan.streams, "rate": plan.rate, "seconds": plan.stream_seconds}
    runs: dict[str, list[Row]] = {}
    for _ in range(plan.rounds):
        for target in up:
            before = cpu_seconds(target.process)
            result = generate(bench, target, StreamsResult, dialect=dialect, model=model, **options)
            row = _stream_row(result)
            if target.process is not None and result.frames_received:
                row["cpu_us"] = 1e6 * (cpu_seconds(target.process) - before) / result.frames_received
            runs.setdefault(target.name, []).append(row)
    return Measured(medians(runs), runs)


def streams(bench: Bench, up: Sequence[Running], plan: Plan) -> Measured:
    """Paced streams, the caller and the upstream speaking the same dialect."""
    return _streams(bench, up, plan, "openai", "bench")


def cross(bench: Bench, up: Sequence[Running], plan: Plan) -> Measured:
    """Paced streams, translated: the caller speaks OpenAI's dialect and the upstream Anthropic's."""
    able = [target for target in up if target.name in {"Freehold", "LiteLLM"}]
    return _streams(bench, able, plan, "openai", "bench-anthropic")


def memory(bench: Bench, starts: Sequence[Start], plan: Plan) -> Measured:
    """Resident memory that each live stream adds to a process that was just started and has served a little."""
    rows: dict[str, Row] = {}
    for start in starts:
        with start(bench) as target:
            if target.process is not None:
                rows[target.name] = _held_streams(bench, target, target.process, plan.held_streams)
    return Measured(rows)


def _held_streams(bench: Bench, target: Running, process: psutil.Process, count: int) -> Row:
    generate(bench, target, RequestsResult, connections=8, seconds=0.5)
    generate(bench, target, StreamsResult, streams=10, rate=10, seconds=1)
    before = resident_bytes(process)
    peak = before
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.2):
            peak = max(peak, resident_bytes(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        found = generate(bench, target, StreamsResult, streams=count, rate=1, seconds=6)
    finally:
        done.set()
        watcher.join()
    kilobytes = (peak - before) / 1000
    return {"kb_a_stream": kilobytes / count, "idle_mb": before / 1e6, "complete": float(found.complete)}


def growth(bench: Bench, starts: Sequence[Start], plan: Plan) -> Measured:
    """How much resident memory grows from the ten thousandth request to the last; weighed ten times on the way."""
    first = min(10_000, plan.growth_requests // 5)
    rows: dict[str, Row] = {}
    runs: dict[str, list[Row]] = {}
    for start in starts:
        with start(bench) as target:
            if target.process is not None:
                weighed = runs[target.name] = _weighed(bench, target, target.process, first, plan.growth_requests)
                grown = weighed[-1]["resident_mb"] / weighed[0]["resident_mb"] - 1
                rows[target.name] = {"growth_percent": 100 * grown, **weighed[-1]}
    return Measured(rows, runs)


def _weighed(bench: Bench, target: Running, process: psutil.Process, first: int, last: int) -> list[Row]:
    done = 0.0
    rows: list[Row] = []
    for limit in (first, *[(last - first) // 10] * 10):
        done += generate(bench, target, RequestsResult, connections=32, seconds=600, limit=limit).requests
        rows.append({"requests": done, "resident_mb": resident_bytes(process) / 1e6})
    return rows


def start(bench: Bench, plan: Plan) -> Measured:
    """Seconds from starting the command to the first 200 of ``/readyz``: the very first start, and later ones."""
    first = bench.fresh("start")
    runs = [_one_start(bench, bench.fresh("start")) for _ in range(plan.starts)]
    _one_start(bench, first)
    again = [_one_start(bench, first) for _ in range(plan.starts)]
    return Measured({"Freehold": {"first_s": statistics.median(runs), "again_s": statistics.median(again)}})


def _one_start(bench: Bench, folder: Path) -> float:
    port = free_port()
    command, env = freehold_command(bench, folder, port)
    log = folder / "freehold.log"
    with log.open("wb") as sink:
        began = time.perf_counter()
        process = subprocess.Popen(
            pinned(bench.cores.proxy, command), env={**os.environ, **env}, stdout=sink, stderr=subprocess.STDOUT
        )
    try:
        wait_ready(process, port, "/readyz", log)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def importing(bench: Bench, plan: Plan) -> Measured:
    """Seconds that ``import freehold`` and the command's own modules take in a fresh interpreter."""
    rows: Row = {}
    for name, module in (("import_s", "freehold"), ("import_cli_s", "freehold.cli")):
        code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        command = pinned(bench.cores.proxy, python("-c", code))
        times = [
            float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            for _ in range(plan.starts)
        ]
        rows[name] = statistics.median(times)
    return Measured({"Freehold": rows})
