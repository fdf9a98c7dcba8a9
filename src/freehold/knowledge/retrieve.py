"""Finds what a question is answered from: by words and by meaning where both can be had, by words alone otherwise.

Rights and labels are the library's, within its queries. What is decided here is only how well is looked: the query's
own label decides whether an embedding target may see it, and that of the query with the passages found whether a
reranking target may see those; both are asked within the scope of the key that asks, and at its cost. Passages grow
when the best are chosen, so that all are judged as they are indexed.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import RequestError
from freehold.core.label import Label, join_all
from freehold.knowledge.grow import grown
from freehold.knowledge.model import Hit, Query

if TYPE_CHECKING:
    from freehold.knowledge.ports import Embedder, Library, Vectors

_LOG = logging.getLogger(__name__)

_REMEMBERED = 512
"""Vectors of queries that are kept; of 384 dimensions they take less than a megabyte."""
_LONGEST_REMEMBERED = 2_000
"""Characters; whoever searches by a whole page does not ask for it again."""
_PATIENCE = 10.0
"""Seconds to wait for the query's vector, and for a reranking; a model that is still being loaded takes one or two."""
_RERANKED = 50
"""Hits that are put before a reranker."""
_SPARE = 2
"""How many times as many hits are asked for as are wanted, so that enough are left without the duplicates."""


class Reranker(Protocol):
    """Judges passages anew, each together with the query."""

    async def __call__(
        self, query: str, passages: Sequence[str], *, label: Label, caller: Caller | None = None
    ) -> list[float]:
        """A score for each passage, higher for a better one. `label` is that of all texts together.

        `caller`: the key that is served, as for an `Embedder`. Raises `RequestError`.
        """
        ...


class Found(msgspec.Struct, frozen=True):
    """Hits, best first, and in a sentence each what could not be done to find them better."""

    hits: list[Hit]
    notes: tuple[str, ...] = ()


class Retriever:
    """Searches a library. For one event loop."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder | None = None,
        reranker: Reranker | None = None,
        *,
        patience: float = _PATIENCE,
    ) -> None:
        """`patience`: seconds to wait for each of the two models before going on without it."""
        self._library = library
        self._embedder = embedder
        self._reranker = reranker
        self._patience = patience
        self._vectors: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
        self._said: dict[str, tuple[str, ...]] = {}

    async def find(self, query: Query, label: Label, caller: Caller) -> list[Hit]:
        """The best passages; `label` is that of the query's text, `caller` whoever asks.

        What was left undone is logged when it changes for that key.
        """
        found = await self.look(query, label, caller)
        if found.notes != self._said.get(caller.key_id, ()):
            self._said[caller.key_id] = found.notes
            for note in found.notes:
                _LOG.warning("%s", note)
        return found.hits

    async def look(self, query: Query, label: Label, caller: Caller) -> Found:
        """As `find`, with what was left undone. Raises `RequestError` for what the library itself cannot do."""
        notes: list[str] = []
        vector = await self._vector(query.text, label, caller, notes)
        wanted = max(query.limit * _SPARE, _RERANKED if self._reranker else 0)
        wider = msgspec.structs.replace(query, limit=wanted)
        hits = distinct(await asyncio.to_thread(self._library.search, wider, vector))
        hits = await self._reranked(query.text, hits, label, caller, notes)
        return Found(await asyncio.to_thread(grown, self._library, hits[: query.limit]), tuple(notes))

    async def _vector(self, text: str, label: Label, caller: Caller, notes: list[str]) -> Vectors | None:
        """The query's vector in the space that is searched, or `None`, with a note, for a search by words alone."""
        embedder = self._embedder
        if embedder is None or not text.strip():
            return None
        space = await asyncio.to_thread(self._library.space)
        if space is None:
            return None
        if space != embedder.space:
            notes.append(f"searched by words alone: the passages' vectors are of {space}, the query's {embedder.space}")
            return None
        key = (space, text)
        if (known := self._vectors.get(key)) is not None:
            self._vectors.move_to_end(key)
            return known
        try:
            async with asyncio.timeout(self._patience):
                vector = await embedder([text], label=label, caller=caller)
        except (RequestError, TimeoutError) as error:
            notes.append(f"searched by words alone: {_why(error, 'embedding')}")
            return None
        self._remember(key, vector)
        return vector

    def _remember(self, key: tuple[str, str], vector: Vectors) -> None:
        if len(key[1]) <= _LONGEST_REMEMBERED:
            self._vectors[key] = vector
            if len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)

    async def _reranked(self, text: str, hits: list[Hit], label: Label, caller: Caller, notes: list[str]) -> list[Hit]:
        """The first hits in the reranker's order, the rest behind them; as they were, with a note, if it fails."""
        if self._reranker is None or len(hits) < 2:
            return hits
        judged, rest = hits[:_RERANKED], hits[_RERANKED:]
        together = label.join(join_all(hit.label for hit in judged))
        try:
            async with asyncio.timeout(self._patience):
                passages = [hit.text for hit in judged]
                scores = await self._reranker(text, passages, label=together, caller=caller)
        except (RequestError, TimeoutError) as error:
            notes.append(f"not reranked: {_why(error, 'reranking')}")
            return hits
        order = sorted(range(len(judged)), key=lambda place: -scores[place])
        return [*(msgspec.structs.replace(judged[place], score=scores[place]) for place in order), *rest]


def distinct(hits: Sequence[Hit]) -> list[Hit]:
    """The hits without those that say again what a better one says.

    That is the same words but for case and white space, or a span within a better hit's span of the same document.
    """
    kept: list[Hit] = []
    seen: set[bytes] = set()
    for hit in hits:
        words = hashlib.sha256(" ".join(hit.text.lower().split()).encode()).digest()
        if words not in seen and not any(_within(hit, better) for better in kept):
            seen.add(words)
            kept.append(hit)
    return kept


def _within(hit: Hit, better: Hit) -> bool:
    one, other = hit.place, better.place
    return one.document == other.document and other.start <= one.start and one.end <= other.end


def _why(error: RequestError | TimeoutError, what: str) -> str:
    return error.message if isinstance(error, RequestError) else f"the {what} target did not answer in time"
