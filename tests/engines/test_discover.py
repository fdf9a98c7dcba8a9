from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from freehold.engines.discover import Discovery, discover
from freehold.engines.fit import EngineModel
from freehold.engines.identify import FoundModel
from freehold.engines.llamacpp import LlamaCpp
from support.listener import listening

PATIENT = 5.0
"""The tests' machine may be busy; only the test of the budget itself uses the real one."""

OLLAMA = {
    "/api/version": {"version": "0.12.3"},
    "/api/tags": {
        "models": [
            {"name": "qwen3:4b", "model": "qwen3:4b", "size": 2_600_000_000, "details": {"family": "qwen3"}},
            {"name": "nomic-embed-text:latest", "model": "x", "size": 274_302_450, "details": {"family": "nomic-bert"}},
            {
                "name": "gpt-oss:120b-cloud",
                "model": "gpt-oss:120b-cloud",
                "remote_model": "gpt-oss:120b",
                "remote_host": "https://ollama.com:443",
                "size": 384,
                "details": {},
            },
            {"name": "mine:latest", "remote_model": "deepseek-v3.1:671b", "remote_host": "https://ollama.com:443"},
            {"name": "glm-4.6:cloud", "size": 300, "details": None},
        ]
    },
    "/v1/models": {"object": "list", "data": [{"id": "qwen3:4b", "object": "model", "owned_by": "library"}]},
}
LLAMA_SERVER = {
    "/props": {"default_generation_settings": {"n_ctx": 8192}, "total_slots": 4, "model_path": "/m.gguf"},
    "/v1/models": {"object": "list", "data": [{"id": "m.gguf", "object": "model", "owned_by": "llamacpp"}]},
}
VLLM = {
    "/version": {"version": "0.11.0"},
    "/v1/models": {"data": [{"id": "Qwen/Qwen3-8B", "owned_by": "vllm", "max_model_len": 40960}]},
}
SGLANG = {
    "/get_model_info": {"model_path": "Qwen/Qwen3-8B", "tokenizer_path": "Qwen/Qwen3-8B", "is_generation": True},
    "/v1/models": {"data": [{"id": "Qwen/Qwen3-8B", "owned_by": "sglang", "max_model_len": 40960}]},
}
LM_STUDIO = {
    "/api/v0/models": {
        "object": "list",
        "data": [
            {"id": "gemma-3-4b", "object": "model", "type": "vlm", "state": "not-loaded", "max_context_length": 131072},
            {"id": "nomic", "object": "model", "type": "embeddings", "state": "not-loaded", "max_context_length": 2048},
        ],
    },
    "/v1/models": {"data": [{"id": "gemma-3-4b", "object": "model", "owned_by": "organization_owner"}]},
}


async def at(answers: dict[str, Any], **options: Any) -> tuple[Discovery, int]:
    async with listening(answers, **options) as port:
        return await discover([port], budget=PATIENT), port


@pytest.mark.parametrize(
    ("answers", "server", "models"),
    [
        (OLLAMA, "Ollama", [FoundModel("qwen3:4b"), FoundModel("nomic-embed-text:latest", embeds=True)]),
        (LLAMA_SERVER, "llama-server", [FoundModel("m.gguf", context=8192)]),
        (VLLM, "vLLM", [FoundModel("Qwen/Qwen3-8B", context=40960)]),
        (SGLANG, "SGLang", [FoundModel("Qwen/Qwen3-8B", context=40960)]),
        (LM_STUDIO, "LM Studio", [FoundModel("gemma-3-4b", False, 131072), FoundModel("nomic", True, 2048)]),
    ],
)
async def test_each_server_is_known_by_its_own_api(
    answers: dict[str, Any], server: str, models: list[FoundModel]
) -> None:
    discovery, port = await at(answers)
    (found,) = discovery.found
    assert found.server == server
    assert found.base_url == f"http://127.0.0.1:{port}/v1"
    assert list(found.models) == models


async def test_models_answered_elsewhere_are_refused() -> None:
    discovery, _ = await at(OLLAMA)
    refused = {model.name: model.reason for model in discovery.found[0].refused}
    assert set(refused) == {"gpt-oss:120b-cloud", "mine:latest", "glm-4.6:cloud"}
    assert "https://ollama.com:443" in refused["mine:latest"]
    assert any("mine:latest" in line and "not local" in line for line in discovery.sentences())


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"/v1/models": {"data": [{"id": "gpt-4o", "owned_by": "openai"}]}},
        {"/v1/models": {"data": "many"}, "/api/tags": [1, 2], "/props": 3},
        {"/api/version": {"version": "1"}, "/api/tags": b"<html>"},
        {"/api/tags": {"models": []}},
    ],
)
async def test_a_server_that_does_not_say_what_it_is_is_not_used(answers: dict[str, Any]) -> None:
    discovery, port = await at(answers)
    assert not discovery.found
    assert discovery.refused[0].address == f"http://127.0.0.1:{port}"


async def test_a_server_that_asks_for_a_key_is_named() -> None:
    discovery, _ = await at({}, status=401)
    assert "asks for a key" in discovery.refused[0].reason


async def test_a_server_that_says_nothing_does_not_hold_up_a_start() -> None:
    async with listening({}, silent=True) as port:
        began = asyncio.get_running_loop().time()
        discovery = await discover([port], budget=0.1)
        took = asyncio.get_running_loop().time() - began
    assert "did not answer within 0.1 seconds" in discovery.refused[0].reason
    assert took < 5


async def test_a_free_port_is_nothing_to_speak_of() -> None:
    async with listening({}) as port:
        pass
    assert await discover([port], budget=PATIENT) == Discovery()


async def test_our_own_port_is_left_alone() -> None:
    seen: list[str] = []
    async with listening(OLLAMA, seen=seen) as port:
        assert await discover([port], exclude=[port], budget=PATIENT) == Discovery()
    assert seen == []


@pytest.mark.parametrize("form", ["127.0.0.1:{}", "http://localhost:{}", "0.0.0.0:{}", "[::1]:{}", ":{}"])
async def test_ollama_is_looked_for_where_its_variable_says(form: str) -> None:
    async with listening(OLLAMA) as port:
        discovery = await discover([], environment={"OLLAMA_HOST": form.format(port)}, budget=PATIENT)
    assert [found.server for found in discovery.found] == ["Ollama"]


@pytest.mark.parametrize("host", ["10.0.0.7", "https://ollama.example.com", "127.0.0.1:none"])
async def test_an_ollama_elsewhere_is_refused(host: str) -> None:
    discovery = await discover([], environment={"OLLAMA_HOST": host}, budget=PATIENT)
    assert discovery.found == ()
    assert discovery.refused[0].address == host


async def test_a_real_llama_cpp_server_asks_for_its_key(tmp_path: Path, chat_model: Path) -> None:
    engine = LlamaCpp([EngineModel("chat", str(chat_model), threads=1)], data_dir=tmp_path)
    await engine.start()
    try:
        address = (await engine.wait("chat", 60)).address
        assert address is not None
        port = int(address.base_url.removesuffix("/v1").rpartition(":")[2])
        discovery = await discover([port], budget=PATIENT)
    finally:
        await engine.stop()
    assert "asks for a key" in discovery.refused[0].reason
