"""Watching and promotion over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.http.app import App
from freehold.http.evaluate_watch import by_route
from support.asgi import Caller
from support.live import ADMIN_KEY

ADMIN = {"authorization": f"Bearer {ADMIN_KEY}"}
CONFIG = """
[watch]
canaries = ["away"]
[knowledge]
embedding = "off"
documentation = false
[[target]]
name = "home"
provider = "scripted"
licence = "MIT"
[[target]]
name = "away"
provider = "scripted"
clearance = "internal"
[[route]]
name = "work"
flow = "fixed"
targets = ["away"]
"""


@pytest.fixture
def config() -> str:
    return CONFIG


async def call(app: App, method: str, path: str, body: Any = None) -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=ADMIN, body=data).ask(app)


async def test_a_candidate_goes_on_trial_and_comes_back(app: App) -> None:
    body = {"route": "work", "candidate": "home", "canary": 0.1}
    made = await call(app, "POST", "/api/eval/promotions", body)
    assert (made.status, made.json["flow"], made.json["weights"]) == (201, "split", [0.9, 0.1])
    assert [each["candidate"] for each in (await call(app, "GET", "/api/eval/watch")).json["on_trial"]] == ["home"]

    taken = await call(app, "DELETE", "/api/eval/promotions/work")
    assert (taken.status, taken.json["state"]) == (200, "taken-back")
    (row,) = (await call(app, "GET", "/api/eval/promotions")).json["data"]
    assert row["before"] == {"flow": "fixed", "targets": ["away"], "weights": []}
    (route,) = (await call(app, "GET", "/api/eval/watch")).json["routes"]
    assert (route["route"], route["promotions"], route["on_trial"], route["promise"]) == ("work", [row], None, None)
    assert [each["target"] for each in route["canaries"]] == ["away"]
    assert (await call(app, "DELETE", "/api/eval/promotions/work")).status == 404


async def test_what_is_missing_is_told(app: App) -> None:
    refused = await call(app, "POST", "/api/eval/promotions", {"route": "work", "candidate": "home"})
    assert refused.status == 409
    assert "evidence: there is none" in refused.json["error"]["message"]


async def test_a_shadow_begins_and_ends(app: App) -> None:
    body = {"route": "work", "candidate": "home", "scorer": "exact", "budget": "0.50"}
    made = await call(app, "POST", "/api/eval/shadows", body)
    assert (made.status, made.json["state"], made.json["budget"]) == (201, "running", "0.5")
    ended = await call(app, "DELETE", "/api/eval/shadows/work")
    assert (ended.json["state"], ended.json["verdict"]) == ("stopped", "open")
    assert [each["state"] for each in (await call(app, "GET", "/api/eval/watch")).json["shadows"]] == ["stopped"]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"route": "nowhere"}, 404, "no route"),
        ({"candidate": "nobody"}, 404, "no target"),
        ({"share": 0.0}, 400, "share"),
        ({"margin": 2.0}, 400, "margin"),
        ({"budget": "much"}, 400, "US dollars"),
        ({"scorer": "judge:nobody"}, 400, "no judge"),
        ({"scorer": "regex:a+"}, 400, "cannot compare two answers"),
    ],
)
async def test_a_shadow_that_cannot_be(app: App, change: dict[str, Any], status: int, said: str) -> None:
    body = {"route": "work", "candidate": "home", "scorer": "exact", **change}
    refused = await call(app, "POST", "/api/eval/shadows", body)
    assert refused.status == status
    assert said in refused.json["error"]["message"]


def test_what_is_watched_is_told_by_route() -> None:
    found = {
        "promises": [{"route": "auto", "harm": 0.02}],
        "canaries": [],
        "drift": {"auto": {"seen": 3}},
        "shadows": [{"route": "work", "candidate": "home"}],
        "on_trial": [],
    }
    rows = by_route(found, [{"route": "work", "id": str(number)} for number in range(30)], {})

    assert [row["route"] for row in rows] == ["auto", "work"]
    assert (rows[0]["promise"]["harm"], rows[0]["inputs"]["seen"], rows[0]["promotions"]) == (0.02, 3, [])
    assert (rows[1]["shadow"]["candidate"], len(rows[1]["promotions"])) == ("home", 20)


async def test_a_shadow_says_what_its_scorer_takes_for_the_truth(app: App) -> None:
    body = {"route": "work", "candidate": "home", "scorer": "exact"}
    made = await call(app, "POST", "/api/eval/shadows", body)
    assert "takes the route's own answer for right" in made.json["assumes"]
    (route,) = (await call(app, "GET", "/api/eval/watch")).json["routes"]
    assert (route["route"], route["shadow"]["candidate"]) == ("work", "home")


async def test_canaries_are_asked_on_demand(app: App) -> None:
    told = await call(app, "POST", "/api/eval/watch/canaries", {"target": "home"})
    assert (told.status, told.json["answered"], told.json["changed"]) == (200, 24, False)
    assert (await call(app, "POST", "/api/eval/watch/canaries", {"target": "nobody"})).status == 404
    assert [each["target"] for each in (await call(app, "GET", "/api/eval/watch")).json["canaries"]] == [
        "away",
        "home",
    ]
