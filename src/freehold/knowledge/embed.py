"""Turns texts into vectors, by asking an embedding target through the house's own pipeline.

The pipeline decides whether the target may see the texts, keeps the record and counts the cost; this module cuts work
into requests, checks what comes back and makes every vector one of length 1.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, TooLarge, UpstreamFailed
from freehold.core.label import Label
from freehold.core.ports import Handler
from freehold.core.request import EmbeddingRequest
from freehold.core.target import Target
from freehold.knowledge.asking import ask, asker

if TYPE_CHECKING:
    from freehold.knowledge.ports import Vectors

_LOG = logging.getLogger(__name__)

_SHORTEN = 0.7
"""What is left of a text that was too long, each time it is tried again."""
_SHORTEST = 32
"""Characters; a text that is refused at this length is refused for another reason."""


class Pace(msgspec.Struct, frozen=True):
    """How texts are handed over: so many in a request, so many requests at once, no more characters of a text."""

    batch: int
    parallel: int
    characters: int


LOCAL = Pace(batch=6, parallel=1, characters=4_000)
"""For a model of this machine. A query waits for the texts before it, so there must not be many: with 16 of them it
took half as long again as with 6."""
REMOTE = Pace(batch=64, parallel=4, characters=32_000)
"""For a model elsewhere, where the way there costs more than the work."""


class TargetEmbedder:
    """Embeds by one target. A `knowledge.ports.Embedder`.

        embedder = TargetEmbedder(handler, target, weights=minilm.WEIGHTS_SHA256)
        vectors = await embedder(["When does the office close?"], label=label)

    A text that is too long for the model is embedded by its beginning.
    """

    def __init__(
        self, handler: Handler, target: Target, *, weights: str | None = None, pace: Pace | None = None
    ) -> None:
        """`weights`: the SHA-256 of the model's weights, where it is known; `pace`: by where the target is."""
        self._handler = handler
        self._target = target
        self._name = target.name
        self._pace = pace or (LOCAL if target.engine is not None else REMOTE)
        self._space = f"{target.name}/{target.model}" + (f"@{weights[:12]}" if weights else "")
        self._dimensions: int | None = None
        self.shortened = 0
        """Texts that were too long for the model, so far."""

    @property
    def space(self) -> str:
        """What the vectors can be compared within: the target, its model and the hash of its weights."""
        return self._space

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> Vectors:
        """Vectors of length 1, shape ``(texts, dimensions)``; `label` is the texts' own, `caller` who is served.

        Raises `RequestError`: `LabelForbidden` where the target may not see the label, `Forbidden` where it is not
        owned and the key may not ask it, `UpstreamFailed` where it does not answer or not with one proper vector a
        text.
        """
        import numpy as np  # noqa: PLC0415  # a start must not pay for it

        if not texts:
            return np.zeros((0, self._dimensions or 0), np.float32)
        by = asker(self._target, caller)
        batches = list(_batched((text[: self._pace.characters] for text in texts), self._pace.batch))
        places = asyncio.Semaphore(self._pace.parallel)

        async def embed(batch: Sequence[str]) -> list[Vectors]:
            async with places:
                return await self._embed(batch, label, by)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(embed(batch)) for batch in batches]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        vectors: Vectors = np.concatenate([part for task in tasks for part in task.result()])
        self._dimensions = vectors.shape[1]
        return vectors

    async def _embed(self, texts: Sequence[str], label: Label, by: Caller) -> list[Vectors]:
        """The vectors of one request, in order; of several where the target refuses one text of them as too long."""
        try:
            return [await self._ask(texts, label, by)]
        except (BadRequest, TooLarge) as refusal:
            if refusal.param == "model" or (len(texts) == 1 and len(texts[0]) <= _SHORTEST):
                raise
        if len(texts) == 1:
            return await self._shortened(texts[0], label, by)
        middle = len(texts) // 2
        return [*await self._embed(texts[:middle], label, by), *await self._embed(texts[middle:], label, by)]

    async def _shortened(self, text: str, label: Label, by: Caller) -> list[Vectors]:
        self.shortened += 1
        _LOG.debug("a text of %d characters is too long for %s; its beginning is embedded", len(text), self._name)
        while True:
            text = text[: max(_SHORTEST, int(len(text) * _SHORTEN))]
            try:
                return [await self._ask([text], label, by)]
            except (BadRequest, TooLarge):
                if len(text) <= _SHORTEST:
                    raise

    async def _ask(self, texts: Sequence[str], label: Label, by: Caller) -> Vectors:
        answer = await ask(self._handler, EmbeddingRequest(self._name, tuple(texts)), label, by)
        return self._checked(answer.vectors or (), len(texts))

    def _checked(self, given: Sequence[Sequence[float]], wanted: int) -> Vectors:
        import numpy as np  # noqa: PLC0415  # as above

        if len(given) != wanted:
            raise self._improper(f"{len(given)} vectors for {wanted} texts")
        dimensions = self._dimensions or len(given[0])
        if any(len(vector) != dimensions for vector in given):
            raise self._improper(f"vectors of other lengths than the {dimensions} dimensions it had before")
        vectors = np.asarray(given, dtype=np.float64)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and (lengths > 0).all()):
            raise self._improper("a vector that is zero or not of finite numbers")
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _improper(self, what: str) -> UpstreamFailed:
        return UpstreamFailed(f"{self._name} answered with {what}; choose another embedding target")


def _batched(texts: Iterable[str], size: int) -> Iterable[tuple[str, ...]]:
    texts = iter(texts)
    while batch := tuple(islice(texts, size)):
        yield batch
