"""Which server answered so: by what its own API says, and never by what any other could say too."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.engines.identify import FoundModel, RefusedModel, Reply, Server, identify

OPENAI = {"/v1/models": {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 4096}]}}
OLLAMA = {"/api/version": {"version": "0.12"}, "/api/tags": {"models": [{"name": "qwen3:4b"}]}}
LLAMA = {
    "/props": {"default_generation_settings": {"n_ctx": 8192}, "total_slots": 1},
    "/v1/models": {"data": [{"id": "m.gguf"}]},
}
SGLANG = {
    "/get_model_info": {"model_path": "m", "tokenizer_path": "m"},
    "/v1/models": {"data": [{"id": "m", "max_model_len": 4096}]},
}
STUDIO = {"/api/v0/models": {"data": [{"id": "m", "type": "llm", "state": "loaded", "max_context_length": 4096}]}}

PATHS = ["/api/v0/models", "/api/version", "/api/tags", "/props", "/get_model_info", "/v1/models"]
json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["data", "models", "id", "name", "type", "state", "version", "details", "model_path"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


def answering(bodies: dict[str, Any], status: int = 200) -> dict[str, Reply]:
    return {path: Reply(status, body) for path, body in bodies.items()}


def listed(bodies: dict[str, Any]) -> list[FoundModel]:
    known = identify(answering(bodies))
    assert known is not None
    return known[1]


@pytest.mark.parametrize(
    ("bodies", "server"),
    [
        (OPENAI, Server.VLLM),
        (OLLAMA, Server.OLLAMA),
        (LLAMA, Server.LLAMA_SERVER),
        (SGLANG, Server.SGLANG),
        (STUDIO, Server.LM_STUDIO),
    ],
)
def test_a_server_is_known_by_what_only_it_says(bodies: dict[str, Any], server: Server) -> None:
    known = identify(answering(bodies))
    assert known is not None
    assert known[0] is server
    assert len(known[1]) == 1
    assert known[2] == []
    assert identify(answering(bodies, status=404)) is None


@pytest.mark.parametrize("missing", ["/api/version", "/api/tags"])
def test_half_of_an_api_is_not_enough(missing: str) -> None:
    assert identify(answering({path: body for path, body in OLLAMA.items() if path != missing})) is None


def test_a_gateway_that_lists_others_models_is_not_taken_for_a_server_of_models() -> None:
    rows = [{"id": "m", "owned_by": "vllm"}, {"id": "gpt", "owned_by": "openai"}]
    assert identify(answering({"/v1/models": {"data": rows}})) is None
    assert identify(answering({"/v1/models": {"data": []}})) is None


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"name": "m", "remote_host": "https://ollama.com:443"}, "https://ollama.com:443"),
        ({"name": "m", "remote_model": "big"}, "another server"),
        ({"name": "gpt-oss:120b-cloud"}, "ollama.com"),
        ({"name": "glm-4.6:cloud"}, "ollama.com"),
    ],
)
def test_a_model_that_is_answered_elsewhere_is_refused(row: dict[str, str], where: str) -> None:
    known = identify(answering(OLLAMA | {"/api/tags": {"models": [row]}}))
    assert known is not None
    assert known[1] == []
    assert known[2] == [RefusedModel(row["name"], f"it is not local: Ollama has it answered by {where}")]


@pytest.mark.parametrize("name", ["cloudy:7b", "my-cloud-notes", "cloud"])
def test_a_name_that_merely_speaks_of_clouds_is_local(name: str) -> None:
    assert [model.name for model in listed(OLLAMA | {"/api/tags": {"models": [{"name": name}]}})] == [name]


@pytest.mark.parametrize(
    ("row", "embeds"),
    [
        ({"name": "nomic-embed-text"}, True),
        ({"name": "x", "details": {"family": "nomic-bert"}}, True),
        ({"name": "x", "details": {"family": "qwen3"}}, False),
        ({"name": "x", "details": None}, False),
    ],
)
def test_a_model_that_embeds_is_told_by_its_family_or_its_name(row: dict[str, Any], embeds: bool) -> None:
    assert [model.embeds for model in listed(OLLAMA | {"/api/tags": {"models": [row]}})] == [embeds]


@pytest.mark.parametrize(("length", "context"), [(4096, 4096), (0, None), (-1, None), ("4096", None), (None, None)])
def test_a_context_that_is_no_count_is_not_known(length: Any, context: int | None) -> None:
    rows = [{"id": "m", "owned_by": "vllm", "max_model_len": length}]
    assert listed({"/v1/models": {"data": rows}})[0].context == context


def test_rows_that_name_no_model_are_left_out() -> None:
    assert listed(LLAMA | {"/v1/models": {"data": [{"id": 3}, "m", {"id": "m.gguf"}, {}]}}) == [
        FoundModel("m.gguf", context=8192)
    ]


@given(st.dictionaries(st.sampled_from(PATHS), st.builds(Reply, st.sampled_from([200, 404]), json)))
def test_nothing_that_a_server_may_say_is_more_than_unknown(answers: dict[str, Reply]) -> None:
    known = identify(answers)
    assert known is None or isinstance(known[0], Server)
