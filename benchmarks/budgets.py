"""Whether budgets hold under a stampede, and what limits cost the gateway.

    python -m benchmarks.budgets                          both; about two minutes
    python -m benchmarks.budgets --only race --workers 4 --runs 20

race: 200 requests at once, whole and streamed, against a hard budget that covers the worst case of 50 of them. Some of
their callers leave, some of their answers fail or break off, some go to two targets. Spent must never be above the
budget, nothing may be held back when they have ended, and what was spent must be what the attempts on record cost.
After the last run Freehold is killed in mid-stampede and started again, and the same is looked at.

throughput: the requests of the gateway's benchmark with a budget and every rate on the key and
a budget on the target, and without.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import psutil

from benchmarks.contenders import ADMIN_KEY, Bench, Running, freehold_command, upstream
from benchmarks.load import RequestsResult
from benchmarks.measures import generate
from benchmarks.processes import choose_cores, cpu_seconds, free_port, running

REQUESTS = 200
COVERED = 50
MOST_TOKENS = 100
_NANO_A_TOKEN = 10_000
"""Ten dollars for a million tokens of an answer; the prompt is free, so that a worst case is known exactly."""
BUDGET_NANO = COVERED * MOST_TOKENS * _NANO_A_TOKEN
SEED = 5

_TARGETS = """
[[target]]
name = "{name}"
base_url = "http://127.0.0.1:{port}/v1"
model = "{name}"
dialect = "openai"
api_key = "none"
clearance = "restricted"
concurrency = 4096
retries = 0
price = {{ input = 0, output = 10 }}
"""
_ROUTES = """
[[route]]
name = "either"
flow = "fallback"
targets = ["first", "second"]
"""

_ROUNDS = 7
_SECONDS = 3.0
_PATIENCE = 20.0


class Ran(msgspec.Struct):
    """One stampede: how its requests ended, by status (``left``: its caller did), and what the budget came to."""

    endings: dict[str, int]
    spent_nano: int
    held_nano: int
    booked_nano: int
    """What the attempts on record cost."""
    reservations: int
    """Rows that are left."""

    @property
    def holds(self) -> bool:
        """Whether it is as it must be."""
        return 0 < self.spent_nano <= BUDGET_NANO and self.held_nano == self.reservations == 0

    @property
    def adds_up(self) -> bool:
        """Whether what was booked is what the record says."""
        return self.spent_nano == self.booked_nano


class Vendor:
    """A model server that answers, is slow, refuses and breaks off, as chance has it, and charges for what it said."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
                body = json.loads(await reader.readexactly(length) or b"{}")
                await asyncio.sleep(self._chance.random() * 0.1)
                if not await self._answer(body, writer):
                    break
        writer.close()

    async def _answer(self, body: Mapping[str, Any], writer: asyncio.StreamWriter) -> bool:
        """Answer; says whether the connection goes on."""
        fate = self._chance.random()
        if fate < 0.1:
            await _send(writer, 500, "application/json", b'{"error": {"message": "out of order"}}')
            return True
        tokens = self._chance.randint(MOST_TOKENS // 2, MOST_TOKENS)
        usage = {"prompt_tokens": 9, "completion_tokens": tokens, "total_tokens": 9 + tokens}
        if not body.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", "content": "word"}, "finish_reason": "stop"}
            answer = {"id": "a", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}
            await _send(writer, 200, "application/json", json.dumps(answer).encode())
            return True
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        for _ in range(min(tokens, 8)):
            writer.write(_frame({"choices": [{"index": 0, "delta": {"content": "word "}}]}))
            await writer.drain()
            await asyncio.sleep(self._chance.random() * 0.02)
        if fate > 0.1 + 0.1:
            writer.write(_frame({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
            writer.write(_frame({"choices": [], "usage": usage}) + b"data: [DONE]\n\n")
            await writer.drain()
        return False


def _frame(chunk: Mapping[str, Any]) -> bytes:
    return (
        b"data: " + json.dumps({"id": "a", "object": "chat.completion.chunk", "model": "m", **chunk}).encode() + b"\n\n"
    )


async def _send(writer: asyncio.StreamWriter, status: int, kind: str, body: bytes) -> None:
    writer.write(f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()


@contextlib.asynccontextmanager
async def vendor(seed: int) -> AsyncIterator[int]:
    """A vendor that runs in this process; its port."""
    server = await asyncio.start_server(Vendor(seed).serve, "127.0.0.1", 0, backlog=1024)
    async with server:
        yield server.sockets[0].getsockname()[1]


@contextlib.contextmanager
def freehold(bench: Bench, folder: Path, vendor_port: int, workers: int) -> Iterator[Running]:
    """A Freehold over the vendor, on the data of `folder`."""
    port = free_port()
    command, env = freehold_command(bench, folder, port)
    config = folder / "freehold.toml"
    targets = [_TARGETS.format(name=name, port=vendor_port) for name in ("first", "second")]
    config.write_text(config.read_text() + "".join(targets) + _ROUTES)
    if workers > 1:
        command += ["--workers", str(workers)]
    log = folder / "freehold.log"
    with running(command, core=bench.cores.proxy, port=port, ready="/readyz", log=log, env=env) as process:
        yield Running("Freehold", port, ADMIN_KEY, process)


def ask(target: Running, method: str, path: str, body: object = None) -> Any:
    """One call of the admin API; raises `RuntimeError` for a refusal."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=_PATIENCE)
    with closing(connection):
        connection.request(method, path, json.dumps(body), {"authorization": f"Bearer {target.key}"})
        answer = connection.getresponse()
        said = json.loads(answer.read())
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {said}")
    return said


async def one(port: int, key: str, chance: random.Random) -> str:
    """One caller: its status, or ``left`` where it did not wait for the end."""
    model = "either" if chance.random() < 0.3 else "first"
    stream = chance.random() < 0.5
    patience = chance.random() * 0.25 if chance.random() < 0.2 else _PATIENCE
    body = json.dumps(
        {"model": model, "max_tokens": MOST_TOKENS, "stream": stream, "messages": [{"role": "user", "content": "Go."}]}
    ).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\nconnection: close\r\n"
    await asyncio.sleep(chance.random() * 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            head.encode() + f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
        )
        async with asyncio.timeout(patience):
            answer = await reader.read(-1)
    except (TimeoutError, OSError):
        return "left"
    finally:
        writer.close()
    return answer.partition(b"\r\n")[0].split(b" ")[1].decode() if answer else "broken"


async def stampede(target: Running, data: Path, chance: random.Random, number: int) -> Ran:
    """200 at once for a new key, and what became of its budget."""
    dollars = BUDGET_NANO / 10**9
    made = await asyncio.to_thread(
        ask, target, "POST", "/api/keys", {"name": f"run {number}", "budget": f"{dollars}/month"}
    )
    endings = await asyncio.gather(*[one(target.port, made["key"], chance) for _ in range(REQUESTS)])
    return await asyncio.to_thread(_look, target, data, made["id"], Counter(endings))


def _look(target: Running, data: Path, key: str, endings: Mapping[str, int]) -> Ran:
    """What the budget came to, once nothing is under way."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        row = next(row for row in ask(target, "GET", "/api/budgets")["data"] if row["subject"] == key)
        held, spent = _nano(row["held"]), _nano(row["spent"])
        left, booked = _rows(data, key)
        if (held == 0 and left == 0 and booked == spent) or time.monotonic() > deadline:
            return Ran(dict(sorted(endings.items())), spent, held, booked, left)
        time.sleep(0.05)


def _rows(data: Path, key: str) -> tuple[int, int]:
    """Reservations that are left, and what the attempts of a key cost, on the disk."""
    with closing(sqlite3.connect(f"{(data / 'freehold.db').absolute().as_uri()}?mode=ro", uri=True)) as rows:
        left = rows.execute("SELECT count(*) FROM reservations").fetchone()[0]
        booked = rows.execute(
            "SELECT coalesce(sum(a.cost_nano), 0) FROM attempts a JOIN exchanges e ON e.id = a.exchange_id"
            " WHERE e.key_id = ?",
            (key,),
        ).fetchone()[0]
    return int(left), int(booked)


def _nano(dollars: str) -> int:
    return round(float(dollars) * 10**9)


async def race(runs: int, workers: int, folder: Path) -> list[Ran]:
    """So many stampedes, and one that Freehold is killed in."""
    chance = random.Random(SEED)
    bench = Bench(choose_cores(), 0, folder)
    home = bench.fresh("freehold")
    ran = []
    async with vendor(SEED) as port:
        with freehold(bench, home, port, workers) as target:
            for number in range(runs):
                ran.append(await stampede(target, home / "data", chance, number))
                _tell(f"run {number + 1}", ran[-1])
            ran_at_the_end = asyncio.create_task(stampede(target, home / "data", chance, runs))
            await asyncio.sleep(0.4)
            _kill(target)
            with contextlib.suppress(OSError, http.client.HTTPException, RuntimeError):
                await ran_at_the_end
        with freehold(bench, home, port, workers) as target:
            key = next(row["id"] for row in ask(target, "GET", "/api/keys")["data"] if row["name"] == f"run {runs}")
            after = await asyncio.to_thread(_look, target, home / "data", key, {})
            _tell("killed and started again", after)
            if after.held_nano or after.reservations or not 0 <= after.spent_nano <= BUDGET_NANO or not after.adds_up:
                raise RuntimeError(f"after a crash: {after}")
    return ran


def _kill(target: Running) -> None:
    """As the kernel would, further workers too."""
    assert target.process is not None
    for each in [target.process, *target.process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def _tell(name: str, ran: Ran) -> None:
    print(
        f"{name}: {ran.endings}, {ran.spent_nano / BUDGET_NANO:.0%} spent, {ran.held_nano} held",
        file=sys.stderr,
        flush=True,
    )


def throughput(folder: Path) -> dict[str, float]:
    """Medians, over rounds in turns, of what limits leave of requests a second and of processor time."""
    cores = choose_cores()
    with upstream(cores, folder) as port, contextlib.ExitStack() as stack:
        bench = Bench(cores, port, folder)
        having, lacking = (stack.enter_context(_plain(bench, name)) for name in ("with", "without"))
        _limit(having)
        rates, costs = [], []
        for number in range(_ROUNDS):
            turns = (having, lacking) if number % 2 else (lacking, having)
            pair = {each.name: _measured(bench, each) for each in turns}
            rates.append(pair["with"][0] / pair["without"][0])
            costs.append((pair["with"][1], pair["without"][1]))
    return {
        "throughput, of that without": statistics.median(rates),
        "throughput by processor time, of that without": statistics.median(less / more for more, less in costs),
        "microseconds a request": statistics.median(more - less for more, less in costs),
    }


def _limit(target: Running) -> None:
    """A budget and every rate on the key, and a budget on the target, none of which the requests come to."""
    key = next(row["id"] for row in ask(target, "GET", "/api/keys")["data"])
    for scope, subject in (("key", key), ("target", "bench")):
        ask(target, "POST", "/api/budgets", {"scope": scope, "subject": subject, "budget": "1000000/day"})
    rate = {"requests": 10**9, "tokens": 10**12, "parallel": 10**6}
    ask(target, "POST", "/api/rates", {"scope": "key", "subject": key, **rate})


@contextlib.contextmanager
def _plain(bench: Bench, name: str) -> Iterator[Running]:
    folder, port = bench.fresh("freehold"), free_port()
    command, env = freehold_command(bench, folder, port)
    config = folder / "freehold.toml"
    priced = 'name = "bench"\nprice = { input = 1, output = 2 }'
    config.write_text(config.read_text().replace('name = "bench"', priced, 1))
    log = folder / "freehold.log"
    with running(command, core=bench.cores.proxy, port=port, ready="/readyz", log=log, env=env) as process:
        yield Running(name, port, ADMIN_KEY, process)


def _measured(bench: Bench, target: Running) -> tuple[float, float]:
    """Requests a second, and microseconds of processor time for each."""
    before = cpu_seconds(target.process)
    found = generate(bench, target, RequestsResult, connections=32, seconds=_SECONDS)
    if found.failed:
        raise RuntimeError(f"{found.failed} of {found.requests} requests failed {target.name} limits")
    return found.per_second, 1e6 * (cpu_seconds(target.process) - before) / max(found.requests, 1)


def main() -> int:
    """Entry of ``python -m benchmarks.budgets``; returns the exit code, 1 where a budget did not hold."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.budgets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=["race", "throughput"], help="one of the two")
    parser.add_argument("--runs", type=int, default=20, help="stampedes")
    parser.add_argument("--workers", type=int, default=1, help="processes of Freehold in the race")
    args = parser.parse_args()
    held = True
    with tempfile.TemporaryDirectory(prefix="freehold-bench-") as made:
        folder = Path(made)
        if args.only != "throughput":
            ran = asyncio.run(race(args.runs, args.workers, folder))
            held = all(each.holds and each.adds_up for each in ran)
            most = max(each.spent_nano for each in ran) / BUDGET_NANO
            verdict = "held" if held else "NOT HELD"
            print(f"race: {len(ran)} runs of {REQUESTS}, workers {args.workers}: {verdict}, at most {most:.1%} spent")
        if args.only != "race":
            for name, value in throughput(folder).items():
                print(f"{name}: {value:.3f}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
