from __future__ import annotations

import logging
from typing import get_args

import pytest

from freehold.assemble import Stack
from freehold.core.caller import Role
from freehold.http.app import App
from freehold.http.auth import NEEDED
from freehold.http.routes import OPERATIONS, Operation
from freehold.stores.keys import Grant
from support.asgi import Caller, living


async def test_before_its_start_and_after_its_end_nothing_is_served(stack: Stack, admin: dict[str, str]) -> None:
    app = App(stack, body_limit=1000)
    early = await Caller(path="/v1/models", headers=admin).ask(app)
    assert (early.status, early.headers["retry-after"]) == (503, "1")
    async with living(app):
        assert (await Caller(path="/v1/models", headers=admin).ask(app)).status == 200
    late = await Caller(path="/healthz").ask(app)
    assert late.status == 503


async def test_a_path_is_found_exactly_or_by_its_start(app: App, admin: dict[str, str]) -> None:
    for path, status in {
        "/v1/models": 200,
        "/v1/models/home": 200,
        "/v1/models/": 404,
        "/v1/models/a/b": 404,
        "/v1/model": 404,
        "/V1/models": 404,
        "/v1/models/home/": 404,
        "": 404,
    }.items():
        assert (await Caller(path=path, headers=admin).ask(app)).status == status, path


async def test_the_more_particular_path_is_found_first(app: App, admin: dict[str, str]) -> None:
    """``/api/keys/{id}/rotate`` is no key of the name ``{id}/rotate``."""
    rotated = await Caller("POST", "/api/keys/nobody/rotate", headers=admin).ask(app)
    assert rotated.status == 404
    assert "nobody/rotate" not in rotated.json["error"]["message"]
    wrong = await Caller("DELETE", "/api/keys/nobody/rotate", headers=admin).ask(app)
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/messages", "POST"),
        ("POST", "/v1/models", "GET, HEAD"),
        ("PUT", "/api/keys", "GET, POST, HEAD"),
        ("HEAD", "/v1/messages", "POST"),
    ],
)
async def test_another_method_is_told_which_there_are(app: App, method: str, path: str, allowed: str) -> None:
    refused = await Caller(method, path).ask(app)
    assert (refused.status, refused.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path}")
async def test_whoever_may_not_enter_is_turned_away(app: App, stack: Stack, operation: Operation) -> None:
    path = operation.path.replace("{}", "nobody")
    without = await Caller(operation.method, path).ask(app)
    assert (without.status == 401) == (operation.who != "anyone")
    for rank, role in enumerate(get_args(Role)[::-1]):
        key = stack.keys.create(Grant(name=role, role=role)).secret.reveal()
        within = await Caller(operation.method, path, headers={"x-api-key": key}).ask(app)
        assert (within.status == 403) == (rank < NEEDED[operation.who]), role
        assert within.status not in (401, 500)


async def test_errors_speak_the_dialect_of_their_path(app: App) -> None:
    anthropics = await Caller("POST", "/v1/messages").ask(app)
    assert (anthropics.status, anthropics.json["type"]) == (401, "error")
    assert anthropics.json["request_id"] == anthropics.headers["x-freehold-id"] == anthropics.headers["request-id"]
    openais = await Caller("POST", "/v1/chat/completions").ask(app)
    assert openais.json["error"]["code"] == "invalid_api_key"
    assert openais.headers["x-request-id"] == openais.headers["x-freehold-id"]
    assert openais.headers["www-authenticate"] == 'Bearer realm="freehold"'


async def test_every_refusal_has_the_headers_of_an_answer(app: App) -> None:
    refused = await Caller(path="/nothing").ask(app)
    told = {name: value for name, value in refused.headers.items() if name.startswith("x-freehold-")}
    assert told.pop("x-freehold-id").startswith("fh_")
    assert told == {
        "x-freehold-target": "none",
        "x-freehold-label": "none",
        "x-freehold-attempts": "0",
        "x-freehold-cost": "0",
        "x-freehold-cache": "off",
    }


async def test_a_failure_inside_is_a_500_that_tells_nothing_but_its_id(
    app: App, stack: Stack, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(stack, "models", fail)
    with caplog.at_level(logging.ERROR, "freehold.http"):
        failed = await Caller(path="/v1/models", headers=admin).ask(app)
    assert failed.status == 500
    assert "secret" not in failed.body.decode()
    assert failed.headers["x-freehold-id"] in failed.json["error"]["message"]
    assert failed.headers["x-freehold-id"] in caplog.text
    assert "ZeroDivisionError: a secret detail" in caplog.text


async def test_a_caller_that_leaves_before_its_request_is_whole_gets_nothing(app: App, admin: dict[str, str]) -> None:
    caller = Caller("POST", "/v1/chat/completions", headers=admin, body=[b"{", b"}"]).leaves_after(1)
    assert (await caller.ask(app)).sent == []


async def test_a_websocket_is_closed() -> None:
    sent = []

    async def send(message: object) -> None:
        sent.append(message)

    await App(None, body_limit=1)({"type": "websocket"}, None, send)  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1000}]
