"""Datasets at rest: found by id and name, whole or not seen, gone with the requests they came from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from freehold.core.errors import Conflict, NotFound, Unavailable
from freehold.core.label import Label
from freehold.evaluate.datasets import store as module
from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.identity import dataset_id, example_of
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import Dataset, Example
from freehold.stores.sqlite import SqliteStore, open_store


def example(number: int, **more: Any) -> Example:
    asked = read_body({"messages": [{"role": "user", "content": f"Question {number}"}]})
    return example_of(asked, expected="x", **more)


def dataset(examples: list[Example], name: str = "work", created_ns: int = 1) -> Dataset:
    label = Label.parse("internal")
    return Dataset(dataset_id(examples), name, len(examples), created_ns, label, ("read",))


@pytest.fixture
def rows(tmp_path: Path) -> SqliteStore:
    return open_store(tmp_path)


@pytest.fixture
def store(rows: SqliteStore) -> DatasetStore:
    return DatasetStore(rows.connect, rows.reader)


MANY = [example(number, split="test" if number % 3 else "train") for number in range(600)]


def test_what_is_kept_is_what_is_found(store: DatasetStore) -> None:
    kept = store.add(dataset(MANY), MANY)
    assert store.find("work") == store.find(kept.id) == kept
    assert [placed.example for placed in store.examples(kept.id)] == MANY
    some = list(store.examples(kept.id, after=247, most=5))
    assert [placed.place for placed in some] == [248, 249, 250, 251, 252]
    assert len(list(store.examples(kept.id, after=9, most=300))) == 300
    assert store.counts(kept.id) == {"test": 400, "train": 200}
    assert not store.is_from_ledger(kept.id)


def test_the_same_content_is_kept_once_and_has_every_name_it_was_given(store: DatasetStore) -> None:
    first = store.add(dataset(MANY[:2]), MANY[:2])
    again = store.add(dataset(MANY[:2], "other", 9), MANY[:2])
    assert (again.id, again.name, again.created_ns) == (first.id, "other", first.created_ns)
    assert again.report == ("read", "the same content is also called work")
    assert store.find("other").id == store.find("work").id == first.id
    assert [(each.name, each.id) for each in store.versions()] == [("other", first.id), ("work", first.id)]
    assert store.forget("other", first.id)
    assert not store.forget("work", first.id)
    assert store.versions() == [first]
    with pytest.raises(NotFound):
        store.find("other")


def test_a_name_means_what_it_was_given_to_last(store: DatasetStore) -> None:
    first = store.add(dataset(MANY[:2]), MANY[:2])
    second = store.add(dataset(MANY[:3], created_ns=2), MANY[:3])
    assert store.find("work") == second
    assert store.versions("work") == [second, first]
    store.add(dataset(MANY[:2], created_ns=3), MANY[:2])
    assert store.find("work") == first
    assert store.versions("work") == [first, second]
    assert store.remove(first.id) == 0
    assert store.find("work") == second
    with pytest.raises(NotFound, match="no dataset 'wrok'; the nearest are work"):
        store.find("wrok")


def test_half_a_dataset_is_never_seen(store: DatasetStore, rows: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    write = module._write

    def fails(connection: Any, name: str, start: int, examples: Any) -> None:
        if start:
            raise OSError("no room")
        write(connection, name, start, examples)

    monkeypatch.setattr(module, "_write", fails)
    with pytest.raises(OSError, match="no room"):
        store.add(dataset(MANY), MANY)
    assert store.versions() == []
    monkeypatch.undo()
    with closing(rows.reader()) as connection:
        assert connection.execute("SELECT count(*) FROM eval_examples").fetchone()[0] == 250
    kept = store.add(dataset(MANY), MANY)
    assert sum(1 for _ in store.examples(kept.id)) == 600


def test_what_was_erased_is_told_and_does_not_come_back(store: DatasetStore, rows: SqliteStore) -> None:
    given = [example(1, exchange="req_1"), example(2)]
    kept = store.add(dataset(given), given)
    assert store.is_from_ledger(kept.id)
    with closing(rows.connect()) as connection:
        connection.execute("DELETE FROM eval_examples WHERE exchange_id = 'req_1'")
    assert store.add(dataset(given), given).size == 1
    assert [placed.place for placed in store.examples(kept.id)] == [1]
    assert store.find("work").report[-1] == "erased since, with the requests they were taken from: 1"


def begin(rows: SqliteStore, dataset: str, state: str = "done") -> None:
    with closing(rows.connect()) as connection:
        connection.execute(
            "INSERT INTO eval_runs (id, dataset_id, subject, state, key_id, created_ns, spent_nano, settings)"
            " VALUES ('run_1', ?, 'home', ?, 'k', 1, 0, '{}')",
            (dataset, state),
        )


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_one_that_is_being_asked_for_is_not_removed(store: DatasetStore, rows: SqliteStore, state: str) -> None:
    kept = store.add(dataset(MANY[:1]), MANY[:1])
    begin(rows, kept.id, state)
    with pytest.raises(Conflict, match="stop it first"):
        store.remove(kept.id, force=True)
    assert store.find(kept.id) == kept


def test_answers_to_what_people_asked_go_with_their_examples(store: DatasetStore, rows: SqliteStore) -> None:
    given = [example(1, exchange="req_1"), example(2)]
    kept = store.add(dataset(given), given)
    begin(rows, kept.id)
    with closing(rows.connect()) as connection:
        connection.executemany(
            "INSERT INTO eval_results VALUES ('run_1', ?, NULL, '', 'answered', '{}', '{}')", [(0,), (1,)]
        )
        store.remove(kept.id, force=True)
        assert connection.execute("SELECT place FROM eval_results").fetchall() == [(1,)]


def test_one_in_use_is_removed_only_by_force(store: DatasetStore, rows: SqliteStore) -> None:
    kept, other = store.add(dataset(MANY), MANY), store.add(dataset(MANY[:1], "other"), MANY[:1])
    begin(rows, kept.id)
    with pytest.raises(Conflict, match=f"a run was asked for {kept.id}.*say force"):
        store.remove(kept.id)
    assert store.remove(kept.id, force=True) == 1
    assert store.remove(other.id) == 0
    with closing(rows.reader()) as connection:
        assert connection.execute("SELECT count(*) FROM eval_examples").fetchone()[0] == 0
        assert connection.execute("SELECT count(*) FROM eval_runs").fetchone()[0] == 1


def test_a_database_that_cannot_be_used_is_told_as_such(rows: SqliteStore) -> None:
    def refuse() -> Any:
        raise sqlite3.OperationalError("database is locked")

    for store in (DatasetStore(refuse, rows.reader), DatasetStore(rows.connect, refuse)):
        with pytest.raises(Unavailable, match="locked"):
            store.add(dataset(MANY[:1]), MANY[:1])
