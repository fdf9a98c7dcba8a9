"""Messages as the conventions write them in an attribute: JSON, each message a role and typed parts.

The shapes are those of gen-ai-input-messages.json and gen-ai-output-messages.json of semantic-conventions-genai. The
bytes of images, audio and files are left out, and long texts are cut: a trace is no archive.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from freehold.core.event import Answer, Choice
from freehold.core.passage import Passage
from freehold.core.request import (
    AudioPart,
    FilePart,
    ImagePart,
    Message,
    Part,
    RefusalPart,
    Request,
    TextPart,
    ThoughtPart,
    Tool,
    ToolResult,
    ToolUse,
)

MOST_TEXT = 16_384
"""Characters of one part that are kept."""
MOST_PARTS = 256
"""Parts of all messages that are kept, the last ones."""

_REASONS = {"tool_calls": "tool_call"}
"""Where the conventions' word for a finish is another."""

Json = dict[str, Any]


def input_messages(request: Request) -> str:
    """What was asked, instructions apart; of a grounded request, as its caller wrote it."""
    asked = request.grounds.asked if request.grounds is not None else request.messages
    turns = [message for message in asked if message.role not in ("system", "developer")]
    return _json([{"role": turn.role, "parts": _parts(turn.parts)} for turn in _last(turns)])


def instructions(request: Request) -> str | None:
    """The system's and the developer's messages; `None` where there are none."""
    asked = request.grounds.asked if request.grounds is not None else request.messages
    parts = [part for message in asked if message.role in ("system", "developer") for part in message.parts]
    return _json(_parts(parts[:MOST_PARTS])) if parts else None


def tool_definitions(request: Request) -> str | None:
    """The tools that may be called, by name and description; `None` where there are none."""
    tools = [
        {"type": "function", "name": tool.name, "description": _cut(tool.description or "")}
        for tool in request.tools[:MOST_PARTS]
        if isinstance(tool, Tool)
    ]
    return _json(tools) if tools else None


def output_messages(answer: Answer) -> str:
    """What was answered, one message a choice."""
    return _json([_choice(choice) for choice in answer.choices[:MOST_PARTS]])


def documents(passages: Iterable[Passage]) -> str:
    """What was found: documents and scores, none of their text."""
    return _json([{"id": each.place.document, "score": each.score} for each in passages])


def _last(turns: list[Message]) -> list[Message]:
    """The last turns, that together have so many parts at most."""
    kept: list[Message] = []
    room = MOST_PARTS
    for turn in reversed(turns):
        room -= len(turn.parts)
        if room < 0 and kept:
            break
        kept.append(turn)
    return kept[::-1]


def _choice(choice: Choice) -> Json:
    parts: list[Json] = [{"type": "reasoning", "content": _cut(each.text)} for each in choice.thoughts if each.text]
    if choice.text or choice.refusal:
        parts.append({"type": "text", "content": _cut(choice.text or choice.refusal)})
    parts += [
        {"type": "tool_call", "id": call.id, "name": call.name, "arguments": _cut(call.arguments)}
        for call in choice.calls
    ]
    reason = choice.finish or "error"
    return {"role": "assistant", "parts": parts, "finish_reason": _REASONS.get(reason, reason)}


def _parts(parts: Iterable[Part]) -> list[Json]:
    return [_part(part) for part in parts]


def _part(part: Part) -> Json:
    match part:
        case TextPart() | RefusalPart():
            return {"type": "text", "content": _cut(part.text)}
        case ThoughtPart():
            return {"type": "reasoning", "content": _cut(part.text)}
        case ToolUse():
            return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": _cut(part.arguments)}
        case ToolResult():
            return {"type": "tool_call_response", "id": part.id, "response": _parts(part.parts)}
        case ImagePart():
            return {"type": "image", "mime_type": part.media_type}
        case AudioPart():
            return {"type": "audio", "format": part.format}
        case FilePart():
            return {"type": "file", "mime_type": part.media_type}
        case _:
            return {"type": part.kind}


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
