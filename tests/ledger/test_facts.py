"""What counts as what, whichever dimensions are wanted."""

from __future__ import annotations

import sqlite3
from typing import get_args

from freehold.ledger.facts import Dimension, Facts
from freehold.stores.sqlite import SqliteStore
from support.days import BEFORE, day, written

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


def test_each_dimension_alone_is_as_it_is_among_all(store: SqliteStore, rows: sqlite3.Connection) -> None:
    written(store, day())
    together = Facts(DIMENSIONS, lambda ns: ns - BEFORE)
    together.read(rows, "1", {})
    for dimension in DIMENSIONS:
        alone = Facts((dimension,), lambda ns: ns - BEFORE)
        alone.read(rows, "1", {})
        told = {place: tally.kept() for place, tally in alone.tallies[dimension].items()}
        assert told == {place: tally.kept() for place, tally in together.tallies[dimension].items()}
    assert together.tallies["target"].keys() == {
        (1, "home"),
        (2, "home"),
        (3, "home"),
        (3, "away"),
        (4, "away"),
        (6, "home"),
    }
    assert together.shown == {"key_ann": "ann", "key_bob": "bob"}


def test_only_what_is_picked_is_counted(store: SqliteStore, rows: sqlite3.Connection) -> None:
    written(store, day())
    facts = Facts(("all", "target"))
    facts.read(rows, "e.key_id = :key", {"key": "key_bob"})
    assert facts.tallies["all"][0, ""]["requests"] == 2
    assert facts.tallies["target"][0, "away"]["failed"] == 2
