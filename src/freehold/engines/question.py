"""What a question asks for: its words, and the kind of thing that would answer it (a time, a number, a name, ...)."""

from __future__ import annotations

import re

import msgspec

from freehold.engines.language import language_of, raw_words, terms

_MONTHS = (
    r"jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|janv|f[ée]v|avr|juin|juil|ao[uû]t|ene|abr|ago|dic"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag"
    r"|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes"
    r"|sabado|domingo"
)
_NUMBER_WORDS = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million"
    r"|billion|half"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend|deux|trois|quatre|cinq|sept"
    r"|huit|neuf"
    r"|dix|cent|mille|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien|mil)\b"
)
_NUMBER = re.compile(_NUMBER_WORDS, re.IGNORECASE)
_TIME = re.compile(
    rf"{_NUMBER_WORDS}|\b(?:{_MONTHS})[a-zé]*\b|century|jahrhundert|siècle|yesterday|today|tomorrow", re.IGNORECASE
)
_REASON = re.compile(
    r"\b(?:because|since|due to|so that|in order to|therefore|owing to|as a result|caused?|reason|weil|da"
    r"|denn|deshalb"
    r"|wegen|damit|um|grund|car|parce que|puisque|afin|pour|en raison|porque|debido|para)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[^.!?…]\s)[A-ZÀ-Þ][\w’'-]+|^[A-ZÀ-Þ][\w’'-]+ [A-ZÀ-Þ]")
_PLACE = re.compile(
    r"\b(?:in|at|near|on|from|to|outside|inside|behind|bei|am|im|auf|nach|aus|à|au|en|dans|près"
    r"|sur)\s+(?:\w+\s+){0,2}[A-ZÀ-Þ]",
)

_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str], bool], ...] = tuple(
    (re.compile(asks, re.IGNORECASE), looks, needed)
    for asks, looks, needed in (
        (
            r"\b(?:when|what (?:year|date|time|day)|which year|wann|in welchem jahr|quand|en quelle année|cuándo)\b",
            _TIME,
            True,
        ),
        (
            (
                r"\bhow (?:many|much|old|long|tall|high|far|big|large|often|deep|fast|heavy)\b"
                r"|\bwie ?(?:viele?|lange?|alt|hoch|weit|groß|oft|tief)\b|\bcombien\b|\bcuánt[oa]s?\b"
                r"|\bwhat (?:percentage|number|price)\b"
            ),
            _NUMBER,
            True,
        ),
        (r"\b(?:who|whom|whose|wer|wen|wem|qui|quién|quien)\b", _NAME, False),
        (r"\b(?:where|wo|wohin|woher|où|dónde)\b", _PLACE, False),
        (r"\b(?:why|warum|wieso|weshalb|pourquoi|por qué)\b", _REASON, False),
    )
)
"""What a question asks for, what a sentence that has it looks like, and whether an answer without it is none."""

_ARTICLES = r"an? |the |eine? |der |die |das |une? |l[ae] |l['’]|una? |el "
_DEFINITION = re.compile(
    rf"^\W*(?:what (?:is|are)|was (?:ist|sind)|qu['’]est-ce qu(?:e |['’])|qué (?:es|son)) (?:{_ARTICLES})?"
    r"(\w+(?:[ -]\w+)?)\s*\?*\s*$",
    re.IGNORECASE,
)
"""A question what something is. The sentence that says it begins with it."""

_DEFINES = 1.5
"""The bonus of such a sentence: it says the word once, and many say it more often that define nothing."""

_PRONOUN = re.compile(
    r"\b(?:it|its|he|his|him|she|her|they|their|them|this|that|these|those|er|sein|seine|ihr|il|elle|leur)\b",
    re.IGNORECASE,
)


class Kind(msgspec.Struct, frozen=True):
    """What is asked for: how a sentence that has it looks, and whether a sentence without it is no answer."""

    looks: re.Pattern[str]
    needed: bool
    bonus: float = 0.6
    """What having it adds to a sentence's score, in which a rare word counts one or two."""


class Query(msgspec.Struct, frozen=True):
    """A question as content words (`engines.language.terms`)."""

    must: frozenset[str]
    """What the question is about."""
    may: frozenset[str] = frozenset()
    """The measure it asks for (``high`` in ``how high``), which an answer often leaves unsaid."""
    earlier: frozenset[str] = frozenset()
    """What was asked before, if this question leans on it."""
    names: frozenset[str] = frozenset()
    """Names and years: material without them is about something else."""
    kind: Kind | None = None

    @property
    def all_terms(self) -> frozenset[str]:
        """Every word that helps to find the answer."""
        return self.must | self.may | self.earlier


def make_query(question: str, earlier: str, material: str) -> Query:
    """Read a question to material of this language, after an `earlier` question or an empty string."""
    languages = {material, language_of(question)}
    kind, rest, measure = _kind(question)
    must = frozenset(terms(rest, *languages))
    may = frozenset(terms(measure, *languages)) - must
    leans = not must or _PRONOUN.search(question)
    before = frozenset(terms(earlier, *languages)) - must - may if leans else frozenset()
    return Query(must, may, before, _names(question), kind)


def _kind(question: str) -> tuple[Kind | None, str, str]:
    """The kind of question, its words without those that say so, and these."""
    if match := _DEFINITION.match(question):
        begins = re.compile(rf"^(?:{_ARTICLES})?\W*{re.escape(match[1])}\b", re.IGNORECASE)
        return Kind(begins, needed=False, bonus=_DEFINES), question, ""
    for asks, looks, needed in _KINDS:
        if match := asks.search(question):
            return Kind(looks, needed), f"{question[: match.start()]} {question[match.end() :]}", match[0]
    return None, question, ""


def _names(question: str) -> frozenset[str]:
    """The names and years in a question, as words.

    Names are told by their capitals, so none are told in German, which writes every noun with one.
    """
    words = raw_words(question)
    found = [word for word in words if word.isdigit() and len(word) == 4]
    if language_of(question) != "de":
        found += [word for word in words[1:] if word[:1].isupper() and len(word) > 2]
    return frozenset(term for word in found for term in terms(word, "en"))
