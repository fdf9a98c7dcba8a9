"""Telephone numbers: a cheap pattern, then what the numbering plans and the words around it say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, words

_NUMBER = re.compile(
    r"(?:\+|\(|[0-9])(?<![\w+(][+(0-9])(?<![0-9][.,:/-][0-9])\(?[0-9]?(?:[ .\-/()\u00a0\u2011\u2013]{0,2}[0-9]){5,17}"
    r"(?: ?(?:x|ext\.?|extension) ?[0-9]{1,6})?(?![\w@%]|[.,:/-][0-9])",
    re.IGNORECASE,
)
_CONTEXT = words(
    "tel", "call", "dial", "ring", "text", "cell", "mob", "fax", "desk", "office", "sms", "whatsapp", "signal", "answering", "messages to", "registered", "viber",
    stems=("phon", "telef", "telep", "téléph", "mobil", "handy", "celular", "cellul", "móvil", "komórk", "rufnummer", "hotline", "puhelin", "telf"),
)  # fmt: skip
_NANP = re.compile(
    r"(?:\+?1[ .-]?|001[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}([ .-]))[2-9][0-9]{2}[ .-][0-9]{4}(?: ?(?:x|ext).*)?",
    re.I,
)
_DATE = re.compile(r"(?:19|20)[0-9]{2}[-./ ][0-9]{2}[-./ ][0-9]{2}|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:19|20)[0-9]{2}")
_SSN = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}")


def find_phones(reading: Reading) -> Iterator[Span]:
    """Numbers that are written as telephone numbers are, international or with a word nearby that says so."""
    for match in _NUMBER.finditer(reading.text):
        written = match[0]
        digits = "".join(filter(str.isdigit, written))
        if len(digits) > 19 or _DATE.match(written) or _SSN.fullmatch(written):
            continue
        confidence, rule = _judge(reading, match.start(), match.end(), written)
        if confidence:
            yield Span(match.start(), match.end(), "phone", confidence, rule)


def _judge(reading: Reading, start: int, end: int, written: str) -> tuple[float, str]:
    known = reading.near(_CONTEXT, start, end)
    if written.startswith("+"):
        valid = _is_valid(written)
        return (0.95 if valid else 0.8 if known else 0.6), "phone-international"
    if known:
        return 0.85, "phone-context"
    if _NANP.fullmatch(written):
        return 0.75, "phone-nanp"
    return 0.0, ""


@lru_cache(maxsize=4096)
def _is_valid(written: str) -> bool:
    # Only a text that holds such a number pays for it: the package takes 20 ms to import.
    import phonenumbers  # noqa: PLC0415

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, None))
    except phonenumbers.NumberParseException:
        return False
