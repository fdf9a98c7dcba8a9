"""What a Freehold has measured, put into one that runs, for tests of the page: a dataset with runs, promises, a judge
with its certificate, and votes.
"""

from __future__ import annotations

import json
import time

from msgspec.structs import replace

from freehold.catalog.promises import Keeping, Promise
from freehold.evaluate.arena.store import VoteStore
from freehold.evaluate.judges.model import Certificate, Certification, Judge, Measure
from freehold.evaluate.judges.store import JudgeStore
from freehold.evaluate.promise.rows import PromiseRows
from freehold.evaluate.statistics.interval import Interval
from freehold.stores.sqlite import SqliteStore
from support.server import Server
from support.voting import tally

HOSTILE = "<img src=x onerror=alert(1)>"
HOME, AWAY = "local/qwen3-8b", "gpt-5"
_ASSUMES = ("Requests stay as those of the dataset were.", HOSTILE)
_HARM = Promise(
    "pr_held", "assistant", "2026-11-02", "harm", AWAY, Keeping((HOME,), (), 0.0, 0.8125), assumptions=_ASSUMES,
    harm=0.02, confidence=0.9, size=500, data="ds_1", observed=0.008, bound=0.019, escalated=0.31,
)  # fmt: skip
_PROMISES = (
    _HARM,
    replace(_HARM, id="pr_alarm", route="code", state="suspended", why="Harm of kept answers rose to 9%."),
    Promise("pr_single", "triage", "2026-11-01", "single", AWAY, None, HOME, size=700, data="ds_1"),
)


def measured(server: Server) -> list[str]:
    """Fill it; the ids of the runs."""
    store = SqliteStore.of(server.data)
    for promise in _PROMISES:
        PromiseRows(store.connect).add(promise)
    _judge(JudgeStore(store.connect))
    votes = VoteStore(store.connect, store.reader)
    for vote in tally({(HOME, AWAY): 22, (AWAY, HOME): 18}):
        votes.put(vote)
    return _runs(server)


def _judge(judges: JudgeStore) -> None:
    judge = Judge("careful", "pairwise", AWAY, "Which answer helps more?")
    measures = (
        Measure("agreement", Interval(0.86, 0.79, 0.91, 0.95, "wilson", 120), True, "at least 0.70"),
        Measure("length", Interval(0.31, 0.12, 0.48, 0.95, "newcombe", 120), False, "at most 0.25"),
    )
    made = Certificate(judge.id, False, "2026-11-03", "gold_1", 120, measures, why="It prefers the longer answer.")
    judges.add(judge)
    judges.keep(Certification("ct_1", judge, "local", "done", time.time_ns(), certificate=made))


def _runs(server: Server) -> list[str]:
    rows = [
        {"input": f"Question {place}: how many days of leave?", "ideal": "27" if place % 3 else "works council"}
        for place in range(60)
    ]
    lines = "\n".join(map(json.dumps, rows)).encode()
    added = server.ask("POST", "/api/eval/datasets?name=leave&filename=leave.jsonl", lines)
    assert added.status == 201, added.body
    return [_run(server, added.json["id"], subject) for subject in (HOME, AWAY)]


def _run(server: Server, dataset: str, subject: str) -> str:
    body = {"dataset": dataset, "subject": subject, "scorers": ["contains"]}
    begun = server.ask("POST", "/api/eval/runs", body)
    assert begun.status == 202, begun.body
    name: str = begun.json["id"]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.ask("GET", f"/api/eval/runs/{name}?wait=10").json["state"] == "done":
            return name
    raise AssertionError(f"{name} has not ended")
