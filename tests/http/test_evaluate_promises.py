"""A route calibrated over HTTP: its targets asked, the promise made, in force, shown, kept and withdrawn."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from msgspec.structs import replace

from freehold.assemble import Stack
from freehold.catalog.promises import Change
from freehold.http.app import App
from support.asgi import Caller
from support.live import ADMIN_KEY

SECONDS = 30.0
CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[guards]
mode = "off"
[[target]]
name = "home"
provider = "scripted"
model = "say:yes"
owned = true
[[target]]
name = "away"
provider = "scripted"
model = "echo"
owned = false
clearance = "internal"
price = { input = 1.0, output = 4.0 }
[[route]]
name = "auto"
flow = "cascade"
targets = ["home", "away"]
[[route]]
name = "spare"
flow = "fallback"
targets = ["home", "away"]
"""
ADMIN = {"authorization": f"Bearer {ADMIN_KEY}"}
CALIBRATE = "/api/eval/routes/auto/calibrate"
LONG = "Please say this back to me word by word, whatever it may be that stands here:"
BODY = {"data": "work", "scorer": "exact"}


@pytest.fixture
def config() -> str:
    return CONFIG


async def call(app: App, method: str, path: str, body: Any = None, query: str = "") -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=ADMIN, body=data, query=query).ask(app)


async def questions(app: App, size: int, *, hard: int) -> None:
    """A dataset whose first `hard` questions, the longer ones, ``home`` gets wrong and ``away`` right."""
    rows = [
        {"input": text, "expected": text if number < hard else "yes"}
        for number in range(size)
        for text in [f"{LONG} {number}" if number < hard else f"Even {number}?"]
    ]
    sent = "\n".join(json.dumps(row) for row in rows).encode()
    asked = Caller(
        "POST", "/api/eval/datasets", headers=ADMIN, body=sent, query="name=work&filename=work.jsonl&near=false"
    )
    made = await asked.ask(app)
    assert made.status == 201, made.json


async def calibrated(app: App, **more: Any) -> Caller:
    begun = await call(app, "POST", CALIBRATE, BODY | more)
    assert begun.status == 202, begun.json
    runs = begun.json["runs"]
    async with asyncio.timeout(SECONDS):
        for run in runs.values():
            assert (await call(app, "GET", f"/api/eval/runs/{run}", query="wait=20")).json["state"] == "done"
    return await call(app, "POST", CALIBRATE, BODY | more | {"runs": runs})


async def test_too_little_data_is_refused_with_how_much_it_takes(app: App) -> None:
    await questions(app, 12, hard=12)
    found = await call(app, "POST", CALIBRATE, BODY)
    assert found.status == 400
    assert "it takes at least 115" in found.json["error"]["message"]


async def answered(app: App, text: str) -> Caller:
    body = {"model": "auto", "messages": [{"role": "user", "content": text}]}
    found = await call(app, "POST", "/v1/chat/completions", body)
    assert found.status == 200
    return found


async def test_a_promise_is_made_kept_shown_and_withdrawn(app: App) -> None:
    await questions(app, 330, hard=40)
    made = await calibrated(app)
    assert made.status == 201, made.json
    promise = made.json["promise"]
    assert (promise["kind"], promise["route"], promise["stronger"], promise["state"]) == (
        "harm",
        "auto",
        "away",
        "active",
    )
    assert promise["observed"] <= promise["bound"] <= 0.02
    assert promise["models"] == {"home": "say:yes", "away": "echo"}
    assert [(each["target"], each["adequate"]) for each in made.json["alone"]] == [("away", True), ("home", False)]
    assert made.json["alone"][1]["cost"] == "0"

    kept = await answered(app, "Odd 7?")
    assert kept.headers["x-freehold-target"] == "home"
    assert (await answered(app, f"{LONG} 7")).headers["x-freehold-target"] == "away"
    told = (await call(app, "GET", f"/api/requests/{kept.headers['x-freehold-id']}")).json
    assert told["attempts"][0]["score"]["method"] == "promise"

    explained = (await call(app, "POST", "/api/explain", {"text": "Odd?", "model": "auto"})).json
    assert promise["id"] in explained["promise"]
    routes = {row["name"]: row for row in (await call(app, "GET", "/api/routes")).json["data"]}
    assert routes["auto"]["promise"]["said"] == explained["promise"]
    assert routes["spare"]["promise"] is None

    assert (await call(app, "DELETE", f"/api/eval/promises/{promise['id']}")).json["state"] == "withdrawn"
    assert (await call(app, "DELETE", f"/api/eval/promises/{promise['id']}")).status == 409
    listed = (await call(app, "GET", "/api/eval/promises")).json["data"]
    assert [(each["id"], each["state"]) for each in listed] == [(promise["id"], "withdrawn")]
    assert (await answered(app, f"{LONG} 7")).headers["x-freehold-target"] == "home"


async def test_a_promise_is_listed_as_its_route_goes_by_it(app: App, stack: Stack) -> None:
    await questions(app, 330, hard=40)
    promise = (await calibrated(app)).json["promise"]
    standing = stack.standing

    async def listed() -> tuple[str, str]:
        (found,) = (await call(app, "GET", "/api/eval/promises")).json["data"]
        return found["state"], found["why"]

    assert await listed() == ("active", "")
    stack.go_by(replace(standing, changes={"auto": Change("ch_1", "auto", ("away", "home"), "fallback")}))
    assert await listed() == ("set aside", "its route is now fallback")
    explained = (await call(app, "POST", "/api/explain", {"text": "Odd?", "model": "auto"})).json
    assert explained["promise"] == f"promise {promise['id']} is set aside: route auto is now fallback"
    other = replace(standing.promises["auto"], models={"home": "say:no", "away": "echo"})
    stack.go_by(replace(standing, promises={"auto": other}))
    assert await listed() == ("suspended", "home is not what it was calibrated with")
    stack.go_by(standing)
    assert (await answered(app, "Odd 7?")).headers["x-freehold-target"] == "home", promise


async def test_one_target_alone_is_promised_where_it_will_do(app: App) -> None:
    await questions(app, 130, hard=0)
    dry = await calibrated(app, dry_run=True)
    assert (dry.status, dry.json["in_force"]) == (200, False)
    assert (await call(app, "GET", "/api/eval/promises")).json["data"] == []
    made = await calibrated(app)
    assert (made.json["promise"]["kind"], made.json["promise"]["single"]) == ("single", "home")
    assert (await answered(app, f"{LONG} 7")).headers["x-freehold-target"] == "home"


async def test_the_least_harm_at_a_share_or_a_budget(app: App) -> None:
    await questions(app, 130, hard=30)
    made = await calibrated(app, escalate=0.3, dry_run=True)
    assert (made.json["promise"]["kind"], made.json["promise"]["budget"]) == ("budget", 0.3)
    cheaper = await calibrated(app, budget_share=0.25, dry_run=True)
    assert cheaper.json["promise"]["budget"] == pytest.approx(0.25)


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("spare", {}, 400, "spare is no cascade"),
    ("auto", {"harm": 0}, 400, "harm is a share between 0 and 1"),
    ("auto", {"escalate": 2}, 400, "escalate is a share from 0 to 1"),
    ("auto", {"escalate": 0.1, "budget_share": 0.1}, 400, "not both"),
    ("auto", {"horizon": -1}, 400, "horizon is 0 or more"),
    ("auto", {"budget": "much"}, 400, "not an amount of money"),
    ("auto", {"stronger": "nobody"}, 400, "has no target 'nobody'"),
    ("auto", {"voices": ["away"]}, 400, "away can be no voice"),
    ("auto", {"stronger": "home"}, 400, "keeps owned answers alone"),
    ("auto", {"scorer": "exactly"}, 400, "there is no scorer 'exactly'"),
    ("auto", {"data": "other"}, 404, "other"),
    ("auto", {"runs": {}}, 400, "there is no run of home, away"),
    ("auto", {"runs": {"home": "run_1", "away": "run_2"}}, 404, "run_1"),
    ("auto", {"risk": 1}, 400, "risk"),
]


async def test_what_cannot_be_calibrated_is_refused(app: App) -> None:
    await questions(app, 3, hard=0)
    for route, more, status, said in REFUSED:
        found = await call(app, "POST", f"/api/eval/routes/{route}/calibrate", BODY | more)
        assert (found.status, said in found.json["error"]["message"]) == (status, True), found.json
