"""Texts as keyed hashes by which they are known again: whole, by their longer paragraphs and their longer sentences.

A text counts by its letters and digits alone, in Unicode's form NFC: white space, punctuation, Markdown and citation
markers may come and go on its way through a client. What is hashed is long enough to be hardly anybody else's; a short
answer is known only together with the turn that it answers, since "Yes." by itself says nothing of where it came from.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from freehold.core.request import Json

Digest = Callable[[bytes], bytes]
"""A hash under a key that only this installation has."""

SHORTEST_PARAGRAPH = 48
"""Bytes of letters and digits, some 60 characters of prose, from which on a sentence, line or block of lines counts."""
SHORTEST_WHOLE = 24
"""The same for a text as a whole; what is shorter is hashed with its context."""

_MARKER = re.compile(r"[\[【［](?:passages? )?[\s\d^,;，、–—-]{1,40}(?:†[^\]】］]{0,24})?[\]】］]", re.IGNORECASE)
_OPENING = "[【［"
_ENDS, _WIDE_ENDS = (". ", "! ", "? ", ": "), ("。", "！", "？")
"""What parts sentences, and what announces one from the one it announces. An abbreviation does too, on either way."""
_END = "\x1e"
_KEPT = string.ascii_letters + string.digits + "\n" + _END
_NO_LETTERS = "".join(map(chr, range(128))).translate(str.maketrans("", "", _KEPT)).encode()
_NO_WORD = re.compile(r"[^\w\n\x1e]+|_+")


class Trace(NamedTuple):
    """What tells a text. `whole` is `None` for one that is too short to be known by itself; `letters` is all of it."""

    whole: bytes | None
    paragraphs: list[bytes]
    """Of its longer sentences and lines, and of its blocks of lines between empty ones, in their order."""
    letters: bytes


def trace(digest: Digest, text: str) -> Trace:
    """The hashes of a text; of one without a long paragraph, none but perhaps the whole."""
    lines = _lines(text)
    letters = b"".join([sentence for line in lines for sentence in line])
    if len(letters) < SHORTEST_WHOLE:
        return Trace(None, [], letters)
    whole = digest(b"text" + letters)
    if len(letters) < SHORTEST_PARAGRAPH:
        return Trace(whole, [], letters)
    found = _paragraphs(lines)
    return Trace(whole, [whole if each == letters else digest(b"text" + each) for each in found], letters)


def letters(text: str) -> bytes:
    """The letters and digits of a text, citation markers left out, as UTF-8.

    >>> letters("It is *27* days [1, 2].") == letters("It is 27 days.")
    True
    """
    return b"".join(sentence for line in _lines(text) for sentence in line)


def digest_of(digest: Digest, kind: bytes, *fields: bytes) -> bytes:
    """The hash of some fields under a kind; each goes in with its length, so that none can pass for two."""
    return digest(kind + b"".join(len(each).to_bytes(8, "big") + each for each in fields))


def call_digest(digest: Digest, name: str, arguments: str, context: bytes) -> bytes:
    """The hash of a tool call, the order of its arguments' keys and their spacing apart.

    One whose arguments say too little to be anybody's own is hashed with its context.
    """
    try:
        said = msgspec.json.encode(msgspec.json.decode(arguments), order="sorted")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        said = letters(arguments)
    fields = [name.encode("utf-8", "ignore"), said]
    if len(letters(arguments)) < SHORTEST_WHOLE:
        fields.append(context)
    return digest_of(digest, b"call", *fields)


def strings_in(text: str, depth: int = 16) -> Iterator[str]:
    """The strings in a text that is JSON, such as a tool's arguments or its result; none in any other text."""
    if text.lstrip()[:1] in {"{", "[", '"'}:
        try:
            value = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return
        yield from strings_of(value, depth)


def strings_of(value: Json, depth: int = 16) -> Iterator[str]:
    """The strings in a decoded JSON value, down to `depth` levels; the keys of objects are none of them.

    A string that is an object or a list itself is a level too: programs put JSON into JSON.
    """
    if isinstance(value, str):
        yield value
        if depth and value[:1] in {"{", "["}:
            yield from strings_in(value, depth - 1)
    elif depth and isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings_of(each, depth - 1)


def _lines(text: str) -> list[list[bytes]]:
    """The letters and digits of each line, sentence by sentence."""
    if any(mark in text for mark in _OPENING):
        text = _MARKER.sub("", text)
    for end in _ENDS:
        if end[0] in text:  # Looking for one letter is cheaper than for two, and most texts have not all of them.
            text = text.replace(end, _END)
    if text.isascii():
        kept = text.encode().translate(None, _NO_LETTERS)
    else:
        for end in _WIDE_ENDS:
            text = text.replace(end, _END)
        kept = _NO_WORD.sub("", unicodedata.normalize("NFC", text)).encode("utf-8", "ignore")
    return [line.split(_END.encode()) for line in kept.split(b"\n")]


def _paragraphs(lines: list[list[bytes]]) -> Iterator[bytes]:
    """The sentences and the lines that are long enough, and the blocks of several lines that are."""
    block: list[bytes] = []
    for sentences in (*lines, []):
        line = b"".join(sentences)
        if line:
            block.append(line)
            if len(line) >= SHORTEST_PARAGRAPH:
                yield line
                if len(sentences) > 1:
                    yield from (each for each in sentences if SHORTEST_PARAGRAPH <= len(each) < len(line))
        else:
            if len(block) > 1 and sum(map(len, block)) >= SHORTEST_PARAGRAPH:
                yield b"".join(block)
            block = []
