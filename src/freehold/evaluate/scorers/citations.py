"""How much of an answer rests on what it cites.

Reads the annotations that grounding attaches, each with the sentence that cites, whether such a passage was given, and
the passage's words. A sentence is supported where a passage that was given is cited for it and holds the sentence: word
for word, or at least `HELD` of its words of meaning. That is a look at words. It sees an invented source and a claim on
other matters; it does not see a "not" that was left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from freehold.core.request import JsonObject
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.normal import tokens
from freehold.evaluate.scorers.plain import Plain
from freehold.evaluate.scorers.settings import none

HELD = 0.5
"""The least share of a sentence's words of four letters and more, and of its numbers, that the passage has to hold."""
_SENTENCE = re.compile(r"[^.!?。！？\n]*(?:[.!?。！？]+|\n|\Z)")
_MARKER = re.compile(r"[\[【［][\d,;\s–-]{1,40}[\]】］]")
_WORDS_LEAST = 3
_MOST = 500
"""Citations that are looked at: no answer has more."""
_LONGEST_QUOTE = 10_000

Passage = tuple[int, int, frozenset[str]]
"""From where to where in the answer it is cited for, and the words of meaning that it holds."""


def citations(settings: str, _around: Around) -> Plain:
    """``citations``: the share of the answer's sentences that a cited passage supports."""
    none("citations", settings)
    return Plain("citations", _judge)


def _judge(_example: Example, result: Result) -> Scored:
    notes = list(_notes(result))
    if not notes:
        return Scored(None, "the answer cites nothing: it was grounded in no documents, or made no use of them")
    spans = [(match.start(), match.end()) for match in _SENTENCE.finditer(result.text)]
    claims = [(start, end) for start, end in spans if _is_claim(result.text[start:end])]
    if not claims:
        return Scored(None, "the answer has no sentence")
    passages = [passage for note in notes if (passage := _passage(note)) is not None]
    supported = [span for span in claims if any(_supports(passage, span, result.text) for passage in passages)]
    valid = sum(note.get("valid") is True for note in notes) / len(notes)
    detail = {"sentences": float(len(claims)), "citations": float(len(notes)), "given": valid}
    share = len(supported) / len(claims)
    missing = len(claims) - len(supported)
    return Scored(share, f"{missing} of {len(claims)} sentences without support" if missing else "", detail=detail)


def _notes(result: Result) -> Iterable[JsonObject]:
    """Citations by Freehold's own form: those of other origin say nothing of what was given."""
    choices = result.answer.choices if result.answer is not None else []
    for note in choices[0].annotations[:_MOST] if choices else []:
        inner = note.get("url_citation")
        if isinstance(inner, dict) and "valid" in inner:
            yield inner


def _is_claim(sentence: str) -> bool:
    return len(tokens(_MARKER.sub(" ", sentence))) >= _WORDS_LEAST


def _passage(note: JsonObject) -> Passage | None:
    """What a citation rests on; `None` for one of a passage that was never given."""
    start, end, quote = note.get("start_index"), note.get("end_index"), note.get("quote")
    if note.get("valid") is not True or not isinstance(quote, str):
        return None
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    return start, end, frozenset(_meaning(quote[:_LONGEST_QUOTE]))


def _supports(passage: Passage, span: tuple[int, int], text: str) -> bool:
    start, end, held = passage
    if start >= span[1] or end <= span[0]:
        return False
    wanted = _meaning(_MARKER.sub(" ", text[span[0] : span[1]]))
    return not wanted or sum(word in held for word in wanted) / len(wanted) >= HELD


def _meaning(text: str) -> list[str]:
    """Words that carry meaning, roughly: numbers, and words of four letters and more without their endings."""
    return [word[:6] for word in tokens(text) if len(word) >= 4 or any(sign.isdigit() for sign in word)]
