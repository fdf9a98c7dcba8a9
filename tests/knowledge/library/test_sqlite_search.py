"""A query over a view: exact search, whichever way the vectors are compared."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from freehold.knowledge.library import sqlite_search
from freehold.knowledge.library.sqlite import SqliteLibrary
from support.libraries import SPACE, asks, new_document


@pytest.mark.parametrize("sparse", [0.0, 1.1], ids=["all compared", "gathered"])
def test_the_nearest_of_those_allowed_are_found_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sparse: float
) -> None:
    monkeypatch.setattr(sqlite_search, "_SPARSE", sparse)
    vectors = np.random.default_rng(3).normal(size=(120, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with closing(SqliteLibrary(tmp_path)) as library:
        for number in range(6):
            groups = ["hr"] if number % 2 else []
            library.put(new_document(str(number), *(f"{number} {each}" for each in range(20)), groups=groups))
        chunks = [chunk for chunk, _, _ in library.unembedded(SPACE, 1000)]
        library.embed(SPACE, chunks, vectors)
        library.use_space(SPACE)
        cosines = vectors @ vectors[0]
        open_rows = [row for row in range(120) if row // 20 % 2 == 0]
        for groups, rows in (([], open_rows), (["hr"], range(120))):
            nearest = sorted(rows, key=lambda row: -cosines[row])[:15]
            hits = library.search(asks("", groups=groups, limit=15), vectors[:1])
            assert [hit.text for hit in hits] == [f"{row // 20} {row % 20}" for row in nearest]
            assert [hit.dense_rank for hit in hits] == list(range(1, 16))


def test_rows_whose_vectors_are_not_there_are_left_out(tmp_path: Path) -> None:
    with closing(SqliteLibrary(tmp_path)) as library:
        library.put(new_document("a", "heron", "crane"))
        (first, _, _), _ = library.unembedded(SPACE, 2)
        library.embed(SPACE, [first], np.eye(1, 8, dtype=np.float32))
        library.use_space(SPACE)
        against = -np.eye(1, 8, dtype=np.float32)
        assert [hit.text for hit in library.search(asks(""), against)] == ["heron"]
