from __future__ import annotations

import pytest

from freehold.assemble import Stack
from freehold.http.app import App
from support.asgi import Caller


async def test_it_lives_and_is_ready_for_anyone_who_asks(app: App) -> None:
    assert (await Caller(path="/healthz").ask(app)).json == {"status": "ok"}
    assert (await Caller(path="/readyz").ask(app)).json == {"status": "ready"}


async def test_it_says_why_it_is_not_ready(app: App, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "trouble", lambda: "the ledger cannot take requests: disk full")
    told = await Caller(path="/readyz").ask(app)
    assert told.status == 503
    assert told.json == {"status": "not ready", "why": "the ledger cannot take requests: disk full"}
    assert (await Caller(path="/healthz").ask(app)).status == 200


async def test_it_describes_itself(app: App) -> None:
    assert "/v1/messages" in (await Caller(path="/api/openapi.json").ask(app)).json["paths"]
