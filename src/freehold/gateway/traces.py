"""Texts as keyed hashes by which they are known again, whole and by their longer paragraphs, as they stream by.

A text counts by its letters and digits alone, in Unicode's form NFC: white space, punctuation, Markdown and citation
markers may come and go on its way through a client. What is hashed is long enough to be hardly anybody else's; a short
answer is known only together with the turn that it answers, since "Yes." by itself says nothing of where it came from.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterator

import msgspec

from freehold.core.ports import Hash
from freehold.core.request import Json

Keyed = Callable[[], Hash]
"""Makes a fresh hash under a key that only this installation has."""

SHORTEST_PARAGRAPH = 48
"""Bytes of letters and digits, about 60 characters of prose, from which on a line or a block of lines is hashed."""
SHORTEST_WHOLE = 24
"""The same for a text as a whole; what is shorter is hashed with its context."""
MOST_DIGESTS = 512
"""Of one text. The first ones are kept, and the whole is always among them."""

_DIGEST_BYTES = 16
_LONGEST_LINE = 4096
"""Characters of a line that wait for its end; a longer line is hashed as it comes."""
_LONGEST_MARKER = 64

_MARKER = re.compile(r"[\[【［](?:passages? )?[\s\d^,;，、–—-]{1,40}(?:†[^\]】］]{0,24})?[\]】］]", re.IGNORECASE)
_OPENING = "[【［"
_NO_LETTERS = (
    "".join(map(chr, range(128))).translate(str.maketrans("", "", string.ascii_letters + string.digits)).encode()
)
_NO_WORD = re.compile(r"[\W_]+")


def words(text: str) -> bytes:
    """The letters and digits of a text, citation markers left out, as UTF-8.

    >>> words("It is *27* days [1, 2].") == words("It is 27 days.")
    True
    """
    if any(mark in text for mark in _OPENING):
        text = _MARKER.sub("", text)
    if text.isascii():
        return text.encode().translate(None, _NO_LETTERS)
    return _NO_WORD.sub("", unicodedata.normalize("NFC", text)).encode("utf-8", "ignore")


def digest_of(keyed: Keyed, kind: bytes, *fields: bytes) -> bytes:
    """The digest of some fields under a kind; each goes in with its length, so that none can pass for two."""
    made = keyed()
    made.update(kind)
    for each in fields:
        made.update(len(each).to_bytes(8, "big"))
        made.update(each)
    return made.digest()[:_DIGEST_BYTES]


class Trace:
    """Hashes one text piece by piece; where its pieces end makes no difference. Holds one line of it at most."""

    def __init__(self, keyed: Keyed) -> None:
        self.paragraphs: set[bytes] = set()
        """The digests of its longer lines, and of its blocks of lines between empty ones."""
        self._keyed = keyed
        self._whole = _Stretch(keyed, SHORTEST_WHOLE)
        self._block = _Stretch(keyed, SHORTEST_PARAGRAPH)
        self._line = _Stretch(keyed, SHORTEST_PARAGRAPH)
        self._waiting: list[str] = []
        self._waits = 0
        self._blank = True
        """Nothing but white space has come of this line."""

    def feed(self, text: str) -> None:
        """Take the next piece."""
        if "\n" in text:
            first, *lines = text.split("\n")
            self._wait(first)
            for line in lines:
                self._end_line()
                self._wait(line)
        else:
            self._wait(text)
        if self._waits > _LONGEST_LINE:
            self._relieve()

    def end(self) -> None:
        """There is no more, or no more will come of it."""
        self._end_line()
        self._end_block()

    def whole(self) -> bytes | None:
        """The digest of all of it; `None` for a text too short to be known by itself."""
        return self._whole.digest()

    def within(self, context: bytes) -> bytes:
        """The digest of all of it together with what it answers."""
        return digest_of(self._keyed, b"turn", context, self._whole.digest() or self._whole.start)

    def _wait(self, piece: str) -> None:
        if piece:
            self._waiting.append(piece)
            self._waits += len(piece)

    def _take(self, text: str) -> None:
        if self._blank and not text.isspace():
            self._blank = False
        found = words(text)
        for stretch in (self._whole, self._block, self._line):
            stretch.add(found)

    def _relieve(self) -> None:
        """Hash what has come of a long line, up to where no marker and no composed letter can be cut in two."""
        text = "".join(self._waiting)
        cut = max(text.rfind(" "), len(text) - _LONGEST_MARKER)
        opened = max(text.rfind(mark, cut - _LONGEST_MARKER, cut) for mark in _OPENING)
        cut = opened if opened >= 0 else cut
        self._take(text[:cut])
        self._waiting, self._waits = [text[cut:]], len(text) - cut

    def _end_line(self) -> None:
        if self._waiting:
            self._take("".join(self._waiting))
            self._waiting, self._waits = [], 0
        if self._blank:
            self._end_block()
        self._blank = True
        self._keep(self._line.digest())
        self._line = _Stretch(self._keyed, SHORTEST_PARAGRAPH)

    def _end_block(self) -> None:
        self._keep(self._block.digest())
        self._block = _Stretch(self._keyed, SHORTEST_PARAGRAPH)

    def _keep(self, digest: bytes | None) -> None:
        if digest is not None and len(self.paragraphs) < MOST_DIGESTS:
            self.paragraphs.add(digest)


class _Stretch:
    """A hash that begins once there is enough to hash."""

    __slots__ = ("_hash", "_keyed", "_least", "start")

    def __init__(self, keyed: Keyed, least: int) -> None:
        self._keyed = keyed
        self._least = least
        self._hash: Hash | None = None
        self.start = b""
        """All of it, while it is too short."""

    def add(self, found: bytes) -> None:
        if self._hash is not None:
            self._hash.update(found)
            return
        self.start += found
        if len(self.start) >= self._least:
            self._hash = self._keyed()
            self._hash.update(b"text")
            self._hash.update(self.start)
            self.start = b""

    def digest(self) -> bytes | None:
        return None if self._hash is None else self._hash.digest()[:_DIGEST_BYTES]


def trace_of(keyed: Keyed, *pieces: str) -> Trace:
    """The ended trace of a text that is all there."""
    trace = Trace(keyed)
    for piece in pieces:
        trace.feed(piece)
    trace.end()
    return trace


def call_digest(keyed: Keyed, name: str, arguments: str, context: bytes) -> bytes:
    """The digest of a tool call, the order of its arguments' keys and their spacing apart.

    One whose arguments say too little to be anybody's own is hashed with its context.
    """
    try:
        said = msgspec.json.encode(msgspec.json.decode(arguments), order="sorted")
    except (msgspec.DecodeError, UnicodeError):
        said = words(arguments)
    if len(words(arguments)) < SHORTEST_WHOLE:
        return digest_of(keyed, b"call", name.encode("utf-8", "ignore"), said, context)
    return digest_of(keyed, b"call", name.encode("utf-8", "ignore"), said)


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
