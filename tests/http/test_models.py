from __future__ import annotations

import json
import sys
import threading
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.label import Label
from freehold.http.app import App
from freehold.stores.keys import Grant
from freehold.wire.fields import check_model
from support.asgi import Caller

TURNS = [{"role": "user", "content": "Good morning"}]


async def post(app: App, path: str, body: Any, headers: dict[str, str]) -> Caller:
    return await Caller("POST", path, headers=headers, body=json.dumps(body).encode()).ask(app)


async def test_a_chat_is_answered(app: App, admin: dict[str, str]) -> None:
    caller = await post(app, "/v1/chat/completions", {"model": "home", "messages": TURNS}, admin)
    assert caller.json["choices"][0]["message"]["content"] == "Good morning"
    assert caller.headers["x-freehold-target"] == "home"


async def test_a_message_is_answered(app: App, admin: dict[str, str]) -> None:
    caller = await post(app, "/v1/messages", {"model": "away", "max_tokens": 9, "messages": TURNS}, admin)
    assert caller.json["content"][0]["text"] == "From far away."


async def test_an_embedding_is_answered(app: App, admin: dict[str, str]) -> None:
    caller = await post(app, "/v1/embeddings", {"model": "embeds", "input": ["a", "b"]}, admin)
    assert [row["index"] for row in caller.json["data"]] == [0, 1]
    assert (await post(app, "/v1/embeddings", {"model": "home", "input": "a"}, admin)).status == 400


async def test_texts_are_judged(app: App, admin: dict[str, str]) -> None:
    body = {"model": "judges", "query": "parental leave", "documents": ["the office", "parental leave"], "top_n": 1}
    caller = await post(app, "/v1/rerank", body, admin)
    assert caller.json["results"] == [{"index": 1, "relevance_score": 1.0}]
    assert caller.headers["x-freehold-target"] == "judges"
    assert (await post(app, "/v1/rerank", {**body, "model": "embeds"}, admin)).status == 400
    restricted = await post(app, "/v1/rerank", {**body, "query": ""}, admin)
    assert (restricted.status, restricted.json["error"]["param"]) == (400, "query")


async def test_who_asks_is_known_before_what_is_asked_is_read(app: App) -> None:
    """A stranger's body is not parsed: it gets 401, whatever it holds."""
    assert (await Caller("POST", "/v1/chat/completions", body=b"{").ask(app)).status == 401


async def test_a_body_has_its_limit(app: App, admin: dict[str, str]) -> None:
    body = {"model": "home", "messages": [{"role": "user", "content": "x" * 70_000}]}
    assert (await post(app, "/v1/chat/completions", body, admin)).status == 413


async def test_tokens_are_counted_for_a_model_that_exists(app: App, admin: dict[str, str]) -> None:
    path = "/v1/messages/count_tokens"
    counted = await post(app, path, {"model": "home", "messages": TURNS}, admin)
    assert counted.json["input_tokens"] > 1
    assert (await post(app, path, {"model": "hme", "messages": TURNS}, admin)).status == 404


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens"])
@pytest.mark.parametrize("large", [True, False])
async def test_a_large_body_is_read_beside_the_loop(
    app: App, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch, path: str, large: bool
) -> None:
    readers: list[threading.Thread] = []
    monkeypatch.setattr("freehold.http.models._LARGE", 1_000)

    def noting(model: str) -> None:
        readers.append(threading.current_thread())
        check_model(model)

    for dialect in ("openai", "anthropic"):
        monkeypatch.setattr(sys.modules[f"freehold.wire.{dialect}.parse"], "check_model", noting)
    turns = [{"role": "user", "content": "x" * (2_000 if large else 20)}]
    body = {"model": "home", "max_tokens": 9, "messages": turns}
    assert (await post(app, path, body, admin)).status == 200
    assert [reader is not threading.main_thread() for reader in readers] == [large]


async def test_models_are_listed_in_the_shape_of_the_asking_client(app: App, admin: dict[str, str]) -> None:
    openais = await Caller(path="/v1/models", headers=admin).ask(app)
    anthropics = await Caller(path="/v1/models", headers={**admin, "anthropic-version": "2023-06-01"}).ask(app)
    assert openais.json["object"] == "list"
    assert anthropics.json["has_more"] is False
    names = {row["id"] for row in openais.json["data"]}
    assert names == {row["id"] for row in anthropics.json["data"]} >= {"home", "away"}


async def test_a_key_sees_its_own_models_alone(app: App, stack: Stack) -> None:
    secret = stack.keys.create(Grant(name="narrow", models=frozenset({"home"}))).secret.reveal()
    headers = {"x-api-key": secret}
    assert [row["id"] for row in (await Caller(path="/v1/models", headers=headers).ask(app)).json["data"]] == ["home"]
    assert (await Caller(path="/v1/models/home", headers=headers).ask(app)).status == 200
    assert (await Caller(path="/v1/models/away", headers=headers).ask(app)).status == 404


@pytest.mark.parametrize("stream", [False, True])
async def test_a_keys_label_holds(app: App, stack: Stack, stream: bool) -> None:
    secret = stack.keys.create(Grant(name="law", label=Label.parse("confidential"))).secret.reveal()
    body = {"model": "away", "messages": TURNS, "stream": stream}
    refused = await post(app, "/v1/chat/completions", body, {"x-api-key": secret})
    assert (refused.status, refused.headers["x-freehold-label"]) == (403, "confidential")


async def test_a_model_that_breaks_ends_the_stream_with_an_error(app: App, admin: dict[str, str]) -> None:
    body = {"model": "breaks", "messages": TURNS, "stream": True}
    caller = await post(app, "/v1/chat/completions", body, admin)
    assert caller.status == 200
    assert b"Once " in caller.body
    assert b'"error"' in caller.body
    assert caller.whole


async def test_what_asks_no_target_bears_the_headers_too(app: App, admin: dict[str, str]) -> None:
    counted = await post(app, "/v1/messages/count_tokens", {"model": "home", "messages": TURNS}, admin)
    for caller in (
        counted,
        await Caller(path="/v1/models", headers=admin).ask(app),
        await Caller(path="/v1/models/home", headers=admin).ask(app),
    ):
        assert caller.status == 200
        assert caller.headers["x-freehold-id"].startswith("fh_")
        assert (caller.headers["x-freehold-target"], caller.headers["x-freehold-cost"]) == ("none", "0")
