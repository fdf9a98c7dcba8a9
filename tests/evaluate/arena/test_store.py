from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from freehold.core.errors import Unavailable
from freehold.evaluate.arena.store import VoteStore
from freehold.stores.sqlite import open_store
from support.voting import vote


@pytest.fixture
def store(tmp_path: Path) -> VoteStore:
    database = open_store(tmp_path)
    return VoteStore(database.connect, database.reader)


def test_votes_are_read_newest_first(store: VoteStore) -> None:
    for number in (1, 2, 3):
        store.put(vote("a", "b", "left", number=number))
    assert [each.at_ns for each in store.newest(2)] == [3, 2]
    assert [each.at_ns for each in store.newest(9, since_ns=2)] == [3, 2]


def test_voting_again_changes_the_vote(store: VoteStore) -> None:
    first = vote("a", "b", "left", number=1)
    store.put(first)
    store.put(msgspec.structs.replace(first, choice="tie"))
    assert [each.choice for each in store.newest(9)] == ["tie"]


def test_a_disk_that_refuses_is_said(store: VoteStore) -> None:
    def refuse() -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(Unavailable, match="votes cannot be read or written"):
        VoteStore(refuse, refuse).put(vote("a", "b", "left"))
