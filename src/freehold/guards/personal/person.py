"""Names of people, as far as the words around them tell: behind a title, a greeting, or "my name is".

A name in the middle of a sentence has no form; it is found by whoever is asked for names (`freehold.guards.names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from freehold.core.finding import Span
from freehold.guards.glance import flat
from freehold.guards.personal.reading import Reading, listed


class _Opening(NamedTuple):
    """Words that a name follows. `needs`: one of these stands in each of them as a word of its own."""

    rule: str
    needs: frozenset[bytes]
    words: re.Pattern[str]
    confidence: float


def _either(text: str) -> frozenset[str]:
    return frozenset(listed(text))


def _said(text: str) -> frozenset[bytes]:
    return frozenset(map(flat, listed(text)))


_OPENINGS = (
    _Opening(
        "person-introduced",
        _said(
            "name names heiße heisse appelle nom nombre llamo chiamo nome chamo naam heter hedder nazywam"
            " jmenuji volám call calls"
        ),
        re.compile(
            r"(?<!\w)(?:name(?: is|['’]s|\?)|['’]s name|(?:ich )?hei(?:ß|ss)e|name ist|m['’]appelle|nom est|nombre es"
            r"|me llamo|mi chiamo|nome [èé]|me chamo|naam is|(?:jag|jeg) heter|jeg hedder|nazywam się|jmenuji se"
            r"|volám sa|calls? me):? "
        ),
        0.7,
    ),
    _Opening(
        "person-field",
        _said(
            "name names nom nombre nome cognome apellido apellidos naam namn navn patient guardian directed signed"
            " surname username vorname nachname prénom"
        ),
        re.compile(
            r"(?<![^\W_])(?:(?:sur|vor|nach|user)?names?|(?:pré)?nom|nombre|nome|cognome|apellidos?|naam|namn|navn|patient"
            r"|guardian|directed by|signed(?: by)?) ?[:=]\s{0,8}\"?"
        ),
        0.6,
    ),
    _Opening(
        "person-title",
        _said(
            "mr mrs ms miss mx dr drs prof professor doctor herr herrn frau fräulein monsieur madame mademoiselle mme"
            " mlle señor señora sra sr srta signor signora sig dhr mevr mevrouw pan pani"
        ),
        re.compile(
            r"(?<![\w@/])(?:mrs?|ms|miss|mx|drs?|prof|professor|doctor|herrn?|frau|fräulein|monsieur|madame|mademoiselle"
            r"|mme|mlle|señora?|sra?|srta|signora?|sig|dhr|mevr(?:ouw)?|pani?)\.? "
        ),
        0.65,
    ),
    _Opening(
        "person-self",
        _said("i this bin suis soy sono ik jag"),
        re.compile(r"(?<!\w)(?:i['’]m|i am|this is|ich bin|je suis|soy|sono|ik ben|jag är) "),
        0.45,
    ),
    _Opening(
        "person-greeting",
        _said(
            "dear hi hello hey liebe lieber hallo cher chère querido querida estimado estimada caro cara beste regards"
            " sincerely grüße grüßen cheers"
        ),
        re.compile(
            r"(?<!\w)(?:(?:dear|hi|hello|hey|lieber?|hallo|chère?|querid[oa]|estimad[oa]|car[oa]|beste) "
            r"|(?:regards|sincerely|cheers|grüßen?),?\s{0,4}\n\s{0,4})"
        ),
        0.4,
    ),
)
_PARTS = {b"i": ("i'm ", "i’m ", "i am "), b"this": ("this is ",)}
"""Of words that most texts hold, the pieces that they have to be part of."""
_NEEDED = frozenset().union(*(opening.needs for opening in _OPENINGS))
_WORD = re.compile(r"[^\W\d_]\.(?= ?[^\W\d_])|[^\W\d_](?:(?:[^\W\d_]|['’-]){0,39}[^\W\d_])?(?!\w)")
"""An initial with its dot, or a word of letters."""
_PARTICLES = _either("van von de der den del della di da dos das du la le el al bin ibn ben ten ter zu zur zum af av")
_MOST_WORDS = 4
_ACRONYM = 5
"""Letters from which on a word in capitals is a name in capitals rather than an acronym."""
_CODE = re.compile(r"[(\[{=]|[.:]\w|::| = ")
"""What stands behind a name in a program, and behind nobody's."""
_NOT_NAMES = _either(
    "i the a an and or to of in on at is it we you he she they my your our this that all everyone everybody team sir"
    " madam customer customers colleague colleagues friend friends hiring manager support there world mom dad damen"
    " herren mesdames messieurs señores monday tuesday wednesday thursday friday saturday sunday not for no yes"
    " as so if mr mrs ms miss dr prof none null true false string"
)
"""Words that stand behind such an opening with a capital and are nobody's name."""


def find_persons(reading: Reading) -> Iterator[Span]:
    """Up to four words with capitals, behind an opening. The title is no part of the name."""
    said = [word for word in _NEEDED.intersection(reading.said()) if _is_part(word, reading.low)]
    if not said:
        return
    for opening in _OPENINGS:
        if needed := opening.needs.intersection(said):
            pieces = [piece for word in needed for piece in _PARTS.get(word, (word.decode("latin-1"),))]
            for match in reading.matches(opening.words, pieces):
                end = _name(reading, match.end())
                if end and not _CODE.match(reading.text, end):
                    yield Span(match.end(), end, "person", opening.confidence, opening.rule)


def _is_part(word: bytes, low: str) -> bool:
    return word not in _PARTS or any(piece in low for piece in _PARTS[word])


def _name(reading: Reading, start: int) -> int:
    """Where the name that begins at `start` ends; 0 where none does."""
    text, at, end = reading.text, start, 0
    for _ in range(_MOST_WORDS):
        word = _WORD.match(text, at)
        if not word:
            break
        small = reading.low[at : word.end()]
        if small in _PARTICLES and text[word.end() : word.end() + 1] == " ":
            at = word.end() + 1
            continue
        if (
            not word[0][0].isupper()
            or small in _NOT_NAMES
            or (1 < len(word[0]) < _ACRONYM and word[0].isalpha() and word[0].isupper())
        ):
            break
        end = word.end()
        if text[end : end + 1] != " ":
            break
        at = end + 1
    return end
