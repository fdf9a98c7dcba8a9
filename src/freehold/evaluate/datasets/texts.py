"""What an example asks, as text to be compared: without case, punctuation and spacing; and all that is not text."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from freehold.core.request import Message, Part, Request, TextPart, ToolResult

_TOKEN = re.compile(r"\w+|-(?=\s*\d)|[^\w\s.,;:!?'\"()\[\]-]")
"""A word, or a sign that means something beside words."""
_encode = msgspec.json.Encoder(order="sorted").encode
_WALL = "\x1e"


def normal(text: str) -> str:
    """Words in small letters with one blank between them (Unicode NFKC, casefolded).

    Signs that mean something beside words stay, as in ``2+2`` and ``2*2``, and so does a text of nothing but signs.

    >>> normal("  Is it  RAINING, today? "), normal("2 + 2 = ?")
    ('is it raining today', '2 + 2 =')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_TOKEN.findall(folded)) or " ".join(folded.split())


def text_of(request: Request) -> str:
    """All turns as `normal` text, each with its role."""
    return _WALL.join(f"{turn.role} {normal(' '.join(_texts(turn.parts)))}" for turn in request.messages)


def rest_of(request: Request) -> bytes:
    """What is not text and makes another task of the same words: tools, the form of the answer, images."""
    others = [part for turn in request.messages for part in turn.parts if not isinstance(part, TextPart | ToolResult)]
    rest = (request.tools, request.tool_choice, request.output, others, request.extra)
    return hashlib.sha256(_encode(rest)).digest() if any(rest) else b""


def key_of(request: Request) -> str:
    """The same for requests that ask the same."""
    return f"{text_of(request)}{_WALL}{rest_of(request).hex()}"


def _texts(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, TextPart):
            yield part.text
        elif isinstance(part, ToolResult):
            yield from _texts(part.parts)


def last_words(messages: Sequence[Message]) -> str:
    """The beginning of the last turn, to tell an example by where people read."""
    return " ".join(" ".join(_texts(messages[-1].parts)).split()) if messages else ""
