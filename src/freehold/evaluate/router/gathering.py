"""What a router is taught: examples that two runs of the same dataset have answers to, with the scores of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.core.request import Request
from freehold.evaluate.model import Example, Result
from freehold.evaluate.router.features import features, prompt
from freehold.evaluate.router.fit import MOST, Evidence
from freehold.evaluate.router.space import Points, marked
from freehold.evaluate.statistics.interval import Floats

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
    exchange: str = ""
    """The request of the ledger that it was taken from; empty where it was not."""

    @property
    def origin(self) -> Origin:
        """Where it comes from."""
        return Origin(self.example, self.exchange)


class Origin(NamedTuple):
    """Where a prompt that a router was taught comes from, so that it can be left out, or forgotten."""

    example: str = ""
    exchange: str = ""


def paired(
    examples: Mapping[int, Example], weak: Iterable[Result], strong: Iterable[Result], scorer: str
) -> list[Outcome]:
    """The examples, by their places, that both runs have a score for; the last `MOST` of them.

    An answer that is refused or has failed counts for nothing: neither subject can be held against the other there.
    """
    theirs = {result.place: value for result in strong if (value := _score(result, scorer)) is not None}
    found = [
        Outcome(example.request, mine, theirs[result.place], example.slices, example.id, example.exchange or "")
        for result in weak
        if (mine := _score(result, scorer)) is not None
        and result.place in theirs
        and (example := examples.get(result.place)) is not None
    ]
    return found[-MOST:]


def scores_of(outcomes: Sequence[Outcome]) -> Floats:
    """What both subjects scored on each, in the precision in which it is kept; shape (outcomes, 2)."""
    pairs = [(outcome.weak, outcome.strong) for outcome in outcomes]
    return np.array(pairs, dtype=np.float32).reshape(-1, 2).astype(float)


def worth(outcomes: Sequence[Outcome]) -> Evidence:
    """The outcomes by their scores alone, which is enough to see whether anything can be learned from them."""
    nothing, scores = np.zeros((len(outcomes), 0)), scores_of(outcomes)
    return Evidence(Points(nothing, nothing, nothing), scores[:, 0], scores[:, 1])


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
