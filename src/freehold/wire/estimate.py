"""How many tokens a text or a request has, about. Counted by nobody's tokenizer, so every figure is an estimate.

A text is judged by the scripts it is written in: each character weighs what its kind weighs, on average, in two
vocabularies in wide use (OpenAI's ``cl100k_base`` and ``o200k_base``). Their mean is aimed at. On English, German,
French, Chinese, Japanese, code, JSON, tables and numbers the estimate lies within a quarter of that mean; on other
scripts, where the two differ up to sixfold, within two fifths (`tests/wire/token_counts.json`). It is never below a
token for a text that is not empty, and never above one for each byte of UTF-8.

Images follow their makers' published formulas where their size can be read, a constant elsewhere. What a provider adds
by itself (Anthropic's instructions for tools, a chat template's markers beyond a few) is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from freehold.core.request import (
    AnyRequest,
    AudioPart,
    Dialect,
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
from freehold.wire.pixels import size_of

_KINDS: tuple[tuple[str, bytes, int], ...] = (
    ("lower case", bytes(range(0x61, 0x7B)), 24),
    ("punctuation", bytes(range(0x21, 0x30)) + bytes(range(0x3A, 0x41)) + b"[\\]^_`{|}~", 34),
    ("capitals", bytes(range(0x41, 0x5B)), 73),
    ("digits", bytes(range(0x30, 0x3A)), 72),
    ("line ends, tabs, controls", bytes(range(0x20)) + b"\x7f", 89),
    ("Chinese, Japanese", bytes(range(0xE3, 0xEA)), 97),
    ("Latin with marks", bytes(range(0xC2, 0xCD)), 100),
    ("Greek, Cyrillic", bytes(range(0xCD, 0xD5)), 47),
    ("Hebrew, Arabic", bytes(range(0xD5, 0xE0)), 66),
    ("Indian, Thai", b"\xe0", 70),
    ("Vietnamese, Georgian, Khmer", b"\xe1", 100),
    ("dashes, quotes, symbols", b"\xe2", 80),
    ("Korean", bytes(range(0xEA, 0xEE)), 100),
    ("full width", b"\xee\xef", 60),
    ("emoji", bytes(range(0xF0, 0xF8)), 250),
)
"""Kinds of characters: name, the first bytes in UTF-8 by which they are known, tokens for a hundred of them.

Spaces weigh nothing: they are part of the word that follows. The weights are a least-squares fit, relative errors
weighted, over the first article of the Universal Declaration of Human Rights in fifteen languages, code and prose; they
are rounded, and those of scripts whose two vocabularies disagree most are kept moderate.
"""

_ASCII_KINDS = 5

_TABLE = bytearray(range(256))
for _code, (_name, _firsts, _weight) in enumerate(_KINDS, 1):
    for _first in _firsts:
        _TABLE[_first] = _code
_CLASSES = bytes(_TABLE)
_CONTINUATION = bytes(range(0x80, 0xC0))
_WEIGHTS = tuple((bytes([code]), weight) for code, (_, _, weight) in enumerate(_KINDS, 1))

MESSAGE_TOKENS = 4
"""A turn's role and markers (OpenAI's cookbook counts 3 and the role's name)."""

TOOL_TOKENS = 8
"""What surrounds a tool's description and schema."""

_ANTHROPIC_EDGE, _ANTHROPIC_AREA, _ANTHROPIC_MOST = 1568, 750, 1600
"""Pixels of the longest edge, pixels for a token, tokens at most; and where the size is unknown."""

_OPENAI_BASE, _OPENAI_TILE, _OPENAI_UNKNOWN = 85, 170, 765
"""Tokens for an image, for each tile of 512 pixels, and where the size is unknown (1024 x 1024)."""

_PAGE_BYTES, _PAGE_TOKENS = 40_000, 2_000
"""A PDF's page, assumed: its bytes, and its tokens (Anthropic names 1,500 to 3,000)."""

_AUDIO_BYTES = {"wav": 48_000, "pcm16": 48_000}
_AUDIO_TOKENS = 10
"""Tokens for a second of sound at OpenAI; a second is 48,000 bytes of plain samples, else some 16,000."""


def estimate_text(text: str) -> int:
    """About how many tokens a text has; takes a few microseconds for a kilobyte.

    >>> estimate_text(""), estimate_text("All human beings are born free and equal in dignity and rights.")
    (0, 13)
    """
    if not text:
        return 0
    if text.isascii():
        size = len(text)
        classes = text.encode().translate(_CLASSES)
        kinds = _WEIGHTS[:_ASCII_KINDS]
    else:
        raw = text.encode("utf-8", "replace")
        size = len(raw)
        classes = raw.translate(_CLASSES, _CONTINUATION)
        kinds = _WEIGHTS
    weight = sum([classes.count(code) * hundredths for code, hundredths in kinds])
    return min(size, max(1, (weight + 50) // 100))


def estimate_request(request: AnyRequest) -> int:
    """About how many tokens a request's input has."""
    if isinstance(request, EmbeddingRequest):
        return sum(estimate_text(item) if isinstance(item, str) else len(item) for item in request.inputs)
    if isinstance(request, RerankRequest):
        # Each document is read together with the query.
        return sum(map(estimate_text, request.documents)) + len(request.documents) * estimate_text(request.query)
    turns = sum(MESSAGE_TOKENS + _parts(message.parts, request.dialect) for message in request.messages)
    tools = sum(TOOL_TOKENS + estimate_text(_described(tool)) for tool in request.tools)
    return turns + tools + _output(request)


def _output(request: Request) -> int:
    schema = request.output.schema if request.output else None
    return estimate_text(encode(schema).decode()) if schema else 0


def _described(tool: object) -> str:
    if isinstance(tool, Tool):
        return f"{tool.name} {tool.description or ''} {encode(tool.schema).decode()}"
    return encode(tool).decode()


def _parts(parts: Iterable[Part], dialect: Dialect) -> int:
    return sum([_part(part, dialect) for part in parts])


def _part(part: Part, dialect: Dialect) -> int:
    match part:
        case TextPart() | RefusalPart():
            return estimate_text(part.text)
        case ToolUse():
            return TOOL_TOKENS + estimate_text(part.name) + estimate_text(part.arguments)
        case ToolResult():
            return TOOL_TOKENS + _parts(part.parts, dialect)
        case ThoughtPart():
            # A redacted thought is encrypted text of about the thought's own length.
            return estimate_text(part.text) + len(part.redacted or "") // 4
        case ImagePart():
            return estimate_image(part, dialect)
        case FilePart(text=str(text)):
            return estimate_text(text)
        case FilePart():
            return _PAGE_TOKENS * max(1, len(part.data or "") * 3 // 4 // _PAGE_BYTES)
        case AudioPart():
            seconds = len(part.data) * 3 / 4 / _AUDIO_BYTES.get(part.format, 16_000)
            return ceil(seconds * _AUDIO_TOKENS)
        case OpaquePart():
            return estimate_text(encode(part.raw).decode())


def estimate_image(part: ImagePart, dialect: Dialect) -> int:
    """An image's tokens by the formula of the dialect's maker.

    Anthropic: width x height / 750 once the longest edge is at most 1568 pixels. OpenAI: 85, and where the detail is
    not low 170 for each tile of 512 pixels once the image fits into 2048 x 2048 and its shortest edge is at most 768.
    """
    size = size_of(part.data) if part.data else None
    if dialect == "anthropic":
        if size is None:
            return _ANTHROPIC_MOST
        width, height = _shrunk(size, _ANTHROPIC_EDGE / max(size))
        return min(_ANTHROPIC_MOST, max(1, round(width * height / _ANTHROPIC_AREA)))
    if part.detail == "low":
        return _OPENAI_BASE
    if size is None:
        return _OPENAI_UNKNOWN
    fitting = _shrunk(size, 2048 / max(size))
    width, height = _shrunk(fitting, 768 / min(fitting))
    return _OPENAI_BASE + _OPENAI_TILE * ceil(width / 512) * ceil(height / 512)


def _shrunk(size: tuple[float, float], factor: float) -> tuple[float, float]:
    """A size made smaller by a factor; one that would grow stays as it is."""
    shrink = min(1.0, factor)
    return size[0] * shrink, size[1] * shrink
