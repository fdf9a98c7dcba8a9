"""Finds what looks like a token although nobody has listed its vendor: long, of mixed classes, and like no word.

Left alone are identifiers, hexadecimal digests, UUIDs, paths, addresses, digests named as such, and encoded data, which
is longer than any token or stands line below line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from freehold.core.finding import Span
from freehold.guards.secrets.letters import ODD, oddness

KIND = "unlisted-token"
SHORTEST, LONGEST = 20, 120
"""Characters. Shorter is too often a name with a number; longer is data."""

_PIECE = 16
"""From how many characters on a piece between ``_``, ``-`` and ``/`` is looked at by itself."""

_NO_TOKEN = re.compile(r"(?:0[xX])?[0-9a-fA-F_/+-]*|[^0-9A-Z]*|[0-9_/+-]*")
# What names the digest, the nonce or the encoded data that it stands before: of a lock file, a wheel's RECORD, a
# policy of a page, a container's image, a data address.
_NAMED_DIGEST = re.compile(
    r"(?:sha[0-9]{1,3}|md5|blake2[bs]?|crc[0-9]{1,2}|h1|integrity|checksum|hash|digest|etag|fingerprint|nonce|base64"
    r"|multihash|cid|signature)[\"']?\s{0,2}[=:,-]{0,2}\s{0,2}[\"'(]?(?:sha[0-9]{1,3}[-=:])?$",
    re.IGNORECASE,
)
_BEFORE = 40
"""Characters before a run that may name it."""
_BLANK = " \t\r\n\"'`<>()[]{},;|"


def shaped(text: str, runs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Which of `runs`, stretches of letters, digits, ``_``, ``-``, ``+`` and ``/``, look like tokens."""
    for start, end in runs:
        if SHORTEST <= end - start <= LONGEST and (odds := _odds(text[start:end])) > ODD:
            if not _known_to_be_something_else(text, start, end):
                yield Span(start, end, KIND, 0.7 if odds > 2 * ODD + 1 else 0.55, "shape", "secrets")


def looks_random(value: str) -> bool:
    """Whether a value, of whatever length, is like nothing that a person would name."""
    return not _NO_TOKEN.fullmatch(value) and _odds(value) > ODD


def _odds(run: str) -> float:
    """How odd the run is, or the longest piece of it, where what stands before it is words."""
    if _NO_TOKEN.fullmatch(run):
        return -1.0
    longest = max(re.split(r"[_/+-]", run), key=len)
    if len(longest) < _PIECE or len(longest) == len(run) or _NO_TOKEN.fullmatch(longest):
        return oddness(run)
    return max(oddness(run), oddness(longest))


def _known_to_be_something_else(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    if _NAMED_DIGEST.search(before) or _NAMED_DIGEST.search(before + text[start : start + 9]):
        return True
    return _in_address(text, start) or _file_name(text, end) or _line_of_data(text, start, end)


def _in_address(text: str, start: int) -> bool:
    """Whether the run is part of the path of an address, rather than a value in its query."""
    word = start
    while word > 0 and start - word < 300 and text[word - 1] not in _BLANK:
        word -= 1
    head = text[word:start]
    return "://" in head + text[start : start + 3] and "=" not in head


def _file_name(text: str, end: int) -> bool:
    """Whether an ending such as ``.js`` follows."""
    return re.match(r"\.[a-z]{1,5}[0-9]?\b", text[end : end + 8]) is not None


def _line_of_data(text: str, start: int, end: int) -> bool:
    """Whether the line above or below is one such run from end to end too, as encoded data is broken."""
    length = end - start
    above = text[max(0, start - 80) : start].rstrip(" \t\r\n")[-SHORTEST:]
    below = text[end : end + 80].lstrip("= \t\r\n")[:SHORTEST]
    alone = "\n" in text[max(0, start - 8) : start] or "\n" in text[end : end + 8]
    return alone and length > 40 and any(len(each) == SHORTEST and _solid(each) for each in (above, below))


def _solid(piece: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9+/_=-]+", piece) is not None
