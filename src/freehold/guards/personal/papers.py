"""Passports and driving licences: numbers that mean nothing by themselves, told by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, listed, words


class _Paper(NamedTuple):
    kind: str
    needs: tuple[str, ...]
    """Pieces of which one stands in every name for it."""
    named: re.Pattern[str]
    fewest: int
    """Digits of its number."""


_PAPERS = (
    _Paper(
        "passport",
        listed("pass pasap pasp pasz паспорт útlev pašaport putovnic διαβατηρ 护照 旅券 여권"),
        words(
            # Finnish in its cases: as a stem it would take in passion, passing and passive.
            "passi|passin|passia|passini|passinne",
            "passport|reisepass|passeport|pasaporte|passaport|paspoort|paszport|passinumero|pass-nr|pass nr|pasaport"
            "|паспорт|útlev|pašaport|putovnic|διαβατηρ|护照|旅券|여권",
        ),
        5,
    ),
    _Paper(
        "driving-licence",
        listed(
            "licen dl driving führerschein fahrerlaubnis permis patente rijbewijs carta carteira körkort førerkort"
            " kørekort ajokortti praw řidičsk vodičsk vozačk водительск ehliyet 運転免許 驾驶证"
        ),
        words(
            "dl|dl#|driving permit",
            "driver'?s? licen[cs]e|driver’s licen[cs]e|drivers' licen[cs]e|driving licen[cs]e|führerschein"
            "|fahrerlaubnis|permis de conduire|patente di guida|rijbewijs|licencia de conduc|permiso de conduc"
            "|carta de condução|carteira de motorista|körkort|førerkort|kørekort|ajokortti|prawo jazdy|prawa jazdy"
            "|řidičsk|vodičsk|vozačk|permis auto|водительск|ehliyet|運転免許|驾驶证",
        ),
        4,
    ),
)
_NUMBER = re.compile(
    r"(?<![\w/.])(?:[A-Z]{1,5}[ -]?|[a-z]{1,5})?[0-9][0-9A-Za-z]{0,17}(?:[ -][0-9]{1,8}[A-Za-z]{0,2}(?!\w)){0,5}(?!\w)"
)
_BRITISH = re.compile(r"[A-Z](?<![A-Z0-9][A-Z])[A-Z9]{4}[0-9]{6}[A-Z9]{2}[0-9][A-Z]{2}(?![A-Z0-9])")
_MACHINE = re.compile(
    r"P(?<!\wP)[A-Z<][A-Z<]{3}[A-Z<]{39}\s{1,4}[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}[A-Z0-9<]{14}[0-9<][0-9]"
)
"""The two lines of a passport's data page (ICAO 9303, part 4)."""
_SENTENCE = re.compile(r"[.!?]\s+[A-Z]|\n\s*\n")
_MOST_DIGITS = 16
_REACH = 48
_DATE = re.compile(
    r"(?:[0-3]?[0-9][./-]){2}(?:19|20)?[0-9]{2}(?![0-9-])|(?:19|20)[0-9]{2}(?:[./-][0-3]?[0-9]){2}(?![0-9-])"
)


def find_papers(reading: Reading) -> Iterator[Span]:
    """Numbers behind the word for a passport or a licence, and those whose own form says what they are."""
    for paper in _PAPERS:
        for word in reading.matches(paper.named, paper.needs):
            if span := _behind(reading, word.end(), paper):
                yield span
    for match in _BRITISH.finditer(reading.text):
        yield Span(match.start(), match.end(), "driving-licence", 0.8, "driving-licence-gb")
    if "<<" in reading.text:
        for match in _MACHINE.finditer(reading.text):
            yield Span(match.start(), match.end(), "passport", 0.95, "passport-machine-readable")


def _behind(reading: Reading, at: int, paper: _Paper) -> Span | None:
    """The first number of enough digits that begins shortly after `at`, in the same sentence."""
    text = reading.text
    for match in _NUMBER.finditer(text, at, at + _REACH + 24):
        start, end = match.span()
        if start - at > _REACH or _SENTENCE.search(text, at, start):
            return None
        digits = sum(map(str.isdigit, match[0]))
        if (
            paper.fewest <= digits <= _MOST_DIGITS
            and not _DATE.match(text, start)
            and not text[end : end + 1].isalnum()
        ):
            return Span(start, end, paper.kind, 0.85, f"{paper.kind}-context")
    return None
