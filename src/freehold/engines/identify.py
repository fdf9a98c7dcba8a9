"""Tells one model server from another by what its own API answers. Pure: no connection is made here.

Sources: Ollama ``api/types.go`` (``ListModelResponse``: ``remote_model`` and ``remote_host`` mark models that are
answered elsewhere), llama.cpp ``tools/server/README.md`` (``/props``), vLLM and SGLang ``api_server.py`` and
``http_server.py``, and LM Studio's REST API v0.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from freehold.engines.metadata import EMBEDDING_ARCHITECTURES


class Server(enum.StrEnum):
    """The servers that are known."""

    OLLAMA = "Ollama"
    LLAMA_SERVER = "llama-server"
    VLLM = "vLLM"
    SGLANG = "SGLang"
    LM_STUDIO = "LM Studio"


class Reply(NamedTuple):
    """One answer: the HTTP status, and the body if it was JSON, else `None`."""

    status: int
    body: Any


Answers = Mapping[str, Reply]
"""Replies by path."""


class FoundModel(msgspec.Struct, frozen=True):
    """A model that a server has. `context` in tokens, where the server tells."""

    name: str
    embeds: bool = False
    context: int | None = None


class RefusedModel(msgspec.Struct, frozen=True):
    """A model that a server lists and that is not used, and why."""

    name: str
    reason: str


Listing = tuple[list[FoundModel], list[RefusedModel]]


def identify(answers: Answers) -> tuple[Server, list[FoundModel], list[RefusedModel]] | None:
    """Which server answered so, with its models; `None` if it is none that is known."""
    for server, recognise in _RECOGNISERS:
        listing = recognise(answers)
        if listing is not None:
            return server, *listing
    return None


def _lm_studio(answers: Answers) -> Listing | None:
    rows = _rows(answers, "/api/v0/models", "data")
    if rows is None or not all("type" in row and "state" in row for row in rows):
        return None
    return [FoundModel(row["id"], row["type"] == "embeddings", _count(row, "max_context_length")) for row in rows], []


def _ollama(answers: Answers) -> Listing | None:
    rows = _rows(answers, "/api/tags", "models")
    if rows is None or not isinstance(_object(answers, "/api/version").get("version"), str):
        return None
    found, refused = [], []
    for row in rows:
        name = row["name"]
        remote = _remote(row, name)
        if remote:
            refused.append(RefusedModel(name, f"it is not local: Ollama has it answered by {remote}"))
        else:
            found.append(FoundModel(name, _ollama_embeds(row, name)))
    return found, refused


def _remote(row: Mapping[str, Any], name: str) -> str | None:
    """Where else an Ollama model is answered; `None` if here."""
    if row.get("remote_host") or row.get("remote_model"):
        return str(row.get("remote_host") or "another server")
    # Before the fields above were there, only the tag told: "gpt-oss:120b-cloud", "glm-4.6:cloud".
    return "ollama.com" if name.endswith(("-cloud", ":cloud")) else None


def _ollama_embeds(row: Mapping[str, Any], name: str) -> bool:
    family = (row.get("details") or {}).get("family", "")
    return family in EMBEDDING_ARCHITECTURES or "embed" in name


def _llama_server(answers: Answers) -> Listing | None:
    props = _object(answers, "/props")
    settings = props.get("default_generation_settings")
    if not isinstance(settings, dict) or "total_slots" not in props:
        return None
    context = _count(settings, "n_ctx")
    return [FoundModel(row["id"], context=context) for row in _rows(answers, "/v1/models", "data") or []], []


def _sglang(answers: Answers) -> Listing | None:
    info = _object(answers, "/get_model_info")
    if "model_path" not in info or "tokenizer_path" not in info:
        return None
    return _openai_models(answers, embeds=info.get("is_generation") is False)


def _vllm(answers: Answers) -> Listing | None:
    rows = _rows(answers, "/v1/models", "data")
    if not rows or any(row.get("owned_by") != "vllm" for row in rows):
        return None
    return _openai_models(answers)


def _openai_models(answers: Answers, *, embeds: bool = False) -> Listing:
    rows = _rows(answers, "/v1/models", "data") or []
    return [FoundModel(row["id"], embeds, _count(row, "max_model_len")) for row in rows], []


_RECOGNISERS: tuple[tuple[Server, Callable[[Answers], Listing | None]], ...] = (
    (Server.LM_STUDIO, _lm_studio),
    (Server.OLLAMA, _ollama),
    (Server.LLAMA_SERVER, _llama_server),
    (Server.SGLANG, _sglang),
    (Server.VLLM, _vllm),
)


def _object(answers: Answers, path: str) -> Mapping[str, Any]:
    reply = answers.get(path)
    return reply.body if reply is not None and reply.status == 200 and isinstance(reply.body, dict) else {}


def _rows(answers: Answers, path: str, key: str) -> list[Mapping[str, Any]] | None:
    """The list of objects under `key`; `None` where there is none. Each that names no model is left out."""
    listed = _object(answers, path).get(key)
    return list(_named(listed, "name" if key == "models" else "id")) if isinstance(listed, list) else None


def _named(listed: Iterable[Any], name: str) -> Iterable[Mapping[str, Any]]:
    return (row for row in listed if isinstance(row, dict) and isinstance(row.get(name), str))


def _count(row: Mapping[str, Any], key: str) -> int | None:
    value = row.get(key)
    return value if isinstance(value, int) and value > 0 else None
