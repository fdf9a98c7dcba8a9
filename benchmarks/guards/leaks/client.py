"""The callers of the leak test: they ask an ASGI application, may leave before the end, and read what they got."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

from benchmarks.guards.leaks.stories import SHORTEST, Story
from freehold.http.app import App

_FRAME = re.compile(rb"^data: (\{.*\})$", re.MULTILINE)


async def ask(app: App, story: Story) -> tuple[int, bytes]:
    """The status and the body that the story's caller gets; one who leaves gets what came by then."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": story.path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in story.headers.items()],
    }
    left = asyncio.Event()
    waiting: list[dict[str, Any]] = [{"type": "http.request", "body": story.said.encode(), "more_body": False}]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if story.leaves_after is not None and len(sent) >= story.leaves_after:
            left.set()

    await app(scope, receive, send)
    status = sent[0]["status"] if sent else 0
    return status, b"".join(message.get("body", b"") for message in sent[1:])


def answer_of(story: Story, status: int, body: bytes) -> tuple[str, str | None] | None:
    """The text, and the arguments of a tool call, that a caller got, whole or broken off; `None` for hardly any."""
    if status != 200 or story.path in ("/v1/embeddings", "/v1/rerank"):
        return None
    text, arguments = "", ""
    for value in _values(_FRAME.findall(body) if story.body.get("stream") else [body]):
        for said, called in _pieces(value):
            text += said
            arguments += called
    return (text, arguments or None) if max(len(text), len(arguments)) > SHORTEST else None


def _values(pieces: list[bytes]) -> Iterator[dict[str, Any]]:
    for each in pieces:
        try:
            yield json.loads(each)
        except ValueError:
            continue  # A stream may have broken off within a frame.


def _pieces(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Text and arguments of one JSON value of an answer, in OpenAI's dialect or Anthropic's."""
    for choice in value.get("choices", ()):
        said = choice.get("message") or choice.get("delta") or {}
        calls = [call["function"].get("arguments") or "" for call in said.get("tool_calls") or ()]
        yield said.get("content") or "", "".join(calls)
    for block in value.get("content") or ():
        yield block.get("text") or "", json.dumps(block["input"]) if block.get("type") == "tool_use" else ""
    delta = value.get("delta") or {}
    yield delta.get("text") or "", delta.get("partial_json") or ""
