from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.core.label import Label
from freehold.knowledge.ingest.amendments import Amendment, Amendments
from freehold.knowledge.ingest.queue import Item, NewItem, Queue
from freehold.knowledge.ingest.rows import Rows

SECRET = Label.parse("restricted")


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Rows]:
    rows = Rows(tmp_path / "queue.db")
    yield rows
    rows.close()


def queued(rows: Rows, name: str) -> Item:
    queue = Queue(rows)
    queue.add(NewItem("job", "c", name, "d", 1))
    return queue.take(name, 10, 100)[-1]


def test_what_came_before_heeds_and_what_comes_after_does_not(rows: Rows) -> None:
    amendments = Amendments(rows)
    before = queued(rows, "a")
    amendments.add("c", "a", Amendment(SECRET))
    after = queued(rows, "b")
    assert amendments.of(before, "a") == Amendment(SECRET)
    assert amendments.of(before, "b") == Amendment()
    assert amendments.of(after, "a") == Amendment()


def test_later_words_join_earlier_ones(rows: Rows) -> None:
    amendments = Amendments(rows)
    item = queued(rows, "a")
    amendments.add("c", "a", Amendment(SECRET, frozenset({"hr"})))
    amendments.add("c", "a", Amendment(None, frozenset()))
    amendments.add("c", "a", Amendment(removed=True))
    assert amendments.of(item, "a") == Amendment(SECRET, frozenset(), removed=True)


def test_with_nothing_waiting_nothing_is_kept(rows: Rows) -> None:
    amendments = Amendments(rows)
    amendments.add("c", "a", Amendment(SECRET))
    assert rows.read("SELECT count(*) FROM amendments") == [(0,)]


def test_they_are_forgotten_with_the_last_upload_that_must_heed_them(rows: Rows) -> None:
    amendments, queue = Amendments(rows), Queue(rows)
    first, second = queued(rows, "a"), queued(rows, "b")
    amendments.add("c", "b", Amendment(SECRET))
    queue.end(first.seq, "done")
    amendments.tidy()
    assert amendments.of(second, "b") == Amendment(SECRET)
    queue.end(second.seq, "done")
    amendments.tidy()
    assert rows.read("SELECT count(*) FROM amendments") == [(0,)]
