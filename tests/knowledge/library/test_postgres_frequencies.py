"""Counts of words in PostgreSQL: shared by all readers, summed over what a query may see, never stale for long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from freehold.core.target import Secret
from freehold.knowledge.library import postgres_frequencies
from freehold.knowledge.library.postgres_address import read_address
from freehold.knowledge.library.postgres_frequencies import Frequencies, Scope
from freehold.knowledge.library.postgres_pool import Connection, connect
from freehold.knowledge.rank.bags import word_hash
from support.libraries import asks, new_document
from support.postgres import Database, postgres_home, server

ZEBRA, OKAPI = word_hash("zebra"), word_hash("okapi")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Database]:
    """Forty passages, twenty of them of a group; each holds "zebra"."""
    with postgres_home(tmp_path) as home:
        library = home.open()
        library.put(new_document("open", *(f"A zebra, number {n}." for n in range(20))))
        library.put(new_document("hr", *(f"A zebra, number {n}." for n in range(20, 40)), groups=["hr"]))
        yield home


@pytest.fixture
def connection(home: Database) -> Iterator[Connection]:
    with closing(connect(read_address(Secret(server().url(home.name))))) as connection:
        yield connection


def scope(connection: Connection, *groups: str, moved: Mapping[int, int] | None = None) -> Scope:
    """What a reader of some groups may see; `moved` adds to how much has come and gone."""
    rows = connection.execute("SELECT id, groups, chunks, changes FROM freehold.audience ORDER BY id").fetchall()
    seen = {audience: chunks for audience, own, chunks, _ in rows if set(own) <= set(groups)}
    changes = {audience: changes + (moved or {}).get(audience, 0) for audience, _, _, changes in rows}
    return Scope(("handbook",), tuple(seen), None, sum(seen.values()), changes)


def test_what_one_query_has_counted_serves_every_reader(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    frequencies = Frequencies()
    assert frequencies.of(connection, scope(connection), [ZEBRA]) == {ZEBRA: 20}
    monkeypatch.setattr(postgres_frequencies, "_COUNT", "is not asked again")
    assert frequencies.of(connection, scope(connection, "hr"), [ZEBRA]) == {ZEBRA: 40}


def test_words_are_counted_anew_once_enough_has_changed(connection: Connection) -> None:
    frequencies = Frequencies()
    frequencies.of(connection, scope(connection), [ZEBRA])
    (visible,) = scope(connection).audiences
    connection.execute("DELETE FROM freehold.words WHERE audience = %s", (visible,))
    assert frequencies.of(connection, scope(connection, moved={visible: 2}), [ZEBRA]) == {ZEBRA: 20}
    # What others may read can change as it likes.
    elsewhere = {each: 30 for each in scope(connection, "hr").audiences if each != visible}
    assert frequencies.of(connection, scope(connection, moved=elsewhere), [ZEBRA]) == {ZEBRA: 20}
    assert frequencies.of(connection, scope(connection, moved={visible: 3}), [ZEBRA]) == {ZEBRA: 0}


def test_a_word_that_nothing_held_is_found_right_after_it_came(home: Database) -> None:
    library = home.open()
    assert library.search(asks("okapi"), None) == []
    library.put(new_document("new", "An okapi."))
    assert [hit.place.name for hit in library.search(asks("okapi"), None)] == ["new"]
    assert library.search(asks("quagga"), None) == []
    library.put(new_document("of a new group", "A quagga.", groups=["keepers"]))
    assert [hit.place.name for hit in library.search(asks("quagga", groups=["keepers"]), None)] == ["of a new group"]


def test_within_documents_words_are_counted_there(connection: Connection) -> None:
    everything = scope(connection, "hr")
    (number,) = connection.execute("SELECT number FROM freehold.document WHERE name = 'hr'").fetchone() or (0,)
    within = Scope(("handbook",), everything.audiences, (number,), 20, everything.changes)
    assert Frequencies().of(connection, within, [ZEBRA, OKAPI]) == {ZEBRA: 20, OKAPI: 0}


def test_what_is_remembered_has_an_end(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_frequencies, "_MOST_COUNTS", 3)
    monkeypatch.setattr(postgres_frequencies, "_MOST_LISTS", 1)
    frequencies = Frequencies()
    for word in range(50):
        frequencies.of(connection, scope(connection), [word, ZEBRA])
    (known,) = frequencies._lists.values()
    assert len(known._words) <= 6
    other = Scope(("archive",), (), None, 0, {})
    frequencies.of(connection, other, [ZEBRA])
    assert list(frequencies._lists) == [("archive",)]
