"""Neutral messages, written as ``system`` and ``messages``.

Turns of one role that follow each other become one, tool results among them: this dialect wants all results of a turn's
calls together in the next user turn. An instruction that comes later than the first turn keeps its authority rather
than its place: it joins the system prompt, because most models of this dialect refuse a ``system`` turn in
mid-conversation, and as a user's text it would be no instruction any more. Its index is listed as dropped.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any

import msgspec

from freehold.core.request import (
    CacheMark,
    FilePart,
    ImagePart,
    JsonObject,
    OpaquePart,
    Part,
    RefusalPart,
    TextPart,
    ThoughtPart,
    ToolResult,
    ToolUse,
)
from freehold.wire.anthropic.draft import Draft

_UNSAFE = re.compile(r"[^a-zA-Z0-9_-]")

RAW_ARGUMENTS = "_raw"
"""Where a tool call's arguments are not a JSON object, as this dialect demands, their text stands under this name."""


def write_turns(draft: Draft) -> tuple[list[JsonObject], list[JsonObject]]:
    """The blocks of the system prompt, and the turns; raises `AttemptFailed` for a part that cannot be said."""
    system: list[JsonObject] = []
    turns: list[JsonObject] = []
    for index, message in enumerate(draft.request.messages):
        if message.name is not None:
            draft.drop(draft.place(index, "name"))
        blocks = [block for part in message.parts if (block := _block(part, draft, index))]
        if message.role not in {"system", "developer"}:
            _append(turns, "assistant" if message.role == "assistant" else "user", blocks)
        elif draft.native and turns:
            _append(turns, "system", blocks)
        else:
            if turns:
                draft.drop(draft.place(index, "role"))
            system.extend(blocks)
    if not turns and system:
        # There is no conversation without a user's turn; instructions alone become that turn.
        draft.drop(draft.place(0, "role"))
        return [], [{"role": "user", "content": system}]
    return system, turns


def _append(turns: list[JsonObject], role: str, blocks: list[JsonObject]) -> None:
    if turns and turns[-1]["role"] == role:
        turns[-1]["content"].extend(blocks)
    elif blocks:
        turns.append({"role": role, "content": blocks})


def _block(part: Part, draft: Draft, index: int) -> JsonObject | None:
    """One part; `None` for one that says nothing."""
    match part:
        case TextPart():
            # An empty text block is refused by the API.
            return {"type": "text", "text": part.text, **cache_control(part.cache)} if part.text else None
        case ImagePart():
            return _image(part, draft, index)
        case FilePart():
            return _document(part, draft, index)
        case ThoughtPart():
            return _thought(part, draft, index)
        case RefusalPart():
            return {"type": "text", "text": part.text} if part.text else None
        case ToolUse():
            return _call(part)
        case ToolResult():
            return _result(part, draft, index)
        case OpaquePart() if part.dialect == "anthropic":
            return part.raw
        case _:
            kind = part.kind if isinstance(part, OpaquePart) else "audio"
            raise draft.refusal(draft.place(index, "content"), f"its dialect has no {kind} part")


def cache_control(mark: CacheMark | None) -> JsonObject:
    """The member that asks for the prompt to be cached up to here, or nothing."""
    if mark is None:
        return {}
    return {"cache_control": {"type": "ephemeral", "ttl": mark.ttl} if mark.ttl else {"type": "ephemeral"}}


def _image(part: ImagePart, draft: Draft, index: int) -> JsonObject:
    if part.detail not in {None, "auto"}:
        draft.drop(draft.place(index, "content.image_url.detail"))
    source: JsonObject
    if part.url is not None:
        source = {"type": "url", "url": part.url}
    else:
        source = {"type": "base64", "media_type": part.media_type or "image/png", "data": part.data}
    return {"type": "image", "source": source, **cache_control(part.cache)}


def _document(part: FilePart, draft: Draft, index: int) -> JsonObject:
    title = {"title": part.filename} if part.filename else {}
    return {"type": "document", "source": _source(part, draft, index), **title, **cache_control(part.cache)}


def _call(part: ToolUse) -> JsonObject:
    written = {"type": "tool_use", "id": safe_id(part.id), "name": part.name, "input": call_input(part.arguments)}
    return written | cache_control(part.cache)


def _source(part: FilePart, draft: Draft, index: int) -> JsonObject:
    """A PDF as it is, plain text as text; nothing else can be read by this dialect's models."""
    if part.text is not None:
        return {"type": "text", "media_type": "text/plain", "data": part.text}
    if part.url is not None:
        return {"type": "url", "url": part.url}
    if part.file_id is not None and draft.native:
        return {"type": "file", "file_id": part.file_id}
    field, kind = draft.place(index, "content"), part.media_type or "application/pdf"
    if part.data is None:
        raise draft.refusal(field, "a file's id is known only to the provider that gave it")
    if kind == "application/pdf":
        return {"type": "base64", "media_type": kind, "data": part.data}
    if kind.startswith("text/"):
        try:
            text = base64.b64decode(part.data, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise draft.refusal(field, "the text file is not base64 of UTF-8") from None
        return {"type": "text", "media_type": "text/plain", "data": text}
    raise draft.refusal(field, f"it reads no {kind} files")


def _thought(part: ThoughtPart, draft: Draft, index: int) -> JsonObject | None:
    """Only its maker can vouch for a thought: without a signature the API would refuse the turn, so it is left out."""
    if part.redacted is not None:
        return {"type": "redacted_thinking", "data": part.redacted}
    if not part.signature:
        draft.drop(draft.place(index, "thinking" if draft.native else "reasoning_content"))
        return None
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}


def _result(part: ToolResult, draft: Draft, index: int) -> JsonObject:
    written: JsonObject = {"type": "tool_result", "tool_use_id": safe_id(part.id)}
    inner = [block for inner in part.parts if (block := _block(inner, draft, index))]
    if len(inner) == 1 and inner[0].keys() == {"type", "text"}:
        written["content"] = inner[0]["text"]
    elif inner:
        written["content"] = inner
    if part.is_error:
        written["is_error"] = True
    return written | cache_control(part.cache)


def call_input(arguments: str) -> JsonObject:
    """A call's arguments as the object this dialect demands; text that is no JSON object stands under ``_raw``.

    >>> call_input('{"city": "Kyiv"}'), call_input(""), call_input("oops")
    ({'city': 'Kyiv'}, {}, {'_raw': 'oops'})
    """
    if not arguments.strip():
        return {}
    try:
        value: Any = msgspec.json.decode(arguments)
    except (msgspec.DecodeError, RecursionError):
        return {RAW_ARGUMENTS: arguments}
    return value if isinstance(value, dict) else {RAW_ARGUMENTS: arguments}


def safe_id(call: str) -> str:
    """A call's id in the letters this dialect allows; the same id always gives the same, different ones differ.

    >>> safe_id("call_1"), safe_id("functions.look:0")
    ('call_1', 'functions_look_0_02e9669b')
    """
    if call and not _UNSAFE.search(call):
        return call
    return f"{_UNSAFE.sub('_', call)}_{zlib.crc32(call.encode('utf-8', 'surrogatepass')):08x}"
