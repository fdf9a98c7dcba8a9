"""Sessions: known by their hash, ended with their key, with their time, and by whoever signs out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from freehold.core.caller import Caller
from freehold.stores import sessions as sessions_module
from freehold.stores.keys import Grant, Keys
from freehold.stores.sessions import IDLE_NS, LONGEST_NS, SECOND, Begun, Sessions
from freehold.stores.sqlite import SqliteStore, open_store

MINUTE = 60 * SECOND


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000 * SECOND

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return open_store(tmp_path)


@pytest.fixture
def keys(store: SqliteStore) -> Keys:
    return Keys(store.connect)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(store: SqliteStore, keys: Keys, clock: Clock) -> Sessions:
    return Sessions(store.connect, keys, clock)


def a_key(keys: Keys, **granted: object) -> str:
    return keys.create(Grant(name="ann", **granted)).secret.reveal()  # type: ignore[arg-type]


def begun(sessions: Sessions, key: str) -> Begun:
    found = sessions.begin(key)
    assert found is not None
    return found


def rows(store: SqliteStore) -> list[sqlite3.Row]:
    with closing(store.reader()) as reader:
        return reader.execute("SELECT * FROM sessions").fetchall()


def test_whoever_has_the_secret_is_the_holder_of_the_key(sessions: Sessions, keys: Keys) -> None:
    fresh = begun(sessions, a_key(keys, role="viewer"))
    found = sessions.find(fresh.secret)
    assert found is not None
    assert isinstance(found.caller, Caller)
    assert (found.caller.name, found.caller.role) == ("ann", "viewer")
    assert len(fresh.secret) == 43
    assert fresh.secret not in repr(fresh)


def test_no_other_secret_is_known(sessions: Sessions, keys: Keys) -> None:
    fresh = begun(sessions, a_key(keys))
    for forged in ("", fresh.secret[:-1], fresh.secret + "A", fresh.secret.swapcase(), "x" * 100_000, "\udcff\0é"):
        assert sessions.find(forged) is None


def test_a_key_that_opens_nothing_begins_nothing(sessions: Sessions, keys: Keys, store: SqliteStore) -> None:
    key = a_key(keys)
    keys.revoke("ann")
    assert sessions.begin(key) is None
    assert sessions.begin("fh-none") is None
    assert rows(store) == []


def test_neither_the_secret_nor_the_key_is_in_the_database(sessions: Sessions, keys: Keys, store: SqliteStore) -> None:
    key = a_key(keys)
    fresh = begun(sessions, key)
    held = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in rows(store)[0])
    assert fresh.secret.encode() not in held
    assert key.encode() not in held


def test_it_ends_with_its_key(sessions: Sessions, keys: Keys) -> None:
    revoked = begun(sessions, a_key(keys))
    keys.revoke("ann")
    renewed = begun(sessions, keys.create(Grant(name="bea")).secret.reveal())
    keys.rotate("bea")
    expired = begun(sessions, keys.create(Grant(name="cy")).secret.reveal())
    keys.amend("cy", lambda key: Grant(name="cy", expires_ns=1))
    assert [sessions.find(each.secret) for each in (revoked, renewed, expired)] == [None, None, None]


def test_a_role_that_changes_holds_at_once(sessions: Sessions, keys: Keys) -> None:
    fresh = begun(sessions, a_key(keys, role="admin"))
    keys.amend("ann", lambda key: Grant(name="ann", role="viewer"))
    found = sessions.find(fresh.secret)
    assert found is not None
    assert found.caller.role == "viewer"


def test_it_ends_where_nobody_asks_for_long_enough(sessions: Sessions, keys: Keys, clock: Clock) -> None:
    fresh = begun(sessions, a_key(keys))
    clock.now += IDLE_NS
    assert sessions.find(fresh.secret) is not None
    clock.now += IDLE_NS + 1
    assert sessions.find(fresh.secret) is None


def test_it_ends_at_its_time_however_often_it_is_asked_for(sessions: Sessions, keys: Keys, clock: Clock) -> None:
    fresh = begun(sessions, a_key(keys))
    for _ in range(LONGEST_NS // (30 * MINUTE) - 1):
        clock.now += 30 * MINUTE
        assert sessions.find(fresh.secret) is not None
    clock.now += 30 * MINUTE
    assert sessions.find(fresh.secret) is None


def test_a_clock_that_is_set_back_neither_ends_it_nor_breaks_it(sessions: Sessions, keys: Keys, clock: Clock) -> None:
    fresh = begun(sessions, a_key(keys))
    clock.now -= 3600 * SECOND
    assert sessions.find(fresh.secret) is not None


def test_a_restart_finds_it_as_it_was_last_seen(
    sessions: Sessions, keys: Keys, clock: Clock, store: SqliteStore
) -> None:
    fresh = begun(sessions, a_key(keys))
    clock.now += IDLE_NS
    found = sessions.find(fresh.secret)
    assert found is not None
    assert found.unwritten
    sessions.write(fresh.secret)
    again = sessions.find(fresh.secret)
    assert again is not None
    assert not again.unwritten
    clock.now += IDLE_NS
    restarted = Sessions(store.connect, keys, clock)
    assert restarted.find(fresh.secret) is not None
    clock.now += IDLE_NS + 1
    assert Sessions(store.connect, keys, clock).find(fresh.secret) is None


def test_signing_out_ends_it_for_good(sessions: Sessions, keys: Keys, store: SqliteStore, clock: Clock) -> None:
    fresh, other = begun(sessions, key := a_key(keys)), begun(sessions, key)
    sessions.end(fresh.secret)
    sessions.end(fresh.secret)
    for each in (sessions, Sessions(store.connect, keys, clock)):
        assert each.find(fresh.secret) is None
        assert each.find(other.secret) is not None


def test_signing_out_holds_even_while_the_database_is_locked(
    sessions: Sessions, keys: Keys, store: SqliteStore, clock: Clock
) -> None:
    fresh = begun(sessions, a_key(keys))
    impatient = Sessions(lambda: store.connect(busy_ms=1), keys, clock)
    assert impatient.find(fresh.secret) is not None
    with closing(store.connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            impatient.end(fresh.secret)
    assert impatient.find(fresh.secret) is None


def test_what_cannot_be_written_down_begins_nothing(
    sessions: Sessions, keys: Keys, store: SqliteStore, clock: Clock
) -> None:
    key, impatient = a_key(keys), Sessions(lambda: store.connect(busy_ms=1), keys, clock)
    with closing(store.connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            impatient.begin(key)
    assert begun(impatient, key)
    assert len(rows(store)) == 1


def test_a_key_has_so_many_and_the_one_unseen_for_longest_goes(
    sessions: Sessions, keys: Keys, clock: Clock, monkeypatch: pytest.MonkeyPatch, store: SqliteStore
) -> None:
    monkeypatch.setattr(sessions_module, "_MOST_OF_A_KEY", 2)
    key, other = a_key(keys), keys.create(Grant(name="bea")).secret.reveal()
    bystander = begun(sessions, other)
    first, second = begun(sessions, key), begun(sessions, key)
    clock.now += SECOND
    sessions.find(first.secret)
    third = begun(sessions, key)
    alive = [each for each in (bystander, first, second, third) if sessions.find(each.secret)]
    assert alive == [bystander, first, third]
    assert len(rows(store)) == 3


def test_all_together_are_bounded_and_what_has_ended_is_swept(
    sessions: Sessions, keys: Keys, clock: Clock, monkeypatch: pytest.MonkeyPatch, store: SqliteStore
) -> None:
    monkeypatch.setattr(sessions_module, "_MOST", 3)
    for number in range(5):
        begun(sessions, keys.create(Grant(name=f"k{number}")).secret.reveal())
        clock.now += SECOND
    assert len(rows(store)) == 3
    clock.now += LONGEST_NS
    begun(sessions, a_key(keys))
    assert len(rows(store)) == 1
