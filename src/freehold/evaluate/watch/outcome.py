"""What an audit of a kept answer came to, where nobody knows what is right.

Three readings, the first that can be had. With the stronger target's answer: by a certified judge, which is shown both
in both orders, harmed where it takes the stronger one's for better; or by the promise's own scorer, with that answer in
place of what is expected, harmed where they differ. Without it, as where the label keeps it from the stronger target:
by a certified judge of one answer, harmed where it finds the answer wanting.

None of these is harm itself. A difference is harm only where the stronger target is right, so differences bound harm
from above, and `freehold.evaluate.watch.health.Correction` says what of them is allowed for.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from freehold.core.money import ZERO, Nanodollars
from freehold.core.request import Json, Request
from freehold.evaluate.model import Example, Result
from freehold.evaluate.ports import Scorer
from freehold.evaluate.scorers.choice import USUAL

_FENCED = re.compile(r"```[ \t]*\w*[ \t]*\r?\n(.*?)```", re.DOTALL)
ENOUGH = 0.5
"""A score below it counts as harmed: of a judge's preference, a tie is none."""


class Outcome(msgspec.Struct, frozen=True):
    """What one audit came to."""

    harmed: bool | None
    """`None`: it could not be told."""
    by: Literal["difference", "judge", "judge-alone"]
    value: float | None = None
    """Of the scorer."""
    reason: str = ""
    cost: Nanodollars = ZERO
    differs: bool | None = None
    """Whether the two answers come to something else, by a scorer that is no judge; `None`: that was not looked at."""


async def compared(scorer: Scorer, request: Request, kept: str, stronger: str, label: str) -> Outcome:
    """The kept answer beside the stronger target's. An uncertified judge's word decides nothing."""
    by: Literal["difference", "judge"] = "judge" if scorer.name.startswith("judge:") else "difference"
    told = await _scored(scorer, by, _example(request, await reference(scorer, request, stronger)), kept, label)
    return told if by == "judge" else msgspec.structs.replace(told, differs=told.harmed)


async def alone(scorer: Scorer, request: Request, kept: str, label: str) -> Outcome:
    """The kept answer by itself."""
    return await _scored(scorer, "judge-alone", _example(request, None), kept, label)


async def reference(scorer: Scorer, request: Request, text: str) -> Json:
    """An answer as what is expected, in the form in which that scorer reads it."""
    kind = scorer.name.partition(":")[0]
    if kind == "choice":
        return await _letter(scorer, request, text)
    if kind == "json":
        return _decoded(text)
    return text


async def _letter(scorer: Scorer, request: Request, text: str) -> Json:
    """The letter that the scorer itself reads in an answer: the one that it would find right."""
    for letter in USUAL:
        scored = await scorer(_example(request, letter), Result(0, "audit", "answered", text=text))
        if scored.value == 1.0:
            return letter
    return None


def _decoded(text: str) -> Json:
    fenced = _FENCED.search(text)
    try:
        found: Json = msgspec.json.decode((fenced[1] if fenced else text).encode())
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    return found


async def _scored(
    scorer: Scorer, by: Literal["difference", "judge", "judge-alone"], example: Example, kept: str, label: str
) -> Outcome:
    if not scorer.gates:
        return Outcome(None, by, reason=f"{scorer.name} is not certified")
    scored = await scorer(example, Result(0, example.id, "answered", text=kept, label=label))
    harmed = None if scored.value is None else scored.value < ENOUGH
    return Outcome(harmed, by, scored.value, scored.reason, scored.cost)


def _example(request: Request, expected: Json) -> Example:
    return Example("audit", request, expected)
