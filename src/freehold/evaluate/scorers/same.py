"""The answer is the text that is expected: word for word, or once both are made alike."""

from __future__ import annotations

from collections.abc import Callable

from freehold.evaluate.expectation import shown, texts, wanting
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.normal import normalised, tokens
from freehold.evaluate.scorers.plain import Plain
from freehold.evaluate.scorers.settings import none, one_of


def exact(settings: str, _around: Around) -> Plain:
    """``exact``: the same characters, white space at both ends aside."""
    none("exact", settings)
    return Plain("exact", lambda example, result: _same(example, result, str.strip))


def alike(settings: str, _around: Around) -> Plain:
    """``normalised``: the same words, whatever their case, articles and punctuation."""
    none("normalised", settings)
    return Plain("normalised", lambda example, result: _same(example, result, normalised))


def contains(settings: str, _around: Around) -> Plain:
    """``contains``: one of the expected texts stands in the answer, in whole words; ``contains:all``: the share."""
    every = one_of("contains", settings, ("", "all")) == "all"
    name = "contains:all" if every else "contains"
    return Plain(name, lambda example, result: _contained(example, result, every=every))


def _same(example: Example, result: Result, form: Callable[[str], str]) -> Scored:
    wanted = texts(example.expected)
    if not wanted:
        return wanting(example)
    said = form(result.text)
    if any(_equal(said, result.text, each, form) for each in wanted):
        return Scored(1.0)
    return Scored(0.0, f"{shown(result.text)} where {shown(wanted[0])} is expected")


def _equal(said: str, text: str, wanted: str, form: Callable[[str], str]) -> bool:
    """Whether they are the same; what has nothing left once made alike, such as ``+``, is compared as it stands."""
    formed = form(wanted)
    return said == formed if formed else text.strip() == wanted.strip()


def _contained(example: Example, result: Result, *, every: bool) -> Scored:
    wanted = texts(example.expected)
    if not wanted:
        return wanting(example)
    said = f" {' '.join(tokens(result.text))} "
    missing = [each for each in wanted if not _holds(said, result.text, each)]
    share = 1 - len(missing) / len(wanted)
    value = share if every else float(len(missing) < len(wanted))
    return Scored(value, f"{shown(missing[0])} is not in it" if value < 1 else "")


def _holds(said: str, text: str, wanted: str) -> bool:
    formed = " ".join(tokens(wanted))
    return f" {formed} " in said if formed else wanted.strip() in text
