"""A router over HTTP: trained of two runs, listed, shown, weighed in a promise's place, and removed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

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
owned = true
"""
ADMIN = {"authorization": f"Bearer {ADMIN_KEY}"}
ROUTERS = "/api/eval/routers"
TRAININGS = "/api/eval/trainings"
BODY = {"weak": "home", "strong": "away", "data": "work", "scorer": "exact"}


@pytest.fixture
def config() -> str:
    return CONFIG


async def call(app: App, method: str, path: str, body: Any = None, query: str = "") -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=ADMIN, body=data, query=query).ask(app)


async def answered(app: App, size: int) -> None:
    """A dataset that both targets were asked for: ``away`` gets the long third of it right, ``home`` the rest."""
    rows = [
        {"input": f"Say {'this again ' * 9}{number}", "expected": f"Say {'this again ' * 9}{number}"}
        if number % 3 == 0
        else {"input": f"Even {number}?", "expected": "yes" if number % 5 else f"Even {number}?"}
        for number in range(size)
    ]
    sent = "\n".join(json.dumps(row) for row in rows).encode()
    query = "name=work&filename=work.jsonl&near=false"
    assert (await Caller("POST", "/api/eval/datasets", headers=ADMIN, body=sent, query=query).ask(app)).status == 201
    for subject in ("home", "away"):
        begun = await call(app, "POST", "/api/eval/runs", {"dataset": "work", "subject": subject, "scorers": ["exact"]})
        assert begun.status < 300, begun.json
        async with asyncio.timeout(SECONDS):
            ended = await call(app, "GET", f"/api/eval/runs/{begun.json['id']}", query="wait=20")
        assert ended.json["state"] == "done"


async def ended(app: App, begun: Caller) -> Any:
    """A training once it has ended."""
    assert begun.status == 202, begun.json
    found = begun.json
    async with asyncio.timeout(SECONDS):
        while found["state"] in {"waiting", "running"}:
            found = (await call(app, "GET", f"{TRAININGS}/{found['id']}", query="wait=20")).json
    return found


async def test_a_router_is_trained_listed_shown_and_removed(app: App) -> None:
    await answered(app, 320)
    training = await ended(app, await call(app, "POST", ROUTERS, BODY | {"weak": "away", "strong": "home"}))
    assert (training["state"], training["size"], training["note"]) == ("done", 320, None)
    assert (await call(app, "GET", TRAININGS)).json["data"] == [training]
    stopped = await call(app, "POST", f"{TRAININGS}/{training['id']}/stop")
    assert stopped.json == training  # It had ended.
    router = (await call(app, "GET", f"{ROUTERS}/{training['router']}")).json
    assert router["training"] == training["id"]
    assert (router["weak"], router["strong"], router["size"], router["space"]) == ("away", "home", 320, "")
    assert router["compared"][router["model"]] > 0.6
    assert (await call(app, "GET", ROUTERS)).json["data"] == [router]
    path = f"{ROUTERS}/{router['id']}"
    assert (await call(app, "GET", path)).json == router
    assert (await call(app, "DELETE", path)).json == {"id": router["id"], "removed": True}
    assert (await call(app, "GET", path)).status == 404
    assert (await call(app, "DELETE", path)).status == 404


async def test_too_little_is_refused_with_what_it_takes(app: App) -> None:
    await answered(app, 30)
    found = await call(app, "POST", ROUTERS, BODY)
    assert found.status == 400
    assert "a router needs 300" in found.json["error"]["message"]


async def test_what_was_not_asked_or_is_not_known_is_told(app: App) -> None:
    assert (await call(app, "POST", ROUTERS, BODY)).status == 404
    assert (await call(app, "POST", ROUTERS, {"weak": "home"})).status == 400
    assert (await call(app, "GET", f"{ROUTERS}/..%2Fkeys")).status == 404
    assert (await call(app, "GET", f"{TRAININGS}/tn_9")).status == 404
    assert (await call(app, "POST", f"{TRAININGS}/tn_9/stop")).status == 404
