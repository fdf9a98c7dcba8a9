"""What a Freehold has measured, put into one that runs, for tests of the page: a dataset with runs, promises, a judge
with its certificate, and votes.
"""

from __future__ import annotations

import json
import time
from typing import Any

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

_AT = 1_790_000_000_000_000_000
_CANARY = {"looks": 12, "asked_ns": _AT, "e_value": 40.0, "false_alarms": 0.05}
_SHADOW = {
    "route": "assistant", "candidate": HOSTILE, "state": "running", "why": "", "share": 0.1, "scorer": "exact",
    "margin": 0.05, "pairs": 214, "difference": -0.01, "verdict": "open", "missed": {}, "spent": "0.12", "budget": "5",
    "by": "admin", "said": "Not yet shown not to be worse by 5 points",
    "assumes": "the route's answer is taken for right",
}  # fmt: skip
_WATCHED = {
    "promise": "pr_held", "route": "assistant", "state": "active", "why": "", "harm": 0.02, "estimate": 0.011,
    "measured": 0.01, "low": 0.0, "high": 0.05, "allowed": 0.02, "chosen": 412, "audited": 31, "harmed": 1, "alone": 0,
    "alone_wanting": 0, "missed": {"the label barred it": 2}, "cost": "0.08", "alarmed": False, "alarmed_ns": None,
    "e_value": 3.0, "e_needed": 40.0, "strength": 0.3, "correction": "", "feedback": 9, "feedback_bad": 2,
    "feedback_days": 30, "differences": None,
    "says": "no sign that it is broken (30% of the way to an alarm): 1 of 31 audited answers was measured as harmed",
}  # fmt: skip
_ALARMED = {**_WATCHED, "promise": "pr_alarm", "route": "code", "alarmed": True, "alarmed_ns": _AT, "strength": 1.0}
_INPUTS = {"seen": 120, "alarm": True, "measures": {"length": 1.2, "wording": 52.0}, "alpha": 0.05, "calibration": 285}
_REVISION = {
    "id": "rv_1", "route": "team/work", "targets": [AWAY, "local/new"], "flow": "split", "weights": [0.9, 0.1],
    "why": "",
    "candidate": "local/new", "before": {"flow": "fixed", "targets": [AWAY], "weights": []},
    "evidence": {"kind": "shadow", "says": "local/new is not worse by more than 2 points", "pairs": 900}, "by": "key_1",
    "at_ns": _AT, "state": "active", "canary": 0.1, "margin": 0.02, "replaces": "", "ended": "", "ended_by": "",
    "ended_ns": None,
}  # fmt: skip
_TAKEN = {
    **_REVISION,
    "id": "rv_0",
    "state": "taken-back",
    "canary": None,
    "ended": "it failed too often",
    "ended_ns": _AT,
}
_NOTHING: dict[str, Any] = {"promise": None, "inputs": None, "shadow": None, "on_trial": None}
_BARE = {**_NOTHING, "canaries": [], "promotions": []}
WATCHED = {
    "canaries": [{"target": AWAY, "changed_ns": _AT, **_CANARY}, {"target": "steady", "changed_ns": None, **_CANARY}],
    "shadows": [_SHADOW],
    "routes": [
        {**_BARE, "route": "assistant", "promise": _WATCHED, "inputs": _INPUTS},
        {**_BARE, "route": "code", "promise": _ALARMED},
        {**_BARE, "route": "team/work", "on_trial": _REVISION, "promotions": [_REVISION, _TAKEN]},
    ],
}
"""What ``/api/eval/watch`` tells once routes have been watched and changed for a while."""


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
