"""Worlds in which a provider lives: each plays the same scenes, one by itself, the others over HTTP in a dialect."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.core.errors import Fault
from freehold.core.event import Embedded, Event, Finished, Opened, Ranked, Reranked, Text, ToolCall, Usage, gather
from freehold.core.ports import Provider
from freehold.core.request import Dialect
from freehold.core.target import Target
from freehold.providers.egress import Egress
from freehold.providers.http import HttpProvider
from freehold.providers.scripted import Scene, Scripted
from freehold.wire.anthropic import MessagesProvider
from freehold.wire.embeddings import EmbeddingsProvider
from freehold.wire.openai import ChatProvider
from freehold.wire.rerank import RerankProvider
from support.decisions import a_target
from support.upstream import ABORT, Step, Upstream, chunked, frames, whole

STATUS = {Fault.RATE_LIMITED: 429, Fault.SERVER: 500, Fault.REJECTED: 400, Fault.AUTH: 401}
"""The HTTP status by which a target says that it refuses so."""


@dataclass
class World:
    """A provider, a target in it, and the two things to look at from outside."""

    provider: Provider
    target: Target
    _double: Scripted | None = None
    _upstream: Upstream | None = None

    @property
    def asked(self) -> int:
        """Requests that have come."""
        return len(
            (self._double.asked if self._double else None) or (self._upstream.requests if self._upstream else [])
        )

    async def quiet(self) -> bool:
        """Whether, within a second, nothing is under way any more."""
        if self._upstream is None:
            return self._double is not None and self._double.open == 0
        for number in range(len(self._upstream.peers)):
            if not await self._upstream.left(number):
                return False
        return self._upstream.playing == 0


def http_provider(egress: Egress) -> HttpProvider:
    """The HTTP provider with all its codecs."""
    return HttpProvider(
        egress, {"openai": ChatProvider(), "anthropic": MessagesProvider()}, EmbeddingsProvider(), RerankProvider()
    )


@asynccontextmanager
async def world(kind: str, *scenes: Scene, streamed: bool = True) -> AsyncIterator[World]:
    """The world of that kind, ``scripted``, ``openai`` or ``anthropic``; the last scene is repeated."""
    if kind == "scripted":
        double = Scripted([*scenes[:-1], *[scenes[-1]] * 50])
        yield World(double, a_target(), _double=double)
        return
    dialect: Dialect = "anthropic" if kind == "anthropic" else "openai"
    answers = [_answer(dialect, scene, streamed=streamed) for scene in scenes]
    async with Upstream(*answers) as upstream:
        egress = Egress()
        target = msgspec.structs.replace(a_target(dialect=dialect), base_url=upstream.url)
        yield World(http_provider(egress), target, _upstream=upstream)
        egress.close()


def _answer(dialect: Dialect, scene: Scene, *, streamed: bool) -> list[Step]:
    """A scene as bytes and waits."""
    before: list[Step] = [scene.wait] if scene.wait else []
    if scene.refuses is not None:
        waits = () if scene.retry_after is None else (f"retry-after: {scene.retry_after:g}",)
        body = b'{"type": "error", "error": {"type": "api_error", "message": "no"}}'
        return [*before, *whole(body, STATUS[scene.refuses], *waits)]
    if not streamed:
        vectored = any(isinstance(event, Embedded | Reranked) for event in scene.events)
        write = _whole_openai if dialect == "openai" or vectored else _whole_anthropic
        return [*before, *whole(json.dumps(write(scene.events)).encode())]
    said = _openai(scene.events) if dialect == "openai" else _anthropic(scene.events)
    steps: list[Step] = []
    for number, frame in enumerate(said):
        steps += [scene.gap, frame] if number and scene.gap else [frame]
    return [*before, *chunked(*steps, *([0.01, ABORT] if scene.breaks is not None else []))]


def _openai(events: tuple[Event, ...]) -> list[bytes]:
    values: list[Any] = []
    for event in events:
        match event:
            case Opened():
                values.append(_chunk({"role": "assistant", "content": ""}))
            case Text():
                values.append(_chunk({"content": event.text}))
            case ToolCall():
                function = {"name": event.name, "arguments": event.arguments}
                call = {"index": event.index, "id": event.id, "type": "function", "function": function}
                values.append(_chunk({"tool_calls": [call]}))
            case Finished():
                values.append(_chunk({}, finish=event.reason))
            case Usage():
                values.append({**_chunk({}), "choices": [], "usage": _openai_usage(event)})
    if isinstance(events[-1], Finished):
        values.append(b"data: [DONE]\n\n")
    return frames(*values)


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def _openai_usage(usage: Usage | None) -> dict[str, int]:
    usage = usage or Usage()
    total = usage.input + usage.output
    return {"prompt_tokens": usage.input, "completion_tokens": usage.output, "total_tokens": total}


def _whole_openai(events: tuple[Event, ...]) -> dict[str, Any]:
    answer = gather(events)
    if answer.vectors is not None:
        data = [{"object": "embedding", "index": i, "embedding": list(v)} for i, v in enumerate(answer.vectors)]
        return {"object": "list", "model": "m", "data": data, "usage": _openai_usage(answer.usage)}
    if answer.ranking is not None:
        results = [{"index": ranked.index, "relevance_score": ranked.score} for ranked in answer.ranking]
        return {"model": "m", "results": results, "usage": _openai_usage(answer.usage)}
    choice = answer.choices[0]
    message: dict[str, Any] = {"role": "assistant", "content": choice.text}
    if choice.calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in choice.calls
        ]
    about = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m"}
    choices = [{"index": 0, "message": message, "finish_reason": choice.finish}]
    return {**about, "choices": choices, "usage": _openai_usage(answer.usage)}


_STOPS = {"stop": "end_turn", "tool_calls": "tool_use"}


def _anthropic(events: tuple[Event, ...]) -> list[bytes]:
    values: list[dict[str, Any]] = []
    usage, block = Usage(), False
    for event in events:
        match event:
            case Opened():
                values.append({"type": "message_start", "message": _message([], None, Usage())})
            case Text():
                if not block:
                    values.append(_begin({"type": "text", "text": ""}))
                    block = True
                values.append(_piece({"type": "text_delta", "text": event.text}))
            case ToolCall():
                values.append(_begin({"type": "tool_use", "id": event.id, "name": event.name, "input": {}}))
                values.append(_piece({"type": "input_json_delta", "partial_json": event.arguments}))
                block = True
            case Usage():
                usage = event
            case Finished():
                delta = {"stop_reason": _STOPS[event.reason], "stop_sequence": None}
                counts = {"input_tokens": usage.input, "output_tokens": usage.output}
                values += [{"type": "content_block_stop", "index": 0}] if block else []
                values += [{"type": "message_delta", "delta": delta, "usage": counts}, {"type": "message_stop"}]
    return [b"event: %s\ndata: %s\n\n" % (each["type"].encode(), json.dumps(each).encode()) for each in values]


def _begin(block: dict[str, Any]) -> dict[str, Any]:
    return {"type": "content_block_start", "index": 0, "content_block": block}


def _piece(delta: dict[str, Any]) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": delta}


def _message(content: list[Any], stop: str | None, usage: Usage) -> dict[str, Any]:
    counts = {"input_tokens": usage.input, "output_tokens": usage.output}
    about = {"id": "m1", "type": "message", "role": "assistant", "model": "m", "stop_sequence": None}
    return {**about, "content": content, "stop_reason": stop, "usage": counts}


def _whole_anthropic(events: tuple[Event, ...]) -> dict[str, Any]:
    answer = gather(events)
    choice = answer.choices[0]
    content: list[Any] = [{"type": "text", "text": choice.text}] if choice.text else []
    content += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.arguments)}
        for call in choice.calls
    ]
    return _message(content, _STOPS[choice.finish or "stop"], answer.usage or Usage())


def ranking(*ranked: tuple[int, float]) -> Scene:
    """The scene of an answer that is a ranking."""
    rows = tuple(Ranked(index, score) for index, score in ranked)
    return Scene((Opened(model="m"), Reranked(rows), Usage(input=len(rows))))


def vectors(*rows: tuple[float, ...]) -> Scene:
    """The scene of an answer that is vectors."""
    return Scene((Opened(model="m"), Embedded(rows), Usage(input=len(rows))))
