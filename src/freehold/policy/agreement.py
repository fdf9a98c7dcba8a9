"""How far several answers to one request agree, without asking anyone which is right.

Each answer's agreement is the mean of its likeness to all k answers, itself among them. For answers that are compared
exactly (tool calls, JSON, short texts) that is the share of the vote in Wang et al., "Self-Consistency Improves Chain
of Thought Reasoning in Language Models" (arXiv:2203.11171, 2022). For prose it is the degree of the answer's node in
the graph of likenesses, divided by k, as in Lin, Trivedi and Sun, "Generating with Confidence" (arXiv:2305.19187,
2023), with the Jaccard index; we take it over character trigrams where they take words, so that languages written
without spaces are served alike. An answer counts itself, so the least value is 1/k, not 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from freehold.core.event import Answer, Choice

_SHORT = 32
"""Characters up to which two texts are compared exactly."""

_COMPARED = 4_000
"""Characters of a text that are compared; likeness beyond them changes little and costs time."""


class _Form(msgspec.Struct, frozen=True):
    """An answer made ready to compare: its exact form, and its trigrams where it is longer prose."""

    exact: str
    trigrams: frozenset[str] = frozenset()


def agreements(answers: Sequence[Answer]) -> tuple[float, ...]:
    """Each answer's agreement with all of them, from 1/k to 1, in the order given. Only first choices are compared."""
    forms = [_form(answer.choices[0] if answer.choices else Choice()) for answer in answers]
    return tuple(sum(_likeness(form, other) for other in forms) / len(forms) for form in forms)


def likeness(one: Answer, other: Answer) -> float:
    """How alike the first choices of two answers are, from 0 to 1."""
    first, second = (_form(answer.choices[0] if answer.choices else Choice()) for answer in (one, other))
    return _likeness(first, second)


def _form(choice: Choice) -> _Form:
    if choice.calls:
        return _Form("calls " + str([(call.name, _canonical(call.arguments)) for call in choice.calls]))
    text = choice.text.strip()
    if text[:1] in ("{", "["):
        return _Form(_canonical(text))
    plain = unicodedata.normalize("NFKC", text[:_COMPARED]).casefold()
    words = re.sub(r"\s+", " ", re.sub(r"[^\w\s]", "", plain)).strip()
    if len(words) <= _SHORT:
        return _Form(words)
    return _Form(words, frozenset(words[start : start + 3] for start in range(len(words) - 2)))


def _likeness(one: _Form, other: _Form) -> float:
    if one.exact == other.exact:
        return 1.0
    if not one.trigrams or not other.trigrams:
        return 0.0
    return len(one.trigrams & other.trigrams) / len(one.trigrams | other.trigrams)


def _canonical(text: str) -> str:
    """JSON text in its one sorted, tight form; text that is not JSON as it stands."""
    try:
        return msgspec.json.encode(msgspec.json.decode(text or "{}"), order="sorted").decode()
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return text
