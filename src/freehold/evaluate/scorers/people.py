"""What people said of the answer: the thumbs, scores and outcomes that the ledger has for its request."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from freehold.core.errors import BadRequest, RequestError
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around, Opinions
from freehold.evaluate.scorers.settings import none


def people(settings: str, around: Around) -> People:
    """``people``: the mean of what was said of the answer, by a thumb (0 or 1) or a score; a key counts once."""
    none("people", settings)
    if around.opinions is None:
        raise BadRequest("the scorer people needs the ledger, which is not at hand here", param="scorers")
    return People(around.opinions)


class People:
    """Reads what was said each time: opinions come in later than answers, so a score is not for ever."""

    name = "people"
    gates = True
    free = True

    def __init__(self, opinions: Opinions) -> None:
        self._opinions = opinions
        # Each time it is asked for it is another version, so that no score of before is taken for what is said by now.
        self.version = f"people@1:{time.time_ns()}"

    async def __call__(self, example: Example, result: Result) -> Scored:  # noqa: ARG002  as all scorers
        """The mean; `None` where nobody has said anything of it."""
        if not result.exchange:
            return Scored(None, "the answer has no request in the ledger")
        try:
            said = await self._opinions(result.exchange)
        except RequestError as error:
            return Scored(None, f"the ledger cannot be read: {error.message}")
        return mean(said)


def mean(said: Sequence[Mapping[str, Any]]) -> Scored:
    """Of what keys said: a score where there is one, else the thumb; an outcome or a comment counts for nothing."""
    values = [value for each in said if (value := _value(each)) is not None]
    if not values:
        return Scored(None, "nobody has said what the answer is worth")
    return Scored(sum(values) / len(values), detail={"voices": float(len(values))})


def _value(said: Mapping[str, Any]) -> float | None:
    if said.get("score") is not None:
        return min(1.0, max(0.0, float(said["score"])))
    return None if said.get("thumb") is None else float(said["thumb"] > 0)
