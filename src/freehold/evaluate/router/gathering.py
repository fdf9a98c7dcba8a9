"""What a router is taught: examples that two runs of the same dataset have answers to, with the scores of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.core.request import Request
from freehold.evaluate.model import Example, Result
from freehold.evaluate.router.features import features, prompt
from freehold.evaluate.router.fit import MOST
from freehold.evaluate.router.space import Points, marked

Vectors = NDArray[np.float32]
"""Shape (texts, dimensions), each of length 1."""

_LEAST_OF_A_SLICE = 10
_MOST_SLICES = 200


class Outcome(msgspec.Struct, frozen=True):
    """What two subjects scored on one request, from 0 to 1."""

    request: Request
    weak: float
    strong: float
    slices: dict[str, str] = {}
    example: str = ""
    """Its id in a dataset; empty for one that was audited as it came."""


def paired(
    examples: Mapping[int, Example], weak: Iterable[Result], strong: Iterable[Result], scorer: str
) -> list[Outcome]:
    """The examples, by their places, that both runs have a score for; the last `MOST` of them.

    An answer that is refused or has failed counts for nothing: neither subject can be held against the other there.
    """
    theirs = {result.place: value for result in strong if (value := _score(result, scorer)) is not None}
    found = [
        Outcome(example.request, mine, theirs[result.place], example.slices, example.id)
        for result in weak
        if (mine := _score(result, scorer)) is not None
        and result.place in theirs
        and (example := examples.get(result.place)) is not None
    ]
    return found[-MOST:]


def slices_of(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The slices that enough of the examples belong to, most of them first, each ``KEY=VALUE``."""
    many = Counter(f"{key}={value}" for outcome in outcomes for key, value in outcome.slices.items())
    return tuple(name for name, count in many.most_common(_MOST_SLICES) if _LEAST_OF_A_SLICE <= count < len(outcomes))


def points_of(
    requests: Sequence[Request], meaning: Vectors | None, stated: Sequence[dict[str, str]], slices: Sequence[str]
) -> Points:
    """Requests as figures; `meaning` holds a vector of each, `stated` the slices that each says it belongs to."""
    form = np.array([features(prompt(request)) for request in requests], dtype=np.float32)
    vectors = np.zeros((len(requests), 0)) if meaning is None else np.asarray(meaning, dtype=np.float32)
    # In the precision in which it is kept, so that a router is the same before it is written and after.
    return Points(vectors.astype(float), form.astype(float), marked(stated, slices))


def _score(result: Result, scorer: str) -> float | None:
    scored = result.scores.get(scorer)
    return scored.value if scored is not None and result.state == "answered" else None
