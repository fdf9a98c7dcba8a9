"""Passports and driving licences: numbers that mean nothing by themselves, told by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, words

_PASSPORT = words(stems=("passport", "reisepass", "passeport", "pasaporte", "passaport", "paspoort", "paszport", "passi", "pass-nr", "pass nr", "pasaport", "паспорт", "útlev", "pašaport", "putovnic", "διαβατηρ", "护照", "旅券", "여권"))  # fmt: skip
_LICENCE = words("dl", "dl#", "licence no", "license no", "driving permit", stems=("driver'?s? licen[cs]e", "driver’s licen[cs]e", "drivers' licen[cs]e", "driving licen[cs]e", "führerschein", "fahrerlaubnis", "permis de conduire", "patente di guida", "rijbewijs", "licencia de conduc", "permiso de conduc", "carta de condução", "carteira de motorista", "körkort", "førerkort", "kørekort", "ajokortti", "prawo jazdy", "prawa jazdy", "řidičsk", "vodičsk", "vozačk", "permis auto", "водительск", "ehliyet", "運転免許", "驾驶证"))  # fmt: skip
_PAPERS = (
    ("passport", ("pass", "pasap", "pasp", "pasz", "паспорт", "útlev", "pašaport", "putovnic", "διαβατηρ", "护照", "旅券", "여권"), _PASSPORT, 5),
    ("driving-licence", ("licen", "dl", "driving permit", "führerschein", "fahrerlaubnis", "permis", "patente", "rijbewijs", "carta de cond", "carteira", "körkort", "førerkort", "kørekort", "ajokortti", "praw", "řidičsk", "vodičsk", "vozačk", "водительск", "ehliyet", "运转免许", "運転免許", "驾驶证"), _LICENCE, 4),
)  # fmt: skip
"""Kind, pieces of which one stands in every text that names it, the words themselves, and the fewest digits."""
_NUMBER = re.compile(
    r"(?<![\w/.])(?:[A-Z]{1,5}[ -]?|[a-z]{1,5})?[0-9][0-9A-Za-z]{0,17}(?:[ -][0-9]{1,8}[A-Za-z]{0,2}(?!\w)){0,5}(?!\w)"
)
_BRITISH = re.compile(r"[A-Z](?<![A-Z0-9][A-Z])[A-Z9]{4}[0-9]{6}[A-Z9]{2}[0-9][A-Z]{2}(?![A-Z0-9])")
_MACHINE = re.compile(
    r"P(?<!\wP)[A-Z<][A-Z<]{3}[A-Z<]{39}\s+[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}[A-Z0-9<]{14}[0-9<][0-9]"
)
_SENTENCE = re.compile(r"[.!?]\s+[A-Z]|\n\s*\n")
_MOST_DIGITS = 16
_REACH = 48
_DATE = re.compile(r"(?:[0-3]?[0-9][./-]){2}(?:19|20)?[0-9]{2}(?![0-9-])|(?:19|20)[0-9]{2}(?:[./-][0-3]?[0-9]){2}(?![0-9-])")


def find_papers(reading: Reading) -> Iterator[Span]:
    """Numbers behind the word for a passport or a licence, and those whose own form says what they are."""
    for kind, needs, named, least in _PAPERS:
        if not any(need in reading.low for need in needs):
            continue
        for word in named.finditer(reading.low):
            if span := _behind(reading, word.end(), kind, least):
                yield span
    for match in _BRITISH.finditer(reading.text):
        yield Span(match.start(), match.end(), "driving-licence", 0.8, "driving-licence-gb")
    if "<<" in reading.text:
        for match in _MACHINE.finditer(reading.text):
            yield Span(match.start(), match.end(), "passport", 0.95, "passport-machine-readable")


def _behind(reading: Reading, at: int, kind: str, least: int) -> Span | None:
    """The first number of enough digits that begins shortly after `at`, in the same sentence."""
    text = reading.text
    for match in _NUMBER.finditer(text, at, at + _REACH + 24):
        start, end = match.span()
        if start - at > _REACH or _SENTENCE.search(text, at, start):
            return None
        digits = sum(map(str.isdigit, match[0]))
        if least <= digits <= _MOST_DIGITS and not _DATE.match(text, start) and not text[end : end + 1].isalnum():
            return Span(start, end, kind, 0.85, f"{kind}-context")
    return None
