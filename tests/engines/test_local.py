from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Event
from freehold.core.label import PUBLIC
from freehold.core.ports import Events, Provider
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, EmbeddingRequest, Message, Request, TextPart, Tool, ToolChoice
from freehold.core.target import Target
from freehold.engines.fit import EngineModel
from freehold.engines.llamacpp import LlamaCpp
from freehold.engines.local import LocalProvider

TARGET = Target("local/tiny", "tiny", "", "openai", PUBLIC, owned=True, engine="llamacpp")
HELLO = Request("tiny", (Message("user", (TextPart("hello"),)),), "openai")


class Recorder:
    """Stands in for the provider that makes the call: keeps what it was handed."""

    def __init__(self) -> None:
        self.calls: list[tuple[Target, AnyRequest]] = []

    @asynccontextmanager
    async def __call__(self, target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        self.calls.append((target, request))
        yield self._nothing()

    async def _nothing(self) -> AsyncIterator[Event]:
        return
        yield


async def ask(provider: Provider, request: AnyRequest = HELLO) -> None:
    async with provider(TARGET, request, Attempt(TARGET.name, 1)) as events:
        assert [event async for event in events] == []


async def test_a_request_waits_for_the_model_and_goes_to_its_address(tmp_path: Path, chat_model: Path) -> None:
    engine, sent = LlamaCpp([EngineModel("local/tiny", str(chat_model), threads=1)], data_dir=tmp_path), Recorder()
    await engine.start()
    try:
        await ask(LocalProvider(engine, sent))
        address = engine.status("local/tiny").address
    finally:
        await engine.stop()
    target, request = sent.calls[0]
    assert address is not None
    assert (target.base_url, target.api_key) == (address.base_url, address.api_key)
    assert target.auth == "bearer"
    assert request is HELLO


async def test_a_model_that_failed_says_why_and_is_not_asked_again(tmp_path: Path) -> None:
    engine, sent = LlamaCpp([EngineModel("local/tiny", "/gone.gguf")], data_dir=tmp_path), Recorder()
    await engine.start()
    with pytest.raises(AttemptFailed, match=r"local/tiny is failed: there is no model at /gone\.gguf") as failed:
        await ask(LocalProvider(engine, sent))
    assert failed.value.fault is Fault.CONNECT
    assert not failed.value.safe_to_retry
    assert sent.calls == []


async def test_an_engine_that_was_not_started_says_so(tmp_path: Path, chat_model: Path) -> None:
    engine = LlamaCpp([EngineModel("local/tiny", str(chat_model))], data_dir=tmp_path)
    with pytest.raises(AttemptFailed, match="has not been started"):
        await ask(LocalProvider(engine, Recorder()))


@pytest.fixture
async def ready(tmp_path: Path, chat_model: Path) -> AsyncIterator[LlamaCpp]:
    engine = LlamaCpp([EngineModel("local/tiny", str(chat_model), threads=1)], data_dir=tmp_path)
    await engine.start()
    yield engine
    await engine.stop()


async def test_a_named_tool_becomes_the_only_one_and_required(ready: LlamaCpp) -> None:
    sent, tools = Recorder(), (Tool("a", {}), Tool("b", {}))
    choose = HELLO.rewritten(tools=tools, tool_choice=ToolChoice("named", "b"))
    await ask(LocalProvider(ready, sent), choose)
    await ask(LocalProvider(ready, sent), HELLO.rewritten(tools=tools, tool_choice=ToolChoice("auto")))
    named, free = (request for _, request in sent.calls)
    assert isinstance(named, Request)
    assert named.tools == (tools[1],)
    assert named.tool_choice == ToolChoice("required")
    assert isinstance(free, Request)
    assert free.tools == tools


async def test_embeddings_pass_as_they_are(ready: LlamaCpp) -> None:
    sent, request = Recorder(), EmbeddingRequest("tiny", ("a",))
    await ask(LocalProvider(ready, sent), request)
    assert sent.calls[0][1] is request
