"""What a query ranks, in memory: one row a chunk, made from the database and kept in step with it.

A `View` is never changed, so that a query may read one while the next is made. The database's journal says which
documents changed since; only those are read again. A row whose chunk is gone keeps its number and has no audience.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.knowledge.library.sqlite_audiences import NOBODY, Audience, audiences_after
from freehold.knowledge.model import Query
from freehold.knowledge.rank.bm25 import Mask, Segment

_DEAD = 1000
"""Up to so many rows without a chunk, and up to a third of all, a view is kept in step; then it is made anew."""

_SEGMENTS = 6
"""How many parts the inverted index may have before small ones are joined."""


class Space(msgspec.Struct, frozen=True):
    """The embedding that searches use now."""

    number: int
    id: str
    dimensions: int


class View(msgspec.Struct, frozen=True):
    """Arrays of one entry a row, and the index over them. `generation`: of the database it was made from."""

    generation: int
    journal: int
    assigned: int
    """The last assignment of a vector that is in `rows_of_places`."""
    space: Space | None
    audiences: dict[int, Audience]
    chunks: NDArray[np.int64]
    """The chunk's id, ascending."""
    documents: NDArray[np.int64]
    audience_of: NDArray[np.int32]
    likenesses: NDArray[np.int64]
    lengths: NDArray[np.int32]
    segments: tuple[Segment, ...]
    rows_of_places: NDArray[np.int32]
    """For each row of the matrix of vectors, the row of this view; -1: none."""

    def allowed(self, query: Query, documents: Sequence[int] | None) -> Mask:
        """Which rows take part in a query (shape ``(rows,)``): its rights, labels and collections, as one condition."""
        admitted = np.zeros(max(self.audiences, default=NOBODY) + 1, np.bool_)
        for number, audience in self.audiences.items():
            admitted[number] = audience.is_for(query)
        mask: Mask = admitted[self.audience_of]
        if documents is not None:
            mask &= np.isin(self.documents, np.asarray(documents, np.int64))
        return mask

    def collection_of(self, row: int) -> str:
        return self.audiences[int(self.audience_of[row])].collection


EMPTY = View(
    -1, 0, 0, None, {},
    np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int32),
    (), np.empty(0, np.int32),
)  # fmt: skip


def renew(view: View, connection: sqlite3.Connection) -> View:
    """The view of what this connection sees now; the one given, if nothing has changed."""
    generation = int(connection.execute("SELECT generation FROM state").fetchone()[0])
    if generation == view.generation:
        return view
    dead = int(np.count_nonzero(view.audience_of == NOBODY))
    first = connection.execute("SELECT min(seq) FROM journal").fetchone()[0]
    if (first is not None and first > view.journal + 1) or dead > max(_DEAD, len(view.chunks) // 3):
        view = EMPTY
    changes = connection.execute(
        "SELECT seq, document FROM journal WHERE seq > ? ORDER BY seq", (view.journal,)
    ).fetchall()
    if view is not EMPTY:
        view = _reassigned(view, connection, {row["document"] for row in changes})
    view = _with_new_chunks(view, connection)
    view = _with_vectors(view, connection)
    return msgspec.structs.replace(
        view,
        generation=generation,
        journal=changes[-1]["seq"] if changes else view.journal,
        audiences=view.audiences | audiences_after(connection, max(view.audiences, default=NOBODY)),
    )


def _reassigned(view: View, connection: sqlite3.Connection, documents: Iterable[int]) -> View:
    """With the audiences that the changed documents have now; of their rows, those whose chunk is gone have none."""
    audience_of = view.audience_of.copy()
    for document in documents:
        rows = np.flatnonzero(view.documents == document)
        if not len(rows):
            continue
        found = connection.execute("SELECT audience FROM document WHERE number = ?", (document,)).fetchone()
        kept = [row[0] for row in connection.execute("SELECT id FROM chunk WHERE document = ?", (document,))]
        here = np.isin(view.chunks[rows], np.asarray(kept, np.int64))
        audience_of[rows] = np.where(here, found["audience"] if found else NOBODY, NOBODY)
    return msgspec.structs.replace(view, audience_of=audience_of)


def _with_new_chunks(view: View, connection: sqlite3.Connection) -> View:
    last = int(view.chunks[-1]) if len(view.chunks) else 0
    cursor = connection.execute(
        "SELECT c.id, c.document, d.audience, c.likeness, c.bag FROM chunk c JOIN document d ON d.number = c.document "
        "WHERE c.id > ? ORDER BY c.id",
        (last,),
    )
    cursor.row_factory = None
    found = cursor.fetchall()
    if not found:
        return view
    ids, documents, audiences, likenesses, bags = zip(*found, strict=True)
    segment = Segment.of(len(view.chunks), bags)
    lengths = np.bincount(segment.rows - segment.first, segment.counts, len(bags)).astype(np.int32)
    return msgspec.structs.replace(
        view,
        chunks=np.append(view.chunks, np.asarray(ids, np.int64)),
        documents=np.append(view.documents, np.asarray(documents, np.int64)),
        audience_of=np.append(view.audience_of, np.asarray(audiences, np.int32)),
        likenesses=np.append(view.likenesses, np.asarray(likenesses, np.int64)),
        lengths=np.append(view.lengths, lengths),
        segments=_joined((*view.segments, segment)),
    )


def _joined(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """With few parts: from the end, a part is joined to the one before it while that is not much larger."""
    parts = list(segments)
    while len(parts) > 1 and (len(parts) > _SEGMENTS or len(parts[-2]) < 4 * len(parts[-1])):
        last = parts.pop()
        parts[-1] = parts[-1].join(last)
    return tuple(parts)


def _with_vectors(view: View, connection: sqlite3.Connection) -> View:
    row = connection.execute("SELECT number, id, dimensions FROM space WHERE active").fetchone()
    space = Space(row["number"], row["id"], row["dimensions"]) if row else None
    if space != view.space:
        view = msgspec.structs.replace(view, space=space, assigned=0, rows_of_places=np.empty(0, np.int32))
    if space is None:
        return view
    cursor = connection.execute(
        "SELECT seq, chunk, place FROM vector WHERE space = ? AND seq > ? ORDER BY seq", (space.number, view.assigned)
    )
    cursor.row_factory = None
    found = cursor.fetchall()
    if not found:
        return view
    seqs, chunks, places = zip(*found, strict=True)
    rows_of_places = np.full(max(len(view.rows_of_places), max(places) + 1), -1, np.int32)
    rows_of_places[: len(view.rows_of_places)] = view.rows_of_places
    rows = np.searchsorted(view.chunks, np.asarray(chunks, np.int64)).astype(np.int32)
    rows_of_places[np.isin(rows_of_places, rows)] = -1  # The places of vectors that these replace.
    rows_of_places[np.asarray(places)] = rows
    return msgspec.structs.replace(view, assigned=seqs[-1], rows_of_places=rows_of_places)
