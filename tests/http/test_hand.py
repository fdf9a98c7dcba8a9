"""What a hand answers by itself, and what it passes on, told by path, key and documents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from freehold.assemble import Hand
from freehold.config import load
from freehold.crew.messages import Apply
from freehold.engines.discover import Discovery
from freehold.http.hand import HandApp
from freehold.stores.keys import Grant, Keys
from freehold.stores.sqlite import open_store
from support.asgi import Caller, living
from support.crew import a_crew

CONFIG = '[[target]]\nname = "home"\nprovider = "scripted"\nmodel = "say:Well."\n'
CHAT = b'{"model": "home", "messages": [{"role": "user", "content": "hi"}]}'
GROUNDED = CHAT[:-1] + b', "metadata": {"freehold": {"collections": ["a"]}}}'


class First:
    """Notes what is passed on to it, and says so."""

    def __init__(self) -> None:
        self.passed: list[tuple[str, bytes | None]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any, body: bytes | None) -> None:
        self.passed.append((scope["path"], body))
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@pytest.fixture
def first() -> First:
    return First()


@pytest.fixture
async def key(tmp_path: Path) -> str:
    keys = Keys(open_store(tmp_path / "data").connect)
    issued = keys.create(Grant(name="ann"))
    keys.close()
    return issued.secret.reveal()


@pytest.fixture
async def app(tmp_path: Path, first: First, key: str) -> AsyncIterator[HandApp]:
    file = tmp_path / "freehold.toml"
    file.write_text(CONFIG)
    env = {"FREEHOLD_SERVER_DATA_DIR": str(tmp_path / "data"), "FREEHOLD_KNOWLEDGE_EMBEDDING": "off"}
    config = load(file, env)
    async with a_crew(config.server.data_dir) as crew:
        hand = Hand(Apply(config, Discovery()), env, crew.line, "2")
        async with living(HandApp(hand, first, body_limit=10_000)) as running:
            yield running  # type: ignore[misc]


async def test_a_plain_request_is_answered_here(app: HandApp, first: First, key: str) -> None:
    caller = await Caller("POST", "/v1/chat/completions", headers={"x-api-key": key}, body=CHAT).ask(app)
    assert (caller.status, caller.headers["x-freehold-target"]) == (200, "home")
    assert caller.json["choices"][0]["message"]["content"] == "Well."
    listed = await Caller("GET", "/v1/models", headers={"x-api-key": key}).ask(app)
    assert "home" in {model["id"] for model in listed.json["data"]}
    assert first.passed == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api/targets"),
        ("GET", "/v1/models/home"),
        ("DELETE", "/v1/chat/completions"),
        ("GET", "/readyz"),
    ],
)
async def test_all_else_is_passed_on(app: HandApp, first: First, key: str, method: str, path: str) -> None:
    caller = await Caller(method, path, headers={"authorization": f"Bearer {key}"}).ask(app)
    assert (caller.status, first.passed) == (299, [(path, None)])


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "fh-nobody"}, {"authorization": "Basic x"}, {"cookie": "s=1"}])
async def test_whoever_is_not_known_here_is_looked_at_by_the_first(
    app: HandApp, first: First, headers: dict[str, str]
) -> None:
    await Caller("POST", "/v1/chat/completions", headers=headers, body=CHAT).ask(app)
    assert first.passed == [("/v1/chat/completions", None)]


async def test_what_is_answered_from_documents_is_passed_on_with_its_body(app: HandApp, first: First, key: str) -> None:
    await Caller("POST", "/v1/chat/completions", headers={"x-api-key": key}, body=GROUNDED).ask(app)
    assert first.passed == [("/v1/chat/completions", GROUNDED)]


async def test_errors_are_those_of_the_first(app: HandApp, first: First, key: str) -> None:
    caller = await Caller("POST", "/v1/chat/completions", headers={"x-api-key": key}, body=b"{").ask(app)
    assert (caller.status, caller.json["error"]["code"]) == (400, "invalid_request")
    assert caller.headers["x-freehold-id"].startswith("fh_")
    large = Caller("POST", "/v1/messages", headers={"x-api-key": key}, body=b" " * 20_000)
    assert (await large.ask(app)).json["error"]["type"] == "request_too_large"
    assert first.passed == []


async def test_nothing_is_taken_after_the_end(app: HandApp, key: str) -> None:
    app.ready = False
    caller = await Caller("POST", "/v1/chat/completions", headers={"x-api-key": key}, body=CHAT).ask(app)
    assert (caller.status, caller.headers["retry-after"]) == (503, "1")
