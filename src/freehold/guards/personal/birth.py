"""Dates of birth: a date beside a word that says that somebody was born on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, words

_BORN = words(
    "born", "dob", "d o b", r"d\.o\.b\.?", "b-day", "geb", "née?", "née? le", "nat[oa]", "rođen[a]?", "narozena?", "narodená?", "ur", "urodzon[ya]", "født", "född", "fødd", "syntynyt", "fæddur?", "f", "р",
    stems=("birth", "date of birth", "geboren", "geburt", "naissance", "nacimiento", "nacid[oa]", "nascimento", "nascid[oa]", "nascita", "geboorte", "fødsel", "födel", "syntymä", "urodzeni", "narození", "născut", "nașter", "születés", "született", "γέννησ", "γεννήθηκ", "рожден", "родил", "народжен", "doğum", "出生", "生年月日", "생년월일", "תאריך לידה", "ميلاد"),
)  # fmt: skip
_MONTHS = "jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|févr|avr|juin|juil|août|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|mei|maj|fev|out"
_DATE = re.compile(
    r"(?<![\w./-])(?:"
    r"[0-3]?[0-9][ ]?[./-][ ]?[0-3]?[0-9][ ]?[./-][ ]?(?:1[89]|20)?[0-9]{2}"
    r"|(?:1[89]|20)[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9]"
    r"|[0-3]?[0-9](?:st|nd|rd|th|\.|º|er)?[ -](?:de |of )?(?:"
    + _MONTHS
    + r")[^\W\d_]{0,9}\.?,?[ -](?:de |del )?(?:1[89]|20)[0-9]{2}"
    r"|(?:" + _MONTHS + r")[^\W\d_]{0,9}\.? [0-3]?[0-9](?:st|nd|rd|th)?,? (?:1[89]|20)[0-9]{2}"
    r"|(?:1[89]|20)[0-9]{2}年[01]?[0-9]月[0-3]?[0-9]日"
    r")(?![\w/-])",
)
_REACH = 40


def find_births(reading: Reading) -> Iterator[Span]:
    """Every date that stands shortly after such a word."""
    low, past = reading.low, 0
    for word in _BORN.finditer(low):
        if word.start() < past:
            continue
        match = _DATE.search(low, word.end(), word.end() + _REACH + 30)
        if match and match.start() - word.end() <= _REACH and "\n\n" not in low[word.end() : match.start()]:
            past = match.end()
            yield Span(match.start(), match.end(), "birth-date", 0.9, "birth-date")
