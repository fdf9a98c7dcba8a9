"""Passages weighed and split anew, and room reclaimed without ever failing a removal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.core.errors import Unavailable
from freehold.knowledge.library import postgres_pool, postgres_upkeep
from freehold.knowledge.rank.bags import ANALYSIS
from support.libraries import asks, new_document
from support.postgres import Database, postgres_home, server


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Database]:
    with postgres_home(tmp_path) as home:
        yield home


def pivot(home: Database) -> float:
    return float(server().execute("SELECT pivot FROM freehold.collection", home.name)[0][0])


def test_a_mean_that_moves_has_all_weighed_anew(home: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_upkeep, "_BATCH", 2)
    library = home.open()
    library.put(new_document("short", "A zebra.", title=""))
    assert pivot(home) == 2
    (before,) = server().execute("SELECT bag::text FROM freehold.words", home.name)
    for n in range(4):
        library.put(new_document(f"long{n}", "A horse stands in a field and eats all day long.", title=""))
    assert library.settle(30)
    assert pivot(home) > 6
    (after,) = server().execute("SELECT bag::text FROM freehold.words ORDER BY chunk LIMIT 1", home.name)
    # The same word counts for more where the other passages are longer.
    assert weight(after[0]) > weight(before[0])


def weight(bag: str) -> float:
    return float(bag.partition(":")[2].partition(",")[0].partition("}")[0])


def test_a_mean_that_hardly_moves_changes_nothing(home: Database) -> None:
    library = home.open()
    library.put(new_document("a", "One two three four.", title=""))
    rows = server().execute("SELECT xmin FROM freehold.words", home.name)
    library.put(new_document("b", "Five six seven eight.", title=""))
    assert library.settle(30)
    assert server().execute("SELECT xmin FROM freehold.words ORDER BY chunk LIMIT 1", home.name) == rows


def test_texts_that_were_split_otherwise_are_split_anew_at_the_next_opening(home: Database) -> None:
    library = home.open()
    library.put(new_document("a", "A zebra."))
    server().execute("UPDATE freehold.words SET tokens = '', bag = '{}/1000000000'", home.name)
    server().execute("UPDATE freehold.chunk SET likeness = 0", home.name)
    assert home.open().search(asks("zebra"), None) == []
    server().execute("UPDATE freehold.version SET analysis = -1", home.name)
    assert [hit.place.name for hit in home.open().search(asks("zebra"), None)] == ["a"]
    assert server().execute("SELECT analysis FROM freehold.version", home.name) == [(ANALYSIS,)]
    assert server().execute("SELECT likeness FROM freehold.chunk", home.name) != [(0,)]


def test_a_weighing_that_was_broken_off_is_taken_up_at_the_next_opening(home: Database) -> None:
    library = home.open()
    library.put(new_document("a", "A horse stands in a field and eats all day long.", title=""))
    home.close()
    server().execute("UPDATE freehold.collection SET pivot = 1", home.name)
    assert home.open().settle(30)
    assert pivot(home) > 6


def test_a_removal_waits_for_no_reclaiming_and_many_come_to_one(
    home: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on, times = threading.Event(), threading.Event(), []

    def slow(_: object) -> bool:
        times.append(1)
        began.set()
        return go_on.wait(30)

    monkeypatch.setattr(postgres_upkeep, "reclaim", slow)
    library = home.open()
    kept = [library.put(new_document(f"d{n}", f"A zebra {n}.")) for n in range(5)]
    assert library.remove([kept[0].id]) == 1
    assert began.wait(30)
    for document in kept[1:]:
        assert library.remove([document.id]) == 1
    assert library.remove_collection("handbook") == 0
    go_on.set()
    assert library.settle(30)
    assert len(times) == 2


def test_a_removal_succeeds_where_its_room_cannot_be_reclaimed_now(
    home: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    library = home.open()
    kept = library.put(new_document("a", "A zebra."))
    assert library.settle(30)

    def refuse(_: object) -> None:
        raise Unavailable("it takes no more connections")

    monkeypatch.setattr(postgres_pool.Pool, "apart", refuse)
    with caplog.at_level(logging.WARNING):
        assert library.remove([kept.id]) == 1
        assert not library.settle(1)
    assert "reclaiming the room of what was removed: put off" in caplog.text
    assert library.documents(None, asks("").reader) == []
