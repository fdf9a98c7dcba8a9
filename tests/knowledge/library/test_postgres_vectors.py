"""Vectors in PostgreSQL: exact while few, by a graph once many, with rights in both."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psycopg
import pytest

from freehold.knowledge.library import postgres_vectors
from freehold.knowledge.library.postgres_vectors import as_text
from support.libraries import DIMENSIONS, SPACE, asks, new_document, toward
from support.postgres import Database, postgres_home, server


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Database]:
    with postgres_home(tmp_path) as home:
        yield home


def indexes(home: Database) -> list[str]:
    query = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'freehold' AND indexdef LIKE '%hnsw%'"
    return [row[0] for row in server().execute(query, home.name)]


def test_a_vector_keeps_every_bit_on_its_way() -> None:
    row = np.random.default_rng(1).normal(size=384).astype(np.float32)
    assert np.array_equal(np.array(as_text(row)[1:-1].split(","), np.float32), row)


def test_many_vectors_get_a_graph_that_honours_rights(home: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_vectors, "EXACT_UP_TO", 100)
    library = home.open()
    rows = np.random.default_rng(7).normal(size=(400, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    library.put(new_document("open", *(f"Passage number {n} of them." for n in range(0, 400, 2))))
    library.put(new_document("hr", *(f"Passage number {n} of them." for n in range(1, 400, 2)), groups=["hr"]))
    for chunk, text, _ in library.unembedded(SPACE, 1000):
        number = int(text.split()[-3])
        library.embed(SPACE, [chunk], rows[number : number + 1])
    library.use_space(SPACE)
    assert library.settle(60)
    assert len(indexes(home)) == 1
    similar = rows @ rows[17]
    allowed = np.argsort(-np.where(np.arange(400) % 2 == 0, similar, -2))[:10]
    found = [int(hit.text.split()[2]) for hit in library.search(asks("", limit=10), rows[17:18])]
    assert len(set(found) & set(allowed.tolist())) >= 9
    everything = library.search(asks("", groups=["hr"], limit=1), rows[17:18])
    assert everything[0].text == "Passage number 17 of them."
    # Few enough to be compared one by one: exactly the best.
    one = library.search(asks("", limit=3, documents=["doc_" + "0" * 24]), rows[17:18])
    assert one == []


def test_a_graph_that_was_broken_off_is_built_again(home: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_vectors, "EXACT_UP_TO", 1)
    library = home.open()
    library.put(new_document("a", "One.", "Two.", "Three."))
    first, *others = [chunk for chunk, _, _ in library.unembedded(SPACE, 10)]
    library.embed(SPACE, [first], toward(0))
    assert indexes(home) == []
    table = "freehold.vectors_1"
    server().execute(f"CREATE INDEX graph_1 ON {table} (chunk)", home.name)
    server().execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'freehold.graph_1'::regclass", home.name
    )
    library.embed(SPACE, others, np.concatenate([toward(1), toward(2)]))
    assert library.settle(60)
    assert len(indexes(home)) == 1
    assert server().execute("SELECT graph FROM freehold.space", home.name) == [(True,)]


def test_closing_breaks_a_graph_off_and_the_next_opening_builds_it(
    home: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_vectors, "EXACT_UP_TO", 1)
    library = home.open()
    library.put(new_document("a", "One.", "Two."))
    chunks = [chunk for chunk, _, _ in library.unembedded(SPACE, 10)]
    library.embed(SPACE, chunks[:1], toward(0))
    with psycopg.connect(server().url(home.name)) as other:
        # What is built concurrently waits for every transaction that may have written before.
        other.execute("LOCK TABLE freehold.vectors_1 IN ROW EXCLUSIVE MODE")
        began = time.monotonic()
        library.embed(SPACE, chunks[1:], toward(1))
        building = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE IN%'"
        )
        # It is written down as begun, invalid, before it waits; broken off before that, nothing of it would be left.
        while server().execute("SELECT to_regclass('freehold.graph_1')::text", home.name) == [(None,)]:
            assert time.monotonic() < began + 30
            time.sleep(0.02)
        began = time.monotonic()
        home.close()
        assert time.monotonic() - began < 2
        while server().execute(building, home.name) != [(0,)]:
            assert time.monotonic() < began + 30
            time.sleep(0.02)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'freehold.graph_1'::regclass"
    assert server().execute(valid, home.name) == [(False,)]
    assert home.open().settle(60)
    assert server().execute(valid, home.name) == [(True,)]
    assert server().execute("SELECT graph FROM freehold.space", home.name) == [(True,)]


def test_a_graph_that_the_server_finished_alone_is_kept(home: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_vectors, "EXACT_UP_TO", 0)
    library = home.open()
    library.put(new_document("a", "One."))
    library.embed(SPACE, [library.unembedded(SPACE, 1)[0][0]], toward(0))
    assert library.settle(60)
    file = server().execute("SELECT pg_relation_filenode('freehold.graph_1')", home.name)
    server().execute("UPDATE freehold.space SET graph = false", home.name)
    assert home.open().settle(60)
    assert server().execute("SELECT graph FROM freehold.space", home.name) == [(True,)]
    assert server().execute("SELECT pg_relation_filenode('freehold.graph_1')", home.name) == file


def test_a_space_that_is_given_up_is_dropped_as_a_file(home: Database) -> None:
    library = home.open()
    library.put(new_document("a", "One."))
    for space in ("old", "new"):
        library.embed(space, [library.unembedded(space, 1)[0][0]], toward(0))
    library.use_space("new")
    tables = server().execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'vectors%'", home.name)
    assert tables == [("vectors_2",)]
    assert library.space() == "new"


def test_a_chunk_that_was_committed_late_is_not_forgotten(home: Database) -> None:
    library = home.open()
    library.put(new_document("a", "One."))
    library.put(new_document("b", "Two."))
    early, late = [chunk for chunk, _, _ in library.unembedded(SPACE, 10)]
    library.embed(SPACE, [early, late], np.concatenate([toward(0), toward(1)]))
    library.put(new_document("c", "Three."))
    assert len(library.unembedded(SPACE, 10)) == 1
    # As if the first had come in after the others, with the lower id that it took before them.
    server().execute(f"DELETE FROM freehold.vectors_1 WHERE chunk = {early}", home.name)
    (waiting,) = [chunk for chunk, _, _ in library.unembedded(SPACE, 10)]
    library.embed(SPACE, [waiting], toward(2))
    assert [chunk for chunk, _, _ in library.unembedded(SPACE, 10)] == [early]


def test_vectors_of_the_wrong_shape_are_refused(home: Database) -> None:
    library = home.open()
    library.put(new_document("a", "One."))
    chunk = library.unembedded(SPACE, 1)[0][0]
    with pytest.raises(ValueError, match="1 chunks have vectors of shape"):
        library.embed(SPACE, [chunk], np.zeros((2, 3), np.float32))
    library.embed(SPACE, [chunk], toward(0))
    with pytest.raises(ValueError, match=f"9 numbers cannot be kept in a space of {DIMENSIONS}"):
        library.embed(SPACE, [chunk], toward(0, dimensions=9))
    library.embed(SPACE, [], np.zeros((0, 3), np.float32))
