"""Whatever evaluation keeps, a database that refuses is told as such, with the mend."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from freehold.core.errors import Unavailable
from freehold.evaluate.arena.store import VoteStore
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.kept import opened, told
from freehold.evaluate.promise.rows import PromiseRows
from freehold.evaluate.promote.revisions import RevisionRows
from freehold.evaluate.runs.rows import RunRows
from freehold.evaluate.watch.rows import WatchRows


def full() -> sqlite3.Connection:
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    "read",
    [
        lambda: PromiseRows(full).all(),
        lambda: PromiseRows(full).move("pr_1", "withdrawn", "why"),
        lambda: RevisionRows(full).all(),
        lambda: RevisionRows(full).take_back("auto", "why", "key"),
        lambda: VoteStore(full, full).newest(1),
        lambda: WatchRows(full).spent("audit", 0),
        lambda: WatchRows(full).remove("health", "auto"),
        lambda: DatasetStore(full, full).versions(),
        lambda: RunRows(full).get("er_1"),
    ],
)
def test_a_full_disk_is_told_with_the_mend(read: Callable[[], Any]) -> None:
    with pytest.raises(Unavailable, match=r"cannot be read .* is full\); free the disk") as caught:
        read()
    assert caught.value.retry_after == 5


def test_what_is_no_fault_of_the_database_passes() -> None:
    with pytest.raises(KeyError), told("votes"):
        raise KeyError("x")


def test_a_connection_is_closed() -> None:
    with opened(lambda: sqlite3.connect(":memory:"), "votes") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")
