"""How long usage takes: `python benchmarks/usage.py [REQUESTS]`.

Makes a month of requests (1,000,000 if nothing else is said) of 50 keys in 5 teams, 10 models, 8 targets and 4 labels,
asks for some groupings through the API from the rows alone, then, the median of five, for every one once they are
rolled up as a running Freehold does it. Prints what rolling up costs, too.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from freehold.assemble import Stack, build
from freehold.config import load
from freehold.http.app import App
from freehold.ledger.rollup import RollUp
from freehold.ledger.rows import ATTEMPT, SETTLED
from freehold.stores.sqlite import open_store

DAYS = 30
GROUPS = ("model", "key", "team", "label", "route", "target", "day", "hour", "error")
ROWS = ("model", "target", "day")
"""The groupings that are asked of the rows alone, too; the others are like the first."""
LABELS = ("public", "internal", "confidential", "restricted")
NS = 10**9


def requests(count: int, since: datetime, seed: int = 7) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Rows of exchanges and their attempts, in the order of time; few keys and models have most of them."""
    draw = random.Random(seed)  # figures, not secrets
    start_ns = int(since.timestamp()) * NS
    steps = DAYS * 86_400 * NS // count
    for number in range(count):
        started_ns = start_ns + number * steps
        key, model = int(50 * draw.random() ** 2), int(10 * draw.random() ** 2)
        target, label = int(8 * draw.random() ** 2), LABELS[int(4 * draw.random() ** 2)]
        total = draw.lognormvariate(6.5, 0.8)
        luck = draw.random()
        ending, status, error = "completed", 200, None
        if luck < 0.02:
            ending, status, error = "failed", 502, "upstream_failed: target: server"
        elif luck < 0.03:
            ending, status, error = "refused", 429, "rate_limited: try again"
        elif luck < 0.04:
            ending, status, error = "cancelled", 499, "the caller left before the answer was whole"
        read, wrote, cost = draw.randrange(50, 4000), draw.randrange(1, 800), draw.randrange(10_000, 9_000_000)
        escalated, owned = luck > 0.95, target < 4
        row: dict[str, Any] = dict.fromkeys(SETTLED) | {
            "id": f"fh_{started_ns // 10**6:012x}{number:020x}",
            "started_ns": started_ns,
            "key_id": f"key_{key:012}",
            "key_name": f"key {key}",
            "team": f"team {key % 5}",
            "alias": f"model-{model}",
            "dialect": "openai",
            "kind": "chat",
            "stream": False,
            "origin": "api",
            "ending": ending,
            "route": f"route-{model}",
            "label": label,
            "status": status,
            "error": error,
            "target": f"target-{target}",
            "owned": owned,
            "escalated": escalated,
            "attempts": 1,
            "input_tokens": read,
            "output_tokens": wrote,
            "cached_input_tokens": read // 3,
            "cost_nano": cost,
            "baseline_nano": cost * 3,
            "first_ms": total / 4,
            "total_ms": total,
        }
        tried: dict[str, Any] = dict.fromkeys(ATTEMPT) | {
            "exchange_id": row["id"],
            "number": 1,
            "target": row["target"],
            "owned": owned,
            "started_ns": started_ns,
            "first_ms": total / 4,
            "total_ms": total,
            "input_tokens": read,
            "output_tokens": wrote,
            "cached_input_tokens": read // 3,
            "estimated": False,
            "cost_nano": cost,
            "fault": "server" if ending == "failed" else None,
            "shown": ending == "completed",
        }
        yield tuple(row.values()), [tuple(tried.values())]


def fill(connection: sqlite3.Connection, count: int, since: datetime) -> None:
    """Write the rows, each noted as being in no total."""
    exchanges: list[tuple[Any, ...]] = []
    attempts: list[tuple[Any, ...]] = []
    connection.execute("PRAGMA foreign_keys=OFF")

    def write() -> None:
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO exchanges ({', '.join(SETTLED)}) VALUES ({', '.join('?' * len(SETTLED))})",
            exchanges,
        )
        connection.executemany("INSERT INTO usage_pending VALUES (?)", [row[:1] for row in exchanges])
        connection.executemany(
            f"INSERT INTO attempts ({', '.join(ATTEMPT)}) VALUES ({', '.join('?' * len(ATTEMPT))})",
            attempts,
        )
        connection.execute("COMMIT")
        exchanges.clear()
        attempts.clear()

    for row, tries in requests(count, since):
        exchanges.append(row)
        attempts += tries
        if len(exchanges) == 10_000:
            write()
    write()


def roll(connection: sqlite3.Connection) -> list[float]:
    """Roll everything up; the seconds of each step."""
    chore, steps, more = RollUp(), [], True
    while more:
        began = time.perf_counter()
        more = chore(connection)
        steps.append(time.perf_counter() - began)
    return steps


async def ask(app: App, path: str, key: str) -> float:
    """Milliseconds of one GET through the whole application."""
    place, _, query = path.partition("?")
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": place,
        "query_string": query.encode(),
        "headers": [(b"authorization", f"Bearer {key}".encode())],
        "client": ("127.0.0.1", 1),
    }
    began = time.perf_counter()
    await app(scope, receive, send)
    spent = (time.perf_counter() - began) * 1000
    if sent[0]["status"] != 200:
        raise SystemExit(f"{path} answered {sent[0]['status']}: {sent[1]['body'][:300]!r}")
    return spent


async def median(app: App, path: str, key: str, times: int) -> float:
    """The median of several."""
    return statistics.median([await ask(app, path, key) for _ in range(times)])


async def measure(stack: Stack, key: str, since: datetime, names: Sequence[str], times: int) -> dict[str, float]:
    """Milliseconds of every grouping, and of the overview, of those named."""
    app = App(stack, body_limit=2**20)
    app.open()
    zone = "tz=Europe/Berlin"
    paths = {by: f"/api/usage?by={by}&since={since.isoformat()[:19]}&{zone}" for by in GROUPS}
    paths["model, one key's"] = paths["model"] + "&key=key_000000000025"
    paths["day, one label's"] = paths["day"] + "&label=internal"
    paths["overview"] = f"/api/overview?since={since.isoformat()[:19]}&{zone}"
    return {name: await median(app, paths[name], key, times) for name in names or paths}


def show(kept: dict[str, float], rows: dict[str, float]) -> None:
    """A table."""
    print(f"{'by':18} {'totals':>9} {'rows':>10}  ratio")
    for name, spent in kept.items():
        compared = f"{rows[name]:7.1f} ms  {rows[name] / spent:5.1f}" if name in rows else ""
        print(f"{name:18} {spent:6.1f} ms {compared}".rstrip())


def main(count: int) -> None:
    """Measure and print."""
    since = (datetime.now(UTC) - timedelta(days=DAYS)).replace(microsecond=0)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        store = open_store(data)
        with closing(store.connect()) as connection:
            began = time.perf_counter()
            fill(connection, count, since)
            print(f"{count:,} requests written in {time.perf_counter() - began:.0f} s")
        env = {"FREEHOLD_SERVER_DATA_DIR": str(data)}
        (Path(folder) / "freehold.toml").write_text('[[target]]\nname = "home"\nprovider = "scripted"\n')
        stack = build(load(Path(folder) / "freehold.toml", env), env)
        admin = stack.local_token
        for key in range(50):
            with closing(store.connect()) as connection:
                _own(connection, key)
        rows = asyncio.run(measure(stack, admin, since, ROWS, 1))
        with closing(store.connect()) as connection:
            cpu = time.process_time()
            steps = roll(connection)
            spent = time.process_time() - cpu
            totals = connection.execute("SELECT count(*) FROM usage_totals").fetchone()[0]
        print(
            f"rolled up at {spent / count * 1e6:.1f} us of processor time a request, into {totals:,} totals; "
            f"a step took {statistics.median(steps) * 1000:.1f} ms, the longest {max(steps) * 1000:.1f} ms"
        )
        kept = asyncio.run(measure(stack, admin, since, (), 5))
        show(kept, rows)


def _own(connection: sqlite3.Connection, key: int) -> None:
    """A key of that id, since only a key that exists can be asked for."""
    connection.execute(
        "INSERT INTO keys (id, prefix, hash, name, groups, may_declare, capture, created_ns) "
        "VALUES (?, '', ?, ?, '[]', 0, 0, 0)",
        (f"key_{key:012}", os.urandom(32), f"key {key}"),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
