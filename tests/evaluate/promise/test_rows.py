"""Promises at rest."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from freehold.catalog.promises import NOTHING, Change, Keeping, Promise, PromiseState, Term
from freehold.core.errors import Conflict, NotFound
from freehold.evaluate.promise.rows import PromiseRows, in_force
from freehold.stores.sqlite import SqliteStore, open_store

KEEPING = Keeping(("large",), (Term("confidence:large", 1.0, logit=True),), 0.5, 0.9)
FIRST = Promise("pr_1", "auto", "2026-11-22", "harm", "cloud", KEEPING, harm=0.02, confidence=0.9)
SECOND = msgspec.structs.replace(FIRST, id="pr_2", harm=0.03)


@pytest.fixture
def rows(tmp_path: Path) -> PromiseRows:
    return PromiseRows(open_store(tmp_path).connect)


def test_nothing_is_in_force_before_anything_is_promised(rows: PromiseRows) -> None:
    assert rows.standing() == NOTHING


def test_a_promise_is_in_force_until_another_replaces_it(rows: PromiseRows) -> None:
    rows.add(FIRST)
    assert rows.standing().promises == {"auto": FIRST}
    rows.add(SECOND)
    assert rows.standing().promises == {"auto": SECOND}
    assert [(each.id, each.state, each.why) for each in rows.all()] == [
        ("pr_2", "active", ""),
        ("pr_1", "replaced", "by pr_2"),
    ]


def test_the_same_again_changes_nothing_while_it_is_active(rows: PromiseRows) -> None:
    assert rows.add(FIRST) == rows.add(FIRST) == FIRST
    assert rows.all() == [FIRST]


@pytest.mark.parametrize("state", ["withdrawn", "suspended"])
def test_one_that_was_made_before_comes_into_force_again_as_another(rows: PromiseRows, state: PromiseState) -> None:
    rows.add(FIRST)
    rows.move("pr_1", state, "for a reason")
    again = rows.add(FIRST)
    assert again == msgspec.structs.replace(FIRST, id=again.id)
    assert again.id != "pr_1"
    assert rows.standing().promises == {"auto": again}
    assert rows.get("pr_1").state == ("withdrawn" if state == "withdrawn" else "replaced")


def test_a_suspended_promise_stands_and_may_be_changed(rows: PromiseRows) -> None:
    rows.add(FIRST)
    rows.move("pr_1", "suspended", "an alarm")
    assert rows.standing().promises["auto"].state == "suspended"
    safer = msgspec.structs.replace(KEEPING, threshold=0.95)
    rows.change("pr_1", lambda found: msgspec.structs.replace(found, keeping=safer))
    assert rows.get("pr_1").keeping == safer


def test_what_is_no_longer_in_force_is_not_changed(rows: PromiseRows) -> None:
    rows.add(FIRST)
    rows.move("pr_1", "withdrawn", "by hand")
    with pytest.raises(Conflict, match="pr_1 is withdrawn"):
        rows.move("pr_1", "active", "")
    with pytest.raises(NotFound, match="there is no promise 'pr_9'"):
        rows.get("pr_9")


def test_changes_of_routes_stand_beside_promises(rows: PromiseRows, tmp_path: Path) -> None:
    change = Change("ch_1", "auto", ("large",), "fixed")
    connection = open_store(tmp_path).connect()
    sql = "INSERT INTO eval_revisions (id, route, at_ns, key_id, state, body) VALUES (?, ?, ?, ?, ?, ?)"
    connection.execute(sql, ("ch_1", "auto", 1, "key", "active", msgspec.json.encode(change).decode()))
    connection.execute(sql, ("ch_0", "desk", 1, "key", "taken back", msgspec.json.encode(change).decode()))
    connection.close()
    assert rows.standing().changes == {"auto": change}


def test_what_is_in_force_is_told_of_a_database_that_may_not_be_there(rows: PromiseRows, tmp_path: Path) -> None:
    rows.add(FIRST)
    assert in_force(SqliteStore.of(tmp_path).reader).promises == {"auto": FIRST}
    assert in_force(SqliteStore.of(tmp_path / "elsewhere").reader) == NOTHING
