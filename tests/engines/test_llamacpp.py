from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from freehold.core.errors import SetupError
from freehold.core.target import Secret
from freehold.engines.fit import EngineModel
from freehold.engines.llamacpp import Address, LlamaCpp, Patience, State, Status, _Supervised
from support.engine_client import ask, ask_json
from support.tiny_gguf import token_id

QUICK = Patience(load=60, stop=5, first_delay=0.05, longest_delay=0.2, restarts=3)
HELLO = [{"role": "user", "content": "hello"}]


def engine_of(data_dir: Path, **models: Path | str) -> LlamaCpp:
    wanted = [EngineModel(name, str(model), slots=2, threads=1) for name, model in models.items()]
    return LlamaCpp(wanted, data_dir=data_dir, patience=QUICK)


@pytest.fixture
async def engine(tmp_path: Path, chat_model: Path, embedding_model: Path) -> AsyncIterator[LlamaCpp]:
    engine = engine_of(tmp_path, chat=chat_model, embed=embedding_model)
    await engine.start()
    yield engine
    await engine.stop()


async def ready(engine: LlamaCpp, name: str) -> tuple[Address, Status]:
    status = await engine.wait(name, 60)
    assert status.address is not None, status.reason
    return status.address, status


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110  # a process ends without telling anybody
            await asyncio.sleep(0.005)


async def test_models_load_side_by_side_and_stop_in_good_order(engine: LlamaCpp) -> None:
    chat, embed = (await ready(engine, "chat"))[1], (await ready(engine, "embed"))[1]
    assert (chat.state, embed.state) == (State.READY, State.READY)
    assert chat.pid is not None
    worker = psutil.Process(chat.pid)
    await engine.stop()
    assert not worker.is_running()
    assert engine.status("chat").state is State.STOPPED
    assert engine.status("chat").address is None


async def test_a_chat_streams_with_usage(engine: LlamaCpp) -> None:
    address, _ = await ready(engine, "chat")
    body = {
        "messages": HELLO,
        "max_tokens": 6,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    status, text = await ask(address, "/chat/completions", body)
    frames = [json.loads(line.removeprefix("data: ")) for line in text.split("\n\n") if line.startswith("data: {")]
    assert status == 200
    assert "".join(f["choices"][0]["delta"].get("content") or "" for f in frames if f["choices"])
    assert frames[-1]["usage"]["completion_tokens"] == 6
    assert frames[0]["model"] == "chat"


async def test_output_keeps_to_a_json_schema(engine: LlamaCpp) -> None:
    address, _ = await ready(engine, "chat")
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}, "dark": {"type": "boolean"}},
        "required": ["colour", "dark"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "paint", "schema": schema}}
    body = {"messages": HELLO, "max_tokens": 400, "temperature": 0, "response_format": wanted}
    answer = await ask_json(address, "/chat/completions", body)
    paint = json.loads(answer["choices"][0]["message"]["content"])
    assert paint["colour"] in {"red", "blue"}
    assert isinstance(paint["dark"], bool)


async def test_a_tool_is_called_with_arguments_that_fit(engine: LlamaCpp) -> None:
    address, _ = await ready(engine, "chat")
    parameters = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}},
        "required": ["colour"],
        "additionalProperties": False,
    }
    body = {
        "messages": HELLO,
        "max_tokens": 400,
        "temperature": 0,
        "tools": [{"type": "function", "function": {"name": "paint", "parameters": parameters}}],
        "tool_choice": "required",
        "logit_bias": [[token_id("<tool_call>"), 100.0]],
    }
    answer = await ask_json(address, "/chat/completions", body)
    # A model of random weights, pushed to call, calls again; the first call is whole.
    call = answer["choices"][0]["message"]["tool_calls"][0]
    assert call["function"]["name"] == "paint"
    assert json.loads(call["function"]["arguments"])["colour"] in {"red", "blue"}


async def test_token_probabilities_are_told(engine: LlamaCpp) -> None:
    address, _ = await ready(engine, "chat")
    body = {"messages": HELLO, "max_tokens": 3, "temperature": 0, "logprobs": True, "top_logprobs": 2}
    answer = await ask_json(address, "/chat/completions", body)
    tokens = answer["choices"][0]["logprobs"]["content"]
    assert tokens
    assert all(token["logprob"] <= 0 for token in tokens)


async def test_texts_are_embedded_alike_and_unlike(engine: LlamaCpp) -> None:
    address, status = await ready(engine, "embed")
    answer = await ask_json(address, "/embeddings", {"input": ["a cat", "a cat", "quite another thing"]})
    first, same, other = (row["embedding"] for row in answer["data"])
    assert status.plan is not None
    assert status.plan.embedding
    assert first == pytest.approx(same, abs=1e-5)
    assert first != pytest.approx(other, abs=1e-2)


async def test_a_chat_model_embeds_if_it_is_told_to(tmp_path: Path, chat_model: Path) -> None:
    model = EngineModel("chat", str(chat_model), kind="embedding", threads=1)
    engine = LlamaCpp([model], data_dir=tmp_path, patience=QUICK)
    await engine.start()
    try:
        answer = await ask_json((await ready(engine, "chat"))[0], "/embeddings", {"input": "a cat"})
    finally:
        await engine.stop()
    assert len(answer["data"][0]["embedding"]) == 64


async def test_only_the_holder_of_the_key_is_answered(engine: LlamaCpp) -> None:
    address, _ = await ready(engine, "chat")
    status, _ = await ask(address, "/chat/completions", {"messages": HELLO, "max_tokens": 1}, key="guess")
    assert status == 401
    assert address.api_key.reveal() not in repr(engine.status("chat"))


async def test_the_key_is_not_on_the_command_line_nor_providers_keys_in_the_environment(
    tmp_path: Path, chat_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nobody")
    engine = engine_of(tmp_path, chat=chat_model)
    await engine.start()
    try:
        address, status = await ready(engine, "chat")
        worker = psutil.Process(status.pid)
        assert address.api_key.reveal() not in " ".join(worker.cmdline())
        assert "OPENAI_API_KEY" not in worker.environ()
    finally:
        await engine.stop()


async def test_a_crashed_worker_is_started_again(engine: LlamaCpp) -> None:
    _, before = await ready(engine, "chat")
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)
    await until(lambda: engine.status("chat").state is not State.READY)
    assert "SIGKILL" in (engine.status("chat").reason or "")
    address, after = await ready(engine, "chat")
    assert after.pid != before.pid
    assert after.restarts == 1
    assert (await ask(address, "/models"))[0] == 200


async def test_a_worker_that_keeps_crashing_is_given_up(tmp_path: Path, chat_model: Path) -> None:
    engine = engine_of(tmp_path, chat=chat_model)
    await engine.start()
    try:
        while (status := await engine.wait("chat", 60)).state is State.READY:
            assert status.pid is not None
            os.kill(status.pid, signal.SIGKILL)
            await until(lambda: engine.status("chat").state is not State.READY)
        assert status.state is State.FAILED
        assert "given up after 4 tries" in (status.reason or "")
    finally:
        await engine.stop()


@pytest.fixture
def damaged(tmp_path: Path, chat_model: Path) -> Path:
    path = tmp_path / "damaged.gguf"
    path.write_bytes(chat_model.read_bytes()[:200_000])
    return path


async def test_a_damaged_file_fails_with_the_engines_own_reason(tmp_path: Path, damaged: Path) -> None:
    engine = engine_of(tmp_path, chat=damaged)
    await engine.start()
    status = await engine.wait("chat", 60)
    await engine.stop()
    assert status.state is State.FAILED
    assert status.reason is not None
    assert "damaged.gguf" in status.reason
    assert "corrupted or incomplete" in status.reason
    assert status.restarts == 0


async def test_one_absent_model_leaves_the_others_alone(tmp_path: Path, chat_model: Path) -> None:
    engine = engine_of(tmp_path, chat=chat_model, gone="/nowhere/model.gguf", hub="hf:Qwen/Qwen3-4B-GGUF")
    await engine.start()
    try:
        await ready(engine, "chat")
        assert "no model at /nowhere/model.gguf" in (engine.status("gone").reason or "")
        assert "freehold models pull hf:Qwen/Qwen3-4B-GGUF" in (engine.status("hub").reason or "")
    finally:
        await engine.stop()


async def test_too_little_memory_is_said_with_the_figures(tmp_path: Path, chat_model: Path) -> None:
    model = EngineModel("chat", str(chat_model))
    engine = LlamaCpp([model], data_dir=tmp_path, patience=QUICK, memory=2**20)
    await engine.start()
    assert "GiB are free" in (engine.status("chat").reason or "")
    await engine.stop()


SUPERVISOR = """
    import asyncio, pathlib, sys
    from freehold.engines.fit import EngineModel
    from freehold.engines.llamacpp import LlamaCpp

    async def main():
        engine = LlamaCpp([EngineModel("chat", sys.argv[1], threads=1)], data_dir=pathlib.Path(sys.argv[2]))
        await engine.start()
        print((await engine.wait("chat", 60)).pid, flush=True)
        await asyncio.sleep(600)

    asyncio.run(main())
"""


def test_no_worker_outlives_a_supervisor_that_is_killed(tmp_path: Path, chat_model: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(SUPERVISOR), str(chat_model), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        worker = psutil.Process(int(supervisor.stdout.readline()))
        supervisor.kill()
    gone, _ = psutil.wait_procs([worker], timeout=30)
    # Nobody may be left in a container to collect it, so it may remain as a zombie, which runs nothing.
    assert gone or worker.status() == psutil.STATUS_ZOMBIE


def test_an_address_does_not_show_its_key() -> None:
    assert "hush" not in repr(Address("http://127.0.0.1:1/v1", Secret("hush")))


def test_each_crash_in_a_row_is_waited_for_longer_up_to_a_bound(tmp_path: Path) -> None:
    patience = Patience(first_delay=0.5, longest_delay=3)
    supervised = _Supervised(EngineModel("m", "m.gguf"), tmp_path, patience)
    assert [supervised._delay(crashes) for crashes in (1, 2, 3, 4, 50)] == [0.5, 1, 2, 3, 3]


async def test_a_model_on_demand_is_made_and_loaded_when_it_is_first_asked_for(
    tmp_path: Path, embedding_model: Path
) -> None:
    made: list[Path] = []

    def make(folder: Path) -> Path:
        made.append(folder)
        return embedding_model

    engine = LlamaCpp(
        [EngineModel("lazy", "lazy.gguf", slots=1, threads=1, make=make, on_demand=True)],
        data_dir=tmp_path,
        patience=QUICK,
    )
    await engine.start()
    assert (made, engine.status("lazy").state) == ([], State.STOPPED)
    assert engine.status("lazy").reason == "it is loaded when it is first asked for"
    both = await asyncio.gather(engine.wait("lazy", 60), engine.wait("lazy", 60))
    assert [status.state for status in both] == [State.READY, State.READY]
    assert made == [tmp_path / "models"]
    await engine.stop()
    assert (await engine.wait("lazy", 5)).state is State.STOPPED


async def test_one_on_demand_that_could_not_be_made_is_tried_again(tmp_path: Path, embedding_model: Path) -> None:
    answers = [SetupError("no room; make some"), embedding_model]

    def make(folder: Path) -> Path:
        answer = answers.pop(0)
        if isinstance(answer, SetupError):
            raise answer
        return answer

    engine = LlamaCpp(
        [EngineModel("lazy", "", slots=1, threads=1, make=make, on_demand=True)], data_dir=tmp_path, patience=QUICK
    )
    failed = await engine.wait("lazy", 60)
    assert (failed.state, failed.reason) == (State.FAILED, "no room; make some")
    assert (await engine.wait("lazy", 60)).state is State.READY
    await engine.stop()


async def test_stopping_leaves_nothing_of_a_model_that_is_still_being_made(tmp_path: Path) -> None:
    made, go_on = threading.Event(), threading.Event()

    def make(folder: Path) -> Path:
        made.set()
        go_on.wait(60)
        raise SetupError("nobody waits for this")

    engine = LlamaCpp([EngineModel("lazy", "", make=make, on_demand=True)], data_dir=tmp_path, patience=QUICK)
    assert (await engine.wait("lazy", 0.01)).state is State.STARTING
    assert await asyncio.to_thread(made.wait, 60)
    await engine.stop()
    go_on.set()
    assert engine.status("lazy").state is State.STOPPED
