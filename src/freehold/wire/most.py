"""The most tokens that a request's input can be counted for, whoever counts.

The vocabularies in use are made of bytes: each token stands for one byte of UTF-8 at least (byte-pair encoding over
bytes, Radford et al. 2019; SentencePiece falls back to bytes too, Kudo and Richardson 2018). So a text never has more
tokens than bytes. What servers add around it (a turn's markers, instructions for tools) is allowed for generously, and
what is no text by the dearest of its makers' published formulas. `estimate` says what is likely; this is what is held
back until the true count is known.
"""

from __future__ import annotations

from collections.abc import Iterable

from freehold.core.request import (
    AnyRequest,
    AudioPart,
    EmbeddingRequest,
    FilePart,
    ImagePart,
    OpaquePart,
    Part,
    RefusalPart,
    Request,
    RerankRequest,
    TextPart,
    ThoughtPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.wire.json import encode

_REQUEST = 64
"""What a server may put before a conversation."""
_TURN = 16
"""A turn's role and markers."""
_TOOLS = 512
"""Instructions for the use of tools: Anthropic names up to 346 tokens for those of its models."""
_TOOL = 32
"""What surrounds a tool, a call of one, or a result."""
_IMAGE = 50_000
"""OpenAI counts up to 48,169 for an image at gpt-4o-mini (2,833 and 5,667 for each of eight tiles)."""
_FILE_UNSEEN = 200_000
"""A document that is only named, or that a server reads by itself, page by page and as images too."""
_AUDIO_BYTES_A_TOKEN = 64
"""Sound at 16 kbit/s, the poorest that speech is sent at, is 2,000 bytes a second; makers count 10 to 32 tokens."""


def most_tokens(request: AnyRequest) -> int:
    """At most how many tokens a request's input has."""
    if isinstance(request, EmbeddingRequest):
        counts = [_bytes(item) + _TURN if isinstance(item, str) else len(item) for item in request.inputs]
        return _REQUEST + sum(counts)
    if isinstance(request, RerankRequest):
        # Each document is read together with the query.
        each = _bytes(request.query) + _TURN
        return _REQUEST + sum(_bytes(document) + each for document in request.documents)
    found = _REQUEST + sum([_TURN + _bytes(message.name or "") + _parts(message.parts) for message in request.messages])
    if request.tools:
        found += _TOOLS + sum(_TOOL + _tool(tool) for tool in request.tools)
    if request.output is not None and request.output.schema:
        found += _TURN + len(encode(request.output.schema))
    return found + (len(encode(request.extra)) if request.extra else 0)


def images_of(request: AnyRequest) -> int:
    """How many images it holds."""
    if not isinstance(request, Request):
        return 0
    return sum(_images(message.parts) for message in request.messages)


def _images(parts: Iterable[Part]) -> int:
    return sum([_images(part.parts) if isinstance(part, ToolResult) else isinstance(part, ImagePart) for part in parts])


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _tool(tool: object) -> int:
    if isinstance(tool, Tool):
        return _bytes(tool.name) + _bytes(tool.description or "") + len(encode(tool.schema))
    return len(encode(tool))


def _parts(parts: Iterable[Part]) -> int:
    return sum([_part(part) for part in parts])


def _part(part: Part) -> int:
    match part:
        case TextPart() | RefusalPart():
            return _bytes(part.text)
        case ToolUse():
            return _TOOL + _bytes(part.name) + _bytes(part.arguments)
        case ToolResult():
            return _TOOL + _parts(part.parts)
        case ThoughtPart():
            return _bytes(part.text) + len(part.redacted or "")
        case ImagePart():
            return _IMAGE
        case FilePart(text=str(text)):
            return _bytes(text)
        case FilePart():
            return _FILE_UNSEEN + len(part.data or "")
        case AudioPart():
            return _TURN + len(part.data) // _AUDIO_BYTES_A_TOKEN
        case OpaquePart():
            # It may name a document too; its own size says nothing then.
            return _FILE_UNSEEN + len(encode(part.raw))
