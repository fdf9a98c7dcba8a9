"""Judges passages anew, by asking a target that speaks ``/v1/rerank`` through the house's own pipeline."""

from __future__ import annotations

import math
from collections.abc import Sequence

from freehold.core.caller import Caller
from freehold.core.errors import UpstreamFailed
from freehold.core.label import Label
from freehold.core.ports import Handler
from freehold.core.request import RerankRequest
from freehold.core.target import Target
from freehold.knowledge.asking import ask, asker

_LONGEST = 4_000
"""Characters of a passage that are judged. Such models read some hundred words, query included."""


class TargetReranker:
    """Reranks by one target. A `knowledge.retrieve.Reranker`."""

    def __init__(self, handler: Handler, target: Target) -> None:
        self._handler = handler
        self._target = target
        self._name = target.name

    async def __call__(
        self, query: str, passages: Sequence[str], *, label: Label, caller: Caller | None = None
    ) -> list[float]:
        """A score for each passage, in their order.

        `label` is that of the query and all passages together, `caller` who is served.

        Raises `RequestError`: `LabelForbidden` where the target may not see the label, `Forbidden` where it is not
        owned and the key may not ask it, `UpstreamFailed` where it does not answer, or leaves a passage without a
        finite score.
        """
        request = RerankRequest(self._name, query, tuple(passage[:_LONGEST] for passage in passages))
        answer = await ask(self._handler, request, label, asker(self._target, caller))
        scores = {ranked.index: ranked.score for ranked in answer.ranking or ()}
        if scores.keys() != set(range(len(passages))) or not all(map(math.isfinite, scores.values())):
            raise UpstreamFailed(f"{self._name} did not score every passage; choose another reranking target")
        return [scores[place] for place in range(len(passages))]
