"""Results as a document, to be taken elsewhere and brought from there: ``freehold-results/1``.

A result made elsewhere says of which example it is, by the example's id or by its place in the dataset, and what became
of it; all else may be left out. Money is in US dollars, times are in milliseconds, scores are from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from freehold.core.errors import BadRequest
from freehold.core.event import Answer, Choice
from freehold.core.money import Nanodollars, dollars, from_dollars
from freehold.evaluate.model import Evidence, Result, Run, Scored
from freehold.evaluate.runs.rows import Score

FORMAT = "freehold-results/1"
"""The number grows when a field changes what it means or goes; new fields do not change it."""
ELSEWHERE = "elsewhere"
"""The version of a score that no scorer of this house gave: asked for here, it is given anew."""
MOST = 200_000
"""Results of one document."""
_MOST_FIGURE = 2**53


class GivenScore(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a scorer said: `value` from 0, worthless, to 1, right; `None` where it could not tell."""

    value: float | None
    reason: str = ""
    detail: dict[str, float] = {}


class GivenResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one example."""

    example: str = ""
    """Its id in the dataset; or else its `place` tells which it is."""
    place: int | None = None
    state: Literal["answered", "refused", "failed"] = "answered"
    text: str = ""
    target: str = ""
    cost_usd: str = "0"
    input_tokens: int = 0
    output_tokens: int = 0
    first_ms: float | None = None
    total_ms: float | None = None
    confidence: float | None = None
    """The geometric mean of the probabilities of its tokens."""
    least: float | None = None
    """The least of them."""
    error: str = ""
    scores: dict[str, GivenScore] = {}


class Document(msgspec.Struct, frozen=True):
    """Results of one subject for one dataset."""

    dataset: str
    """Its id, or its name."""
    subject: str
    results: tuple[GivenResult, ...]
    format: str = FORMAT
    note: str = ""
    """Where they come from."""


def document(run: Run, results: Iterable[Result]) -> Document:
    """The results of a run, as they may be brought to another Freehold."""
    return Document(run.dataset, run.subject, tuple(_given(each) for each in results), note=run.note)


def brought(
    given: Document, places: Mapping[str, int], names: Mapping[int, str]
) -> list[tuple[Result, dict[str, Score]]]:
    """The results of a document. `places` are those of examples by their ids, `names` their ids by place.

    Raises:
        BadRequest: another format, too many, an example that the dataset has not or that is there twice, or a figure
            that cannot be.
    """
    if given.format != FORMAT:
        raise BadRequest(f"the format is {given.format[:40]!r}, and {FORMAT} is read here", param="format")
    if len(given.results) > MOST:
        raise BadRequest(f"at most {MOST} results are taken at once", param="results")
    found: dict[int, tuple[Result, dict[str, Score]]] = {}
    for number, each in enumerate(given.results):
        place = places.get(each.example, -1) if each.example else -1 if each.place is None else each.place
        if place not in names:
            raise BadRequest(f"results[{number}] is of no example of the dataset", param=f"results[{number}]")
        if place in found:
            raise BadRequest(f"results[{number}] is of an example that has one already", param=f"results[{number}]")
        found[place] = _brought(each, place, names[place], f"results[{number}]")
    return [found[place] for place in sorted(found)]


def _given(result: Result) -> GivenResult:
    return GivenResult(
        example=result.example,
        place=result.place,
        state="failed" if result.state == "skipped" else result.state,
        text=result.text,
        target=result.target,
        cost_usd=dollars(result.spent),
        input_tokens=result.input_tokens,
        output_tokens=result.output_tokens,
        first_ms=result.first_ms,
        total_ms=result.total_ms,
        confidence=result.evidence.confidence,
        least=result.evidence.least,
        error=result.error,
        scores={name: GivenScore(each.value, each.reason, each.detail) for name, each in result.scores.items()},
    )


def _brought(given: GivenResult, place: int, example: str, where: str) -> tuple[Result, dict[str, Score]]:
    try:
        cost = from_dollars(given.cost_usd)
    except ValueError as error:
        raise BadRequest(f"{where}.cost_usd: {error}", param=f"{where}.cost_usd") from None
    if wrong := _impossible(given, cost):
        raise BadRequest(f"{where}.{wrong} is a figure that cannot be", param=f"{where}.{wrong}")
    for name, score in given.scores.items():
        if score.value is not None and not 0 <= score.value <= 1:
            raise BadRequest(f"{where}: the score by {name[:40]!r} is not from 0 to 1", param=f"{where}.scores")
    answered = given.state == "answered"
    result = Result(
        place=place,
        example=example,
        state=given.state,
        text=given.text if answered else "",
        answer=Answer(choices=[Choice(text=given.text, finish="stop", order=["text"])]) if answered else None,
        evidence=Evidence(given.confidence, given.least),
        target=given.target,
        saved=cost,
        input_tokens=given.input_tokens,
        output_tokens=given.output_tokens,
        first_ms=given.first_ms,
        total_ms=given.total_ms,
        error=given.error,
    )
    scores = {
        name: Score(ELSEWHERE, Scored(each.value, each.reason, detail=each.detail))
        for name, each in given.scores.items()
    }
    return result, scores


def _impossible(given: GivenResult, cost: Nanodollars) -> str:
    """The name of a figure that no answer can have; empty where there is none."""
    if cost < 0:
        return "cost_usd"
    for name in ("input_tokens", "output_tokens", "first_ms", "total_ms"):
        if not 0 <= (getattr(given, name) or 0) <= _MOST_FIGURE:
            return name
    return next((name for name in ("confidence", "least") if not 0 <= (getattr(given, name) or 0) <= 1), "")
