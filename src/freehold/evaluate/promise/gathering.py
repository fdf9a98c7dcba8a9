"""From the results of runs, one of each voice and one of the stronger target, to outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from freehold.core.errors import BadRequest, LabelForbidden
from freehold.core.event import Answer
from freehold.evaluate.model import CLUSTER, Example, Result
from freehold.evaluate.promise.table import Outcomes, columns
from freehold.policy.keeping import Heard, measures

RIGHT = 1.0
"""The score of an answer that is right, where a scorer knows only right and wrong."""
_A_DOLLAR = 1e9
_NAMED = 8
"""Slices that are named where another was asked for."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Outcomes, and why other questions have none."""

    outcomes: Outcomes
    left_out: dict[str, int]
    """How many, by the reason in words."""


def gather(
    examples: Mapping[int, Example],
    results: Mapping[str, Mapping[int, Result]],
    voices: Sequence[str],
    stronger: str,
    scorer: str,
    slices: Sequence[str] = (),
    forecasts: Mapping[int, float | None] | None = None,
    right_at: float | None = None,
) -> Gathered:
    """The outcomes of every question that can be judged; examples and results by their places in the dataset.

    Left out is a question that the stronger target did not answer or whose answers were not scored, and all but the
    first of a cluster: the bound is of questions that are independent of one another. A voice that
    failed, refused or gave an answer of faulty form is not right there, and nothing is kept. `slices`: which of the
    examples' may be weighed; callers have to name them as metadata. `forecasts`: what a router expected of each
    question, by its place; `None` where none is weighed. `right_at`: the least score of an answer that is right.

    Raises:
        BadRequest: no question is left, none has a slice that is to be weighed, or scores lie between right and wrong
            and nobody has said where right begins.
    """
    check_slices(examples.values(), slices)
    asked = [place for place in sorted(examples) if all(place in results[name] for name in (*voices, stronger))]
    every = {place: {name: results[name][place] for name in (*voices, stronger)} for place in asked}
    why = {place: _why_unknown(row, stronger, scorer) for place, row in every.items()}
    why |= _counted_already({place: examples[place] for place in asked if not why[place]})
    known = [place for place in asked if not why[place]]
    if not known:
        raise BadRequest(
            f"{stronger} answered, and {scorer} scored, none of the {len(examples)} questions that were asked"
            f"{_why_not([results[stronger][place] for place in asked])}; look at the runs",
            param="data",
        )
    rows = [every[place] for place in known]
    least = RIGHT if right_at is None else right_at
    if right_at is None:
        _check_graded(rows, scorer)
    sure = {voice for voice in voices if any(row[voice].evidence.confidence is not None for row in rows)}
    usable = np.array([all(_is_usable(row[voice], sure=voice in sure) for voice in voices) for row in rows])
    found = [
        {**_measured(examples[place], row, voices, slices), **_foreseen(forecasts, place)} if fit else {}
        for place, row, fit in zip(known, rows, usable, strict=True)
    ]
    outcomes = Outcomes(
        tuple(voices),
        stronger,
        {name: np.array([_is_right(row[name], scorer, least) for row in rows]) for name in (*voices, stronger)},
        columns(found),
        usable,
        {name: np.array([row[name].spent / _A_DOLLAR for row in rows]) for name in (*voices, stronger)},
    )
    left_out = Counter(each for each in why.values() if each)
    left_out["not asked of every target"] = len(examples) - len(asked)
    return Gathered(outcomes, {each: count for each, count in left_out.most_common() if count})


def check_slices(examples: Iterable[Example], slices: Sequence[str]) -> None:
    """Raises `BadRequest` where one of the slices is of none of the examples, naming those there are."""
    if not slices:
        return
    there = {key for example in examples for key in example.slices}
    if unknown := [key for key in slices if key not in there]:
        named = ", ".join(repr(key[:80]) for key in sorted(there)[:_NAMED])
        more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
        has = f"they have {named}{more}" if there else "they have none"
        raise BadRequest(f"no question has a slice {unknown[0][:80]!r}; {has}", param="slices")


def _why_not(results: Sequence[Result]) -> str:
    """The commonest word of what was refused or failed, with how often; empty where nothing was."""
    words = Counter(result.error for result in results if result.state != "answered" and result.error)
    return "".join(f" ({count} not answered: {word})" for word, count in words.most_common(1))


def _foreseen(forecasts: Mapping[int, float | None] | None, place: int) -> Mapping[str, float | None]:
    return {} if forecasts is None else {"forecast": forecasts.get(place)}


def _why_unknown(row: Mapping[str, Result], stronger: str, scorer: str) -> str:
    """Why a question cannot be judged; empty where it can."""
    if row[stronger].code == LabelForbidden.code:
        return "refused by label"
    if row[stronger].state != "answered" or any(result.state == "skipped" for result in row.values()):
        return "not answered"
    scored = all(_value(result, scorer) is not None for result in row.values() if result.state == "answered")
    return "" if scored else "not scored"


def _counted_already(known: Mapping[int, Example]) -> dict[int, str]:
    """The questions whose cluster an earlier one stands for, with that as the reason."""
    seen: set[str] = set()
    found = {}
    for place, example in known.items():
        cluster = example.slices.get(CLUSTER)
        if cluster is not None and cluster in seen:
            found[place] = "of a cluster that counts once"
        elif cluster is not None:
            seen.add(cluster)
    return found


def _is_usable(result: Result, *, sure: bool) -> bool:
    """`sure`: its target gives token probabilities, so that an answer without them is never kept."""
    known = result.evidence.confidence is not None or not sure
    return result.state == "answered" and result.answer is not None and result.evidence.sound and known


def _is_right(result: Result, scorer: str, least: float) -> bool:
    value = _value(result, scorer)
    return result.state == "answered" and value is not None and value >= least


def _check_graded(rows: Sequence[Mapping[str, Result]], scorer: str) -> None:
    values = (_value(result, scorer) for row in rows for result in row.values())
    graded = next((value for value in values if value is not None and 0 < value < RIGHT), None)
    if graded is not None:
        raise BadRequest(
            f"{scorer} gives scores between wrong and right, such as {graded:.3g}; say from which on one is right,"
            " as in --right-at 0.9",
            param="right_at",
        )


def _value(result: Result, scorer: str) -> float | None:
    scored = result.scores.get(scorer)
    return None if scored is None else scored.value


def _measured(
    example: Example, row: Mapping[str, Result], voices: Sequence[str], slices: Sequence[str]
) -> Mapping[str, float | None]:
    heard = {
        voice: Heard(row[voice].answer or Answer(), row[voice].evidence.confidence, row[voice].evidence.least)
        for voice in voices
    }
    return measures(
        example.request, voices, heard, {key: example.slices[key] for key in slices if key in example.slices}
    )
