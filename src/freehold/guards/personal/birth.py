"""Dates of birth: a date beside a word that says that somebody was born on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, words

_BORN = words(
    r"born|dob|d\.o\.b|b-day|geb|née?|nat[oa]|rođena?|narozena?|narodená?|ur|urodzon[ya]|født|född|fødd|syntynyt|fæddur?",
    "birth|geboren|geburt|naissance|nacimiento|nacid[oa]|nasciment|nascid[oa]|nascita|geboorte|fødsel|födel|syntymä"
    "|urodzeni|narození|narodenia|născut|nașter|születés|született|γέννησ|γεννήθηκ|рожден|родил|народжен|doğum|出生"
    "|生年月日|생년월일|תאריך לידה|ميلاد",
)
_MONTH = (
    "(?:jan|feb|mar|mär|apr|abr|may|mai|maj|mei|mag|jun|jul|juin|juil|aug|ago|août|sep|set|oct|okt|ott|out|nov|dec|dez"
    "|déc|dic|ene|gen|giu|lug|janv|févr|avr|fev)[^\\W\\d_]{0,9}"
)
_YEAR = "(?:1[89]|20)[0-9]{2}"
_DATE = re.compile(
    r"[0-9](?<![\w./-][0-9])(?:"
    rf"[0-9]?[ ]?[./-][ ]?[0-3]?[0-9][ ]?[./-][ ]?(?:{_YEAR}|[0-9]{{2}})"
    r"|[0-9]{3}[./-][01]?[0-9][./-][0-3]?[0-9]"
    rf"|[0-9]?(?:st|nd|rd|th|\.|º|er)?[ -](?:de |of )?{_MONTH}\.?,?[ -](?:de |del )?{_YEAR}"
    r"|[0-9]{3}年[01]?[0-9]月[0-3]?[0-9]日"
    r")(?![\w/-])"
)
_AFTER_MONTH = re.compile(rf"[0-9](?<= [0-9])[0-9]?(?:st|nd|rd|th)?,? {_YEAR}(?![\w/-])")
_MONTH_BEFORE = re.compile(rf"(?<!\w){_MONTH}\.? \Z")
_REACH = 44
"""Characters between the word and the date."""


def find_births(reading: Reading) -> Iterator[Span]:
    """Every date that stands shortly after such a word, in the same paragraph."""
    for start, end in _dates(reading.low):
        low = reading.low[max(0, start - _REACH) : start].rpartition("\n\n")[2]
        if _BORN.search(low):
            yield Span(start, end, "birth-date", 0.9, "birth-date")


def _dates(low: str) -> Iterator[tuple[int, int]]:
    for match in _DATE.finditer(low):
        yield match.span()
    for match in _AFTER_MONTH.finditer(low):
        if month := _MONTH_BEFORE.search(low, max(0, match.start() - 15), match.start()):
            yield month.start(), match.end()
