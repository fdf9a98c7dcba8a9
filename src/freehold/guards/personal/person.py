"""Names of people, as far as the words around them tell: behind a title, a greeting, or "my name is".

A name in the middle of a sentence has no form; it is found by whoever is asked for names (`freehold.guards.names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading


class _Opening(NamedTuple):
    """Words that a name follows. `needs`: pieces of which one stands in every text that holds such an opening."""

    rule: str
    needs: tuple[str, ...]
    words: re.Pattern[str]
    confidence: float


_OPENINGS = (
    _Opening(
        "person-introduced",
        ("name is", "names are", "heiße", "heisse", "name ist", "appelle", "nom est", "nombre es", "me llamo", "chiamo", "nome è", "nome é", "me chamo", "naam is", "heter", "hedder", "nazywam", "jmenuji", "volám sa", "call me ", "name's "),
        re.compile(r"(?<!\w)(?:(?:(?:sur|last |first |full |maiden )?name(?: is|['’]s)|(?:ich )?heiß?s{0,2}e|name ist|m['’]appelle|nom est|nombre es|me llamo|mi chiamo|nome [èé]|me chamo|naam is|(?:jag|jeg) heter|jeg hedder|nazywam się|jmenuji se|volám sa|calls? me):? )"),
        0.7,
    ),
    _Opening(
        "person-field",
        ("name", "nom", "guardian", "patient", "directed by", "signed"),
        re.compile(r"(?<!\w)(?:(?:(?:full|first|last|middle|maiden|family|given|patient|customer|client|contact|account|employee)[ _-])?(?:sur|vor|nach|user)?names?|nom|nombre|prénom|nome|cognome|apellidos?|naam|namn|navn|patient|guardian|directed by|signed(?: by)?) ?[:=]\s{0,8}\"?"),
        0.6,
    ),
    _Opening(
        "person-title",
        ("mr", "ms", "miss", "dr", "prof", "herr", "frau", "monsieur", "madame", "mme", "señor", "sra", "sr", "sig", "dhr", "mevr", "pan ", "pani "),
        re.compile(r"(?<![\w@/])(?:mrs?|ms|miss|mx|drs?|prof|professor|doctor|herrn?|frau|fräulein|monsieur|madame|mademoiselle|mme|mlle|señora?|sra?|srta|signora?|sig(?:\.ra)?|dhr|mevr(?:ouw)?|pani?)\.? "),
        0.65,
    ),
    _Opening(
        "person-greeting",
        ("dear ", "hi ", "hello ", "hey ", "liebe", "lieber ", "hallo ", "cher ", "chère ", "querid", "estimad", "caro ", "cara ", "beste ", "regards,", "sincerely,", "grüße"),
        re.compile(r"(?<!\w)(?:(?:dear|hi|hello|hey|lieber?|hallo|chère?|querid[oa]|estimad[oa]|car[oa]|beste) |(?:regards|sincerely|cheers|yours|grüße[n]?),?\s*\n\s*)"),
        0.4,
    ),
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]{0,39}\w)?(?:\.(?= ?[^\W\d_])(?<=[^\W\d_]\.))?")
_PARTICLES = frozenset(
    "van von de der den del della di da dos das du la le el al bin ibn ben ten ter zu zur zum af av".split()
)
_MOST_WORDS = 4
_NOT_NAMES = frozenset(
    "i the a an and or to of in on at is it we you he she they my your our this that all everyone everybody team sir madam"
    " customer customers colleague colleagues friend friends hiring manager support there world mom dad damen herren"
    " mesdames messieurs señores monday tuesday wednesday thursday friday saturday sunday not for no yes as so if"
    " mr mrs ms miss dr prof john_doe null none true false string".split()
)


def find_persons(reading: Reading) -> Iterator[Span]:
    """Up to four words with capitals, behind an opening. The title is no part of the name."""
    for opening in _OPENINGS:
        if any(need in reading.low for need in opening.needs):
            for match in opening.words.finditer(reading.low):
                end = _name(reading, match.end())
                if end:
                    yield Span(match.end(), end, "person", opening.confidence, opening.rule)


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
            or small.rstrip(".") in _NOT_NAMES
            or (len(word[0]) > 4 and word[0].isupper() and not end)
        ):
            break
        end = word.end()
        if text[end : end + 1] != " ":
            break
        at = end + 1
    return end
