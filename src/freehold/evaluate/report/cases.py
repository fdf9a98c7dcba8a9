"""The examples on which two subjects were not worth the same: what a person reads after the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from freehold.core.request import Json, Message, TextPart
from freehold.evaluate.model import Example, Result
from freehold.evaluate.report.comparison import Case
from freehold.evaluate.report.material import Columns

MOST = 20
"""Cases told each way, won and lost."""
LONGEST = 1500
"""Characters of one text that are told."""


def cases(
    first: Columns, other: Columns, named: tuple[str, str], scorer: str, examples: Sequence[Example], most: int = MOST
) -> list[Case]:
    """The largest differences first, losses before wins; `most` of each."""
    differences = other.score(scorer) - first.score(scorer)
    there = np.flatnonzero(~np.isnan(differences))
    order = sorted(there.tolist(), key=lambda place: (-abs(differences[place]), place))
    lost = [place for place in order if differences[place] < 0][:most]
    won = [place for place in order if differences[place] > 0][:most]
    return [_case(first, other, named, scorer, examples[place], place) for place in (*lost, *won)]


def asked(example: Example) -> str:
    """What was asked, as one text: the messages one after another, with who says each where there are several."""
    said = [(message.role, _said(message)) for message in example.request.messages]
    return said[0][1] if len(said) == 1 else "\n\n".join(f"{role}: {text}" for role, text in said)


def cut(text: str, longest: int = LONGEST) -> str:
    """A text, or as much of it as is told."""
    return text if len(text) <= longest else f"{text[:longest].rstrip()} … ({len(text):,} characters in all)"


def _case(first: Columns, other: Columns, named: tuple[str, str], scorer: str, example: Example, place: int) -> Case:
    one, two = first.by_place[place], other.by_place[place]
    return Case(
        example=example.id,
        place=place,
        scorer=scorer,
        first=named[0],
        other=named[1],
        input=cut(asked(example)),
        expected=cut(_written(example.expected)),
        first_answer=cut(one.text),
        other_answer=cut(two.text),
        first_score=float(first.score(scorer)[place]),
        other_score=float(other.score(scorer)[place]),
        first_reason=_reason(one, scorer),
        other_reason=_reason(two, scorer),
    )


def _said(message: Message) -> str:
    return "\n".join(part.text if isinstance(part, TextPart) else f"[{type(part).__name__}]" for part in message.parts)


def _written(expected: Json) -> str:
    if expected is None:
        return ""
    return expected if isinstance(expected, str) else json.dumps(expected, ensure_ascii=False)


def _reason(result: Result, scorer: str) -> str:
    scored = result.scores.get(scorer)
    return cut(scored.reason, 300) if scored is not None else ""
