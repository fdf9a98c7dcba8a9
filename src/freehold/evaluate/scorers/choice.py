r"""Which letter a multiple-choice answer names.

Tried in this order, the last match of the first that has one: ``\boxed{B}``; "the answer is (B)" and "Answer: B", as
MMLU-Pro reads answers (Wang et al. 2024, arXiv:2406.01574); the answer is a letter and nothing else; it begins with a
letter and a mark, as in "B) Paris"; a letter in bold or in parentheses; a capital letter that stands alone, unless it
may be the word "A" or "I".
"""

from __future__ import annotations

import re
import string

from freehold.evaluate.expectation import texts
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.plain import Plain
from freehold.evaluate.scorers.settings import refused

USUAL = "ABCDEFGHIJ"
_TAIL = 20_000
_RANGE = re.compile(r"([A-Z])-([A-Z])")


def choice(settings: str, _around: Around) -> Plain:
    """``choice``: a letter from A to J; ``choice:ABCD`` or ``choice:A-E``: one of these."""
    letters = _letters(settings)
    patterns = _patterns(letters)
    name = f"choice:{settings}" if settings else "choice"

    def judge(example: Example, result: Result) -> Scored:
        wanted = {letter for text in texts(example.expected) if (letter := _alone(text, letters))}
        if not wanted:
            return Scored(None, f"what is expected is not one of the letters {letters}")
        said = letter_of(result.text, patterns)
        if said is None:
            return Scored(0.0, "no choice can be read from the answer", detail={"unread": 1.0})
        return Scored(float(said in wanted), "" if said in wanted else f"{said}, not {' or '.join(sorted(wanted))}")

    return Plain(name, judge)


def letter_of(text: str, patterns: tuple[re.Pattern[str], ...]) -> str | None:
    """The letter that an answer names; `None` where none can be told."""
    tail = text[:200] + "\n" + text[-_TAIL:] if len(text) > _TAIL else text
    for pattern in patterns:
        found = pattern.findall(tail)
        if found:
            return str(found[-1]).upper()
    return None


def _patterns(letters: str) -> tuple[re.Pattern[str], ...]:
    either = f"[{letters}{letters.lower()}]"
    upper = f"[{letters}]"
    said = r"\b(?i:answer|choice|option)\b(?:\s+(?i:is|would be|should be)\b|\s*[:=])[\s:*_(\[\"'`$]{0,10}"
    return (
        re.compile(rf"\\boxed\s*\{{\s*(?:\\text\s*\{{)?\s*\(?({either})\)?\s*\}}"),
        re.compile(rf"{said}(?:(?i:option|choice)\s+)?({either})(?![\w'’])"),
        re.compile(rf"\A[\s(\[*_\"'`]{{0,10}}({either})[\s)\].:*_\"'`]{{0,10}}\Z"),
        re.compile(rf"\A[\s(\[*_]{{0,10}}({upper})[)\].:*]"),
        re.compile(rf"(?:\*\*|\()({upper})(?:\*\*|[).:])"),
        re.compile(rf"(?<![\w'’.-])((?!A\s+[a-z]){upper.replace('I', '')})(?![\w'’-])"),
    )


def _letters(settings: str) -> str:
    if not settings:
        return USUAL
    if ends := _RANGE.fullmatch(settings):
        alphabet = string.ascii_uppercase
        letters = alphabet[alphabet.index(ends[1]) : alphabet.index(ends[2]) + 1]
    else:
        letters = settings
    if len(letters) < 2 or len(set(letters)) != len(letters) or not set(letters) <= set(string.ascii_uppercase):
        raise refused("choice", settings, "name at least two capital letters, as in choice:ABCD or choice:A-E")
    return letters


def _alone(text: str, letters: str) -> str | None:
    """The letter that an expectation is, as in ``B``, ``(b)`` or ``B. Paris``."""
    match = re.match(rf"\s*\(?([{letters}{letters.lower()}])(?:\s*\Z|[).:])", text)
    return match[1].upper() if match else None
