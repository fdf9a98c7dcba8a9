"""What this wing is built against: a place that keeps documents and finds chunks, and something that embeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from freehold.core.caller import Caller
from freehold.core.label import Label
from freehold.knowledge.model import Collection, Document, Hit, NewDocument, Query, Reader, Surroundings, Weights

Vectors = NDArray[np.float32]
"""Shape ``(texts, dimensions)``; each row has length 1."""


class Library(Protocol):
    """Documents, their chunks and both indexes, in one database. Synchronous and safe to call from several threads.

    Every change is one transaction: it is seen whole by the next query of any process, or not at all. Raises
    `Unavailable` when the database cannot be reached, `NotFound` for an id that is not there.

    Removal is physical: the text, its index entries and its vectors are rows that are deleted, not marked. What becomes
    of their bytes is the store's own. SQLite overwrites them before the call returns; in its log, while another query
    still reads that, at the next removal or the last `close`. PostgreSQL overwrites nothing: no statement reaches the
    bytes any more, and they stand in unused parts of its files until the room is used again. It is reclaimed soon
    after the call, or, for an earlier version of a document, when the server's autovacuum comes by.
    """

    def put(self, new: NewDocument) -> Document:
        """Keep a content. A document of that collection and name gets it as its next version and keeps its id.

        The label and groups that it is to keep are those it has within this very transaction, so that none that were
        changed by another process meanwhile are lost.
        """
        ...

    def remove(self, documents: Sequence[str]) -> int:
        """Remove documents with all their versions; returns how many there were."""
        ...

    def relabel(self, document: str, *, label: Label | None = None, groups: frozenset[str] | None = None) -> Document:
        """Change who and what may see a document; `None` leaves as it is."""
        ...

    def document(self, document: str) -> Document: ...

    def named(self, collection: str, name: str) -> Document | None: ...

    def documents(self, collection: str | None, reader: Reader, *, after: str = "", limit: int = 100) -> list[Document]:
        """What the reader may read, ordered by collection and name; `after` is the last id of the page before."""
        ...

    def digests(self, collection: str) -> dict[str, tuple[str, str]]:
        """Every document of a collection as ``name: (id, digest)``."""
        ...

    def text(self, document: str) -> str:
        """The extracted text of the document's present version."""
        ...

    def around(self, document: str, version: int, start: int, end: int) -> Surroundings | None:
        """The chunks that begin in ``start..end``, and the last that begins before that, with the text they span.

        `None` where that version is no longer there, or no chunk is. Rights are not asked: this is for what a search
        has just returned. The work grows with what is returned, as far as the database can reach into a long text.
        """
        ...

    def collections(self) -> list[Collection]:
        """All collections by name, with what they hold counted, which takes time in proportion to it."""
        ...

    def settings(self) -> list[Collection]:
        """All collections by name with their settings alone, at once; their counts are 0."""
        ...

    def save_collection(self, collection: Collection) -> None:
        """Make a collection or change its settings; counts are ignored."""
        ...

    def remove_collection(self, name: str) -> int:
        """Remove a collection with all its documents; returns how many there were."""
        ...

    def labels(self, collections: Sequence[str], reader: Reader) -> frozenset[Label]:
        """The labels of the documents that the reader may read there."""
        ...

    def search(
        self, query: Query, vector: Vectors | None, *, weights: Weights | None = None, depth: int = 200
    ) -> list[Hit]:
        """The best chunks by words and, where `vector` (shape ``(1, dimensions)``) is given, by meaning, fused.

        `weights`: in place of the collections' own. `depth`: how many of each ranking take part. Equal passages are
        found once. Rights and labels are part of both rankings' queries.
        """
        ...

    def space(self) -> str | None:
        """The id of the embedding that searches use now; `None` before there is one."""
        ...

    def unembedded(
        self, space: str, limit: int, *, without: frozenset[Label] = frozenset()
    ) -> list[tuple[int, str, Label]]:
        """Chunks without a vector in that space, as ``(chunk, context and text, the document's label)``.

        Collections take turns, and within each the documents with the fewest chunks come first; one of very many
        chunks (`library.turns.LONG`) waits for all that are shorter.

        `without`: labels of documents to pass over, which the embedding target may not see.
        """
        ...

    def embed(self, space: str, chunks: Sequence[int], vectors: Vectors) -> None:
        """Keep vectors; a chunk that is gone by now is passed over. A space becomes known with its first vectors."""
        ...

    def use_space(self, space: str) -> None:
        """Search by this space from now on, and remove the vectors of every other."""
        ...

    def close(self) -> None: ...


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def space(self) -> str:
        """What the vectors can be compared within: the model and, where known, the hash of its weights."""
        ...

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> Vectors:
        """Embed. `label` is the texts' own: they go only to a target that may see it. Raises `RequestError`.

        `caller`: the key that is served, at whose cost and within whose scope it is done; `None` for the wing's own
        work, which is on documents.
        """
        ...
