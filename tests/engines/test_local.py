from __future__ import annotations

import asyncio
import os
import signal
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
from freehold.engines.llamacpp import LlamaCpp, Patience, State
from freehold.engines.local import LocalProvider
from freehold.providers.egress import Egress
from support.worlds import http_provider

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


async def killed(engine: LlamaCpp) -> None:
    """Kill the worker, and go on once its end has been noticed."""
    status = await engine.wait("local/tiny", 60)
    assert status.pid is not None
    os.kill(status.pid, signal.SIGKILL)
    while engine.status("local/tiny").state is State.READY:  # noqa: ASYNC110  # a process ends without telling anybody
        await asyncio.sleep(0.01)
    assert engine.status("local/tiny").state is State.RESTARTING


async def supervised(folder: Path, model: Path, **patience: float) -> LlamaCpp:
    models = [EngineModel("local/tiny", str(model), threads=1)]
    engine = LlamaCpp(models, data_dir=folder, patience=Patience(**patience))  # type: ignore[arg-type]
    await engine.start()
    return engine


async def test_a_request_waits_for_a_worker_that_is_started_again(tmp_path: Path, chat_model: Path) -> None:
    engine, sent = await supervised(tmp_path, chat_model, first_delay=0.2), Recorder()
    try:
        await killed(engine)
        await ask(LocalProvider(engine, sent))
        address = engine.status("local/tiny").address
    finally:
        await engine.stop()
    assert address is not None
    assert sent.calls[0][0].base_url == address.base_url


async def test_where_the_restart_takes_too_long_the_caller_is_told_when_to_come_back(
    tmp_path: Path, chat_model: Path
) -> None:
    engine = await supervised(tmp_path, chat_model, first_delay=60.0)
    try:
        await killed(engine)
        with pytest.raises(AttemptFailed, match=r"not ready yet: .* it is being started again") as failed:
            await ask(LocalProvider(engine, Recorder(), patience=0.05))
    finally:
        await engine.stop()
    assert failed.value.fault is Fault.CONNECT
    assert failed.value.retry_after == 10
    assert not failed.value.safe_to_retry


@pytest.mark.parametrize(("fault", "again"), [(Fault.CONNECT, True), (Fault.BROKEN, False), (Fault.PROTOCOL, False)])
async def test_what_a_worker_took_with_it_may_be_asked_of_the_next(ready: LlamaCpp, fault: Fault, again: bool) -> None:
    failure = AttemptFailed(fault, "the connection was closed before the answer was whole")

    @asynccontextmanager
    async def dies(target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        raise failure
        yield

    with pytest.raises(AttemptFailed):
        await ask(LocalProvider(ready, dies))
    assert failure.safe_to_retry is again


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


async def test_a_text_too_long_for_an_embedding_model_is_the_text_s_fault(
    tmp_path: Path, embedding_model: Path
) -> None:
    model = EngineModel(TARGET.name, str(embedding_model), context=512, threads=1)
    engine, egress = LlamaCpp([model], data_dir=tmp_path), Egress()
    await engine.start()
    provider = LocalProvider(engine, http_provider(egress))
    try:
        async with provider(TARGET, EmbeddingRequest("tiny", ("short",)), Attempt(TARGET.name, 1)) as events:
            assert [event async for event in events]
        with pytest.raises(AttemptFailed, match="is too large to process") as caught:
            await ask(provider, EmbeddingRequest("tiny", ("far too long " * 200,)))
    finally:
        egress.close()
        await engine.stop()
    assert (caught.value.fault, caught.value.status, caught.value.param) == (Fault.REJECTED, 400, "input")
