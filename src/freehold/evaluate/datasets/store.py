"""Datasets at rest.

A dataset is written a few hundred examples at a time, so that the ledger, which shares the database, need not wait for
it. Until its last example is there it has no name, and nobody sees it; what an earlier process left so is removed by
the next that adds one. The same content may have several names, and a name means what it was given to last. Everything
here blocks on the disk.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

import msgspec

from freehold.catalog.words import near
from freehold.core.errors import Conflict, NotFound
from freehold.core.label import Label
from freehold.evaluate.datasets.written import restored, written
from freehold.evaluate.kept import Connect, opened
from freehold.evaluate.model import Dataset, Example
from freehold.ledger.transaction import transaction

_AT_ONCE = 250
_LISTED = """
SELECT d.id, n.name, d.created_ns, d.size, d.label, d.report,
  (SELECT count(*) FROM eval_examples e WHERE e.dataset_id = d.id) AS there,
  (SELECT json_group_array(o.name) FROM eval_names o WHERE o.dataset_id = d.id AND o.name != n.name) AS others
FROM eval_names n JOIN eval_datasets d ON d.id = n.dataset_id
WHERE d.name != '' {which} ORDER BY n.given_ns DESC, d.id LIMIT {most}
"""
_NAME = """
INSERT INTO eval_names (name, dataset_id, given_ns) VALUES (?, ?, ?)
ON CONFLICT (name, dataset_id) DO UPDATE SET given_ns = excluded.given_ns
"""
_SOME = "SELECT place, body FROM eval_examples WHERE dataset_id = ? AND place > ? ORDER BY place LIMIT ?"
_REMOVE = """
DELETE FROM eval_examples
WHERE dataset_id = ? AND place IN (SELECT place FROM eval_examples WHERE dataset_id = ? ORDER BY place LIMIT ?)
"""
_ANSWERS_TO_PEOPLE = """
DELETE FROM eval_results WHERE (run_id, place) IN (
  SELECT r.id, x.place FROM eval_examples x JOIN eval_runs r ON r.dataset_id = x.dataset_id
  WHERE x.dataset_id = ? AND x.exchange_id IS NOT NULL
)
"""
_UNCAPTURED = """
DELETE FROM eval_examples
WHERE dataset_id = ? AND exchange_id IS NOT NULL AND exchange_id NOT IN (SELECT exchange_id FROM captures)
"""
_MOST_LISTED = 10_000


class Placed(msgspec.Struct, frozen=True):
    """An example, and its place in its dataset. Places of examples that were erased stay empty."""

    place: int
    example: Example


class DatasetStore:
    """Keeps datasets. `connect` opens a connection that writes, `reader` one that cannot, with named columns.

    Raises `Unavailable` where the disk does not take it, or another holds the database for long.
    """

    def __init__(self, connect: Connect, reader: Connect) -> None:
        self._connect = connect
        self._reader = reader
        self._one = threading.Lock()

    def add(self, dataset: Dataset, examples: Sequence[Example]) -> Dataset:
        """Keep a dataset; one of the same content that is there already stays as it is, and has this name too.

        Either way the name means it from now on. Examples of it that were erased meanwhile do not come back with it.
        """
        name = (dataset.name, dataset.id, dataset.created_ns)
        with self._one, _opened(self._connect) as connection:
            _sweep(connection)
            if self._found("AND d.id = ?", dataset.id):
                connection.execute(_NAME, name)
                return self._found("AND d.id = ? AND n.name = ?", dataset.id, dataset.name)[0]
            label = None if dataset.label is None else str(dataset.label)
            report = msgspec.json.encode(dataset.report).decode()
            row = (dataset.id, dataset.created_ns, dataset.size, label, report)
            connection.execute(
                "INSERT INTO eval_datasets (id, name, created_ns, size, label, report) VALUES (?, '', ?, ?, ?, ?)", row
            )
            for start in range(0, len(examples), _AT_ONCE):
                _write(connection, dataset.id, start, examples[start : start + _AT_ONCE])
            with transaction(connection):
                connection.execute("UPDATE eval_datasets SET name = ? WHERE id = ?", (dataset.name, dataset.id))
                connection.execute(_NAME, name)
        return dataset

    def drop_uncaptured(self, dataset: str) -> None:
        """Remove examples of a dataset, by its id, whose captured text is gone: erased while they were being added."""
        with self._one, _opened(self._connect) as connection:
            connection.execute(_UNCAPTURED, (dataset,))

    def versions(self, name: str | None = None) -> list[Dataset]:
        """All datasets under each of their names, the last given first; or the versions of one name."""
        return self._found("" if name is None else "AND n.name = ?", *([] if name is None else [name]))

    def find(self, name: str) -> Dataset:
        """The dataset of an id, or what a name was given to last; raises `NotFound` with the nearest there is."""
        found = self._found("AND d.id = ?", name) or self._found("AND n.name = ?", name)
        if not found:
            names = sorted({each.name for each in self.versions()})
            guess = near(name, names)
            told = f"; the nearest are {', '.join(guess)}" if guess else ""
            raise NotFound(f"there is no dataset {name[:80]!r}{told}")
        return found[0]

    def examples(self, dataset: str, *, after: int = -1, most: int | None = None) -> Iterator[Placed]:
        """The examples of a dataset's id behind a place, in order, read a few at a time."""
        left = most
        with _opened(self._reader) as connection:
            while left is None or left > 0:
                some = connection.execute(_SOME, (dataset, after, min(_AT_ONCE, left or _AT_ONCE))).fetchall()
                for row in some:
                    yield Placed(row["place"], restored(row["body"]))
                if len(some) < _AT_ONCE:
                    return
                after, left = some[-1]["place"], None if left is None else left - len(some)

    def counts(self, dataset: str) -> dict[str, int]:
        """How many examples there are on each side of the split; under an empty name those that are on none."""
        counts: dict[str, int] = {}
        with _opened(self._reader) as connection:
            rows = connection.execute(
                "SELECT coalesce(json_extract(body, '$.split'), '') AS side, count(*) AS many"
                " FROM eval_examples WHERE dataset_id = ? GROUP BY side ORDER BY side",
                (dataset,),
            )
            for row in rows:
                counts[row["side"]] = row["many"]
        return counts

    def unlabelled(self, dataset: str) -> int:
        """How many examples of it have no label."""
        sql = "SELECT count(*) FROM eval_examples WHERE dataset_id = ? AND json_extract(body, '$.label') IS NULL"
        with _opened(self._reader) as connection:
            return int(connection.execute(sql, (dataset,)).fetchone()[0])

    def is_from_ledger(self, dataset: str) -> bool:
        """Whether any example of it was taken from the ledger."""
        sql = "SELECT 1 FROM eval_examples WHERE dataset_id = ? AND exchange_id IS NOT NULL LIMIT 1"
        with _opened(self._reader) as connection:
            return connection.execute(sql, (dataset,)).fetchone() is not None

    def forget(self, name: str, dataset: str) -> bool:
        """Take a name from the dataset of this id, where it has another; whether it had."""
        others = "SELECT 1 FROM eval_names WHERE dataset_id = ? AND name != ?"
        with self._one, _opened(self._connect) as connection, transaction(connection):
            if connection.execute(others, (dataset, name)).fetchone() is None:
                return False
            connection.execute("DELETE FROM eval_names WHERE dataset_id = ? AND name = ?", (dataset, name))
        return True

    def remove(self, dataset: str, *, force: bool = False) -> int:
        """Remove a dataset by its id, and say how many runs were asked for it.

        Their results stay, but for answers to what was taken from the ledger: without their examples nobody could tell
        any more whose words they repeat. Raises `Conflict` where there are any runs, unless `force`d, and where one is
        under way.
        """
        with self._one, _opened(self._connect) as connection:
            with transaction(connection):
                runs = self._removable(connection, dataset, force=force)
                connection.execute(_ANSWERS_TO_PEOPLE, (dataset,))
                connection.execute("UPDATE eval_datasets SET name = '' WHERE id = ?", (dataset,))
                connection.execute("DELETE FROM eval_names WHERE dataset_id = ?", (dataset,))
            _sweep(connection)
        return runs

    @staticmethod
    def _removable(connection: sqlite3.Connection, dataset: str, *, force: bool) -> int:
        """How many runs were asked for it; raises `Conflict` where that keeps it."""
        states = [
            state for (state,) in connection.execute("SELECT state FROM eval_runs WHERE dataset_id = ?", (dataset,))
        ]
        if {"waiting", "running"} & set(states):
            raise Conflict(f"a run is asking for {dataset}; stop it first")
        if states and not force:
            many = "a run was" if len(states) == 1 else f"{len(states)} runs were"
            raise Conflict(
                f"{many} asked for {dataset}: without it their answers cannot be scored or compared anew;"
                " say force to remove it all the same"
            )
        return len(states)

    def _found(self, which: str, *values: str) -> list[Dataset]:
        with _opened(self._reader) as connection:
            rows = connection.execute(_LISTED.format(which=which, most=_MOST_LISTED), values).fetchall()
        return [_dataset(row) for row in rows]


def _opened(connect: Connect) -> AbstractContextManager[sqlite3.Connection]:
    return opened(connect, "datasets")


def _write(connection: sqlite3.Connection, dataset: str, start: int, examples: Sequence[Example]) -> None:
    rows = [
        (dataset, place, example.exchange, written(example).decode()) for place, example in enumerate(examples, start)
    ]
    with transaction(connection):
        connection.executemany(
            "INSERT INTO eval_examples (dataset_id, place, exchange_id, body) VALUES (?, ?, ?, ?)", rows
        )


def _sweep(connection: sqlite3.Connection) -> None:
    """Remove what has no name, a few examples at a time."""
    for (dataset,) in connection.execute("SELECT id FROM eval_datasets WHERE name = ''").fetchall():
        while connection.execute(_REMOVE, (dataset, dataset, _AT_ONCE)).rowcount:
            pass
        connection.execute("DELETE FROM eval_datasets WHERE id = ?", (dataset,))


def _dataset(row: sqlite3.Row) -> Dataset:
    report = msgspec.json.decode(row["report"], type=tuple[str, ...])
    erased = row["size"] - row["there"]
    if erased:
        report = (*report, f"erased since, with the requests they were taken from: {erased}")
    others = msgspec.json.decode(row["others"], type=list[str])
    if others:
        report = (*report, f"the same content is also called {', '.join(sorted(others))}")
    return Dataset(
        id=row["id"],
        name=row["name"],
        size=row["there"],
        created_ns=row["created_ns"],
        label=None if row["label"] is None else Label.parse(row["label"]),
        report=report,
    )
