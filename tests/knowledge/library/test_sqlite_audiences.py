"""Audiences: who may find a document, as one number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.core.label import PUBLIC, Label
from freehold.knowledge.library.sqlite_audiences import (
    NOBODY,
    Audience,
    audiences_after,
    audiences_in_use,
    intern_audience,
)
from freehold.knowledge.library.sqlite_schema import migrate
from support.libraries import asks


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        migrate(connection, 1)
        yield connection


def test_a_combination_is_one_number_whatever_the_order_of_groups(connection: sqlite3.Connection) -> None:
    one = intern_audience(connection, "a", PUBLIC, ["hr", "board"])
    assert one == intern_audience(connection, "a", PUBLIC, {"board", "hr"}) > NOBODY
    others = {
        intern_audience(connection, "b", PUBLIC, ["hr", "board"]),
        intern_audience(connection, "a", Label.parse("internal"), ["hr", "board"]),
        intern_audience(connection, "a", PUBLIC, ["hr,board"]),
        intern_audience(connection, "a", PUBLIC, []),
    }
    assert len(others | {one}) == 5


def test_they_are_read_as_they_were_made(connection: sqlite3.Connection) -> None:
    label = Label.parse("confidential;eu,health")
    first = intern_audience(connection, "a", label, ["hr"])
    second = intern_audience(connection, "a", PUBLIC, [])
    assert audiences_after(connection, 0)[first] == Audience("a", label, frozenset({"hr"}))
    assert set(audiences_after(connection, first)) == {second}
    assert audiences_in_use(connection) == {}


@pytest.mark.parametrize(
    ("groups", "reader", "may"),
    [
        ([], [], True),
        (["hr"], [], False),
        (["hr"], ["hr", "x"], True),
        (["hr", "y"], ["y"], True),
        (["hr"], ["h"], False),
    ],
)
def test_one_shared_group_is_enough_and_none_is_everyone(groups: list[str], reader: list[str], may: bool) -> None:
    audience = Audience("handbook", PUBLIC, frozenset(groups))
    assert audience.is_for(asks("", groups=reader)) is may
    assert audience.is_for(asks("", everything=True))
    assert not audience.is_for(asks("", "archive", everything=True))
    assert not audience.is_for(asks("", everything=True, labels=[Label.parse("internal")]))
