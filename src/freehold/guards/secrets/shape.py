"""Finds what looks like a token although nobody has listed its vendor: long, of mixed classes, and like no word.

Left alone are identifiers, hexadecimal digests, UUIDs, paths, addresses, digests named as such, and encoded data, which
is longer than any token or stands line below line.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from freehold.core.finding import Span
from freehold.guards.secrets.letters import ODD, oddness

KIND = "unlisted-token"
SHORTEST, LONGEST = 20, 120
"""Characters. Shorter is too often a name with a number; longer is data."""

_PIECE = 16
"""From how many characters on a piece between ``_``, ``-`` and ``/`` is looked at by itself."""

_DISTINCT = 9
"""Different characters at least: sixteen random hexadecimal digits have ten."""

_NO_TOKEN = re.compile(r"(?:0[xX])?[0-9a-fA-F_/+-]*|[^0-9A-Z]*|[0-9_/+-]*")
# What names the digest, the nonce or the encoded data that it stands before: of a lock file, a wheel's RECORD, a
# policy of a page, a container's image, a data address.
_NAMED_DIGEST = re.compile(
    r"(?:sha[0-9]{1,3}|md5|blake2[bs]?|crc[0-9]{1,2}|h1|integrity|checksum|hash|digest|etag|fingerprint|nonce|base64"
    r"|multihash|cid|signature|public[_ -]?key|(?:\b|[_ -])id(?:-2)?)"
    r"[\"']?\s{0,2}[=:,-]{0,2}\s{0,2}[\"'(]?(?:sha[0-9]{1,3}[-=:])?$",
    re.IGNORECASE,
)
# What services put before the ids of what they keep: calls of tools, answers, files, customers. An id opens no door.
_ID = re.compile(
    r"(?:call|fc|toolu|srvtoolu|tool|msg|message|resp|response|rs|ws|req|request|run|step|thread|asst|assistant|file|vs|item"
    r"|chatcmpl|cmpl|gen|batch|msgbatch|ftjob|org|proj|project|user|wrkspc|cus|acct|pi|pm|ch|evt|sub|price|prod|in|fh|id"
    r"|session|trace|span|doc|event|job|task|order|invoice|dpl|prj|team)[_-][A-Za-z0-9_-]+"
)
# What says by itself that it is no secret: public keys of SSH (RFC 4253) and of X.509 in DER, recipients of age, ULIDs,
# which begin with the time, and InChIKeys, which name a substance.
_PUBLIC = re.compile(
    r"AAAA[BCE][23][A-Za-z0-9]|M(?:CowBQ|FkwEw|IIB|IGf)|age1[02-9ac-hj-np-z]{58}$|01[0-9A-HJKMNP-TV-Z]{24}$"
    r"|[A-Z]{14}-[A-Z]{10}-[A-Z]$"
)
# What a vendor says of a token in the words before it, so that a body of hexadecimal digits is no digest.
_CALLED_A_KEY = re.compile(
    r"(?:[A-Za-z0-9]{1,16}[_-]){0,3}(?:sk|key|apikey|api|secret|token|tok|pat|live|prod|auth|pass|cred)[_-]",
    re.IGNORECASE,
)
_BROKEN_OFF_ABOVE = re.compile(r"(?:[A-Za-z0-9+/]{48}|-{5})[\"']?(?:\\{1,2}n?|\r?\n){1,3}[ \t]{0,16}b?[\"']?$")
_BROKEN_OFF_BELOW = re.compile(r"(?:\\{1,2}n|\r)?[\"']?(?:\n[ \t]{0,16}b?[\"']?[A-Za-z0-9+/]{20}|[\\n\r ]{0,4}-{5}END)")
_VERY_ODD = 2.0
_NAMED, _CERTAIN = -9.0, 9.0
_BEFORE = 40
"""Characters before a run that may name it."""
_BLANK = " \t\r\n\"'`<>()[]{},;|"


def shaped(text: str, runs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Which of `runs`, stretches of letters, digits, ``_``, ``-``, ``+`` and ``/``, look like tokens."""
    for begin, end in runs:
        start = begin + (text[begin - 1 : begin] == "\\")  # The letter of an escape such as a new line's is none of it.
        odds = _odds(text[start:end]) if SHORTEST <= end - start <= LONGEST else _NAMED
        if odds > ODD and not _known_to_be_something_else(text, start, end):
            yield Span(start, end, KIND, 0.7 if odds > _VERY_ODD else 0.55, "shape", "secrets")


def looks_random(value: str) -> bool:
    """Whether a value, of whatever length, is like nothing that a person would name."""
    return not _NO_TOKEN.fullmatch(value) and _odds(value) > ODD


def _odds(run: str) -> float:
    """How odd the run is, or the longest piece of it, where what stands before it is words."""
    if len(set(run)) < _DISTINCT or _NO_TOKEN.fullmatch(run) or _ID.match(run) or _PUBLIC.match(run):
        return _NAMED
    if _alphabet(run):
        return _NAMED
    longest = max(re.split(r"[_/+-]", run), key=len)
    if len(longest) < _PIECE or len(longest) == len(run):
        return oddness(run)
    if _NO_TOKEN.fullmatch(longest):
        return _CERTAIN if _CALLED_A_KEY.match(run) and len(set(longest)) >= _DISTINCT else _NAMED
    return max(oddness(run), oddness(longest))


def _alphabet(run: str) -> bool:
    """Whether most characters are followed by the next one of their alphabet, as in a list of them."""
    return sum(ord(second) - ord(first) == 1 for first, second in pairwise(run)) > len(run) // 2


def _known_to_be_something_else(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    if _NAMED_DIGEST.search(before) or _NAMED_DIGEST.search(before + text[start : start + 9]):
        return True
    return (
        text.startswith("@", end)  # The first half of an address, or of a message's id.
        or _in_address(text, start)
        or _file_name(text, end)
        or _line_of_data(text, start, end)
        or _encoded_words(text[start:end])
    )


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
    """Whether the line above or below is one long run from end to end, as encoded data is broken."""
    return _BROKEN_OFF_ABOVE.search(text, max(0, start - 90), start) is not None or (
        _BROKEN_OFF_BELOW.match(text, end) is not None
    )


def _encoded_words(run: str) -> bool:
    """Whether the run is base64 of plain text, which is read where it is decoded."""
    try:
        return base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode().isprintable()
    except ValueError:
        return False
