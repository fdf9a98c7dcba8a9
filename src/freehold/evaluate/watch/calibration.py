"""How often the calibration's kept answers differed, and did no harm: what is allowed for while one is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from freehold.catalog.promises import Promise
from freehold.core.event import Answer
from freehold.core.request import Request
from freehold.evaluate.model import Example, Result
from freehold.evaluate.ports import Scorer
from freehold.evaluate.watch.differences import Calibrated
from freehold.evaluate.watch.health import Correction, corrected
from freehold.evaluate.watch.outcome import ENOUGH, compared
from freehold.evaluate.watch.purse import Purse
from freehold.policy.keeping import Heard, chance, measures

UNKNOWN = Correction(
    says="an answer that differs from the stronger target's counts as harmed, and nothing is allowed for, since the"
    " calibration's answers are not there any more: an alarm may be a false one"
)

Row = Mapping[str, Result]
"""The results of one question, by target."""


MOST_PAIRS = 24
"""Harmless differences of a calibration that a judge is tried on."""

_AT_ONCE = 4


class Pair(msgspec.Struct, frozen=True):
    """Two answers that differ, of which the stronger target's is known not to be right alone."""

    request: Request
    kept: str
    stronger: str
    label: str


class Learned(msgspec.Struct, frozen=True):
    """What the calibration's answers teach."""

    correction: Correction = UNKNOWN
    kept: Calibrated = Calibrated()
    """Of the answers that the promise would have kept, those that differ from the stronger target's."""
    slices: dict[str, Calibrated] = {}
    """The same of each slice, by ``KEY=VALUE``."""
    pairs: tuple[Pair, ...] = ()
    """The first `MOST_PAIRS` of the harmless differences."""


async def learned(
    promise: Promise, examples: Mapping[int, Example], rows: Mapping[int, Row], scorer: Scorer, alpha: float
) -> Learned:
    """What the calibration's answers teach; examples and rows by their places in the dataset.

    Questions whose answers were not all scored, or could not be compared, are left out; where none is left, nothing is
    allowed for.
    """
    voices = voices_of(promise)
    size = harmless = harmed = 0
    kept_ones, slices, pairs = Calibrated(), dict[str, Calibrated](), list[Pair]()
    for place, row in rows.items():
        right = {name: _right(row.get(name), promise.scorer) for name in (voices[-1], promise.stronger)}
        if place not in examples or right[promise.stronger] is None:
            continue
        if not keeps(promise, examples[place], row):
            size += 1
            continue
        request, kept, stronger = examples[place].request, row[voices[-1]], row[promise.stronger]
        differs = (await compared(scorer, request, kept.text, stronger.text, kept.label)).harmed
        if right[voices[-1]] is None or differs is None:
            continue
        size += 1
        kept_ones = kept_ones.and_one(differs=differs)
        for name in (f"{key}={value}" for key, value in examples[place].slices.items()):
            slices[name] = slices.get(name, Calibrated()).and_one(differs=differs)
        if differs:
            does_harm = not right[voices[-1]] and bool(right[promise.stronger])
            harmed += does_harm
            harmless += not does_harm
            if not does_harm:
                pairs.append(Pair(request, kept.text, stronger.text, kept.label))
    correction = corrected(harmless, harmed, size, alpha) if size else UNKNOWN
    return Learned(correction, kept_ones, slices, tuple(pairs[:MOST_PAIRS]))


async def errors_of(judge: Scorer, pairs: Sequence[Pair], purse: Purse, budget: int) -> Calibrated:
    """In how many harmless differences a judge of pairs finds harm all the same, for as long as the budget lasts."""
    found = Calibrated()
    for start in range(0, len(pairs), _AT_ONCE):
        if not await purse.has(budget):
            break
        some = pairs[start : start + _AT_ONCE]
        asked = (compared(judge, pair.request, pair.kept, pair.stronger, pair.label) for pair in some)
        for told in await asyncio.gather(*asked):
            purse.pay(told.cost)
            if told.harmed is not None:
                found = found.and_one(differs=told.harmed)
    return found


def voices_of(promise: Promise) -> tuple[str, ...]:
    """The owned targets that it asks; the last one's answer is the one that is kept."""
    return promise.keeping.voices if promise.keeping is not None else (promise.single,)


def keeps(promise: Promise, example: Example, row: Row) -> bool:
    """Whether the promise would have kept the last voice's answer."""
    voices = voices_of(promise)
    answers = [row.get(voice) for voice in voices]
    if any(each is None or each.answer is None or not each.evidence.sound for each in answers):
        return False
    keeping = promise.keeping
    if keeping is None:
        return True
    heard = {voice: _heard(row[voice]) for voice in voices}
    known = measures(example.request, voices, heard, example.slices)
    rules = [(each.terms, each.intercept, each.threshold) for each in keeping.screens]
    rules.append((keeping.terms, keeping.intercept, keeping.threshold))
    return all(chance(terms, intercept, known) >= threshold for terms, intercept, threshold in rules)


def _heard(result: Result) -> Heard:
    return Heard(result.answer or Answer(), result.evidence.confidence, result.evidence.least)


def _right(result: Result | None, scorer: str) -> bool | None:
    scored = None if result is None else result.scores.get(scorer)
    return None if scored is None or scored.value is None else scored.value >= ENOUGH
