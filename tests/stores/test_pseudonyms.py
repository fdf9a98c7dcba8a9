"""What stands for whom: sealed, for a while, and gone when it is to go."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.core.errors import Unavailable
from freehold.core.target import Secret
from freehold.stores.keyfile import keyfile
from freehold.stores.pseudonyms import Kept, KeptPseudonyms
from freehold.stores.sqlite import SqliteStore, open_store

HOUR = 3_600_000_000_000
ONE, OTHER = b"\x01" * 32, b"\x02" * 32
ADA = Kept((("person", "Ada Obi"),), (("name", "ada", "Merrick"), ("name", "obi", "Calwick")))
BEN = Kept((("person", "Ben Obi"),), (("name", "ben", "Tolan"), ("name", "obi", "Elsewhere")))


class Clock:
    now = 1_000 * HOUR

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return open_store(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(store: SqliteStore, clock: Clock, tmp_path: Path) -> Iterator[KeptPseudonyms]:
    made = KeptPseudonyms(store.connect, keyfile(tmp_path, "pseudonyms.key"), hours=2, clock=clock)
    yield made
    made.close()


def rows(store: SqliteStore) -> list[sqlite3.Row]:
    connection = store.reader()
    found = connection.execute("SELECT * FROM pseudonyms").fetchall()
    connection.close()
    return found


def test_what_is_kept_comes_back(kept: KeptPseudonyms):
    assert kept.load(ONE) == Kept()
    kept.keep(ONE, ADA)
    assert kept.load(ONE) == ADA
    assert kept.load(OTHER) == Kept()


def test_turns_add_up_and_the_first_stand_in_stays(kept: KeptPseudonyms):
    kept.keep(ONE, ADA)
    kept.keep(ONE, BEN)
    whole = kept.load(ONE)
    assert whole.originals == (*ADA.originals, *BEN.originals)
    assert set(whole.given) == {*ADA.given, ("name", "ben", "Tolan")}


def test_nothing_can_be_read_in_the_database(kept: KeptPseudonyms, store: SqliteStore, tmp_path: Path):
    kept.keep(ONE, ADA)
    kept.close()
    held = b"".join(path.read_bytes() for path in tmp_path.glob("freehold.db*"))
    assert ONE in held
    assert not any(word in held for word in (b"Ada", b"ada", b"Obi", b"Merrick"))
    assert "Ada" not in repr(ADA)
    assert len(rows(store)) == 1


def test_the_same_is_sealed_anew_each_time(kept: KeptPseudonyms, store: SqliteStore):
    kept.keep(ONE, ADA)
    first = rows(store)[0]["sealed"]
    kept.keep(ONE, ADA)
    assert rows(store)[0]["sealed"] != first


@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_row_that_was_altered_is_refused(kept: KeptPseudonyms, store: SqliteStore, place: int):
    kept.keep(ONE, ADA)
    sealed = bytearray(rows(store)[0]["sealed"])
    sealed[place] ^= 1
    change(store, "UPDATE pseudonyms SET sealed = ?", bytes(sealed))
    with pytest.raises(Unavailable, match=r"pseudonyms\.key"):
        kept.load(ONE)


def test_a_row_in_another_s_place_is_refused(kept: KeptPseudonyms, store: SqliteStore):
    kept.keep(ONE, ADA)
    change(store, "UPDATE pseudonyms SET conversation = ?", OTHER)
    with pytest.raises(Unavailable):
        kept.load(OTHER)


def test_another_key_opens_nothing(kept: KeptPseudonyms, store: SqliteStore):
    kept.keep(ONE, ADA)
    other = KeptPseudonyms(store.connect, Secret("00" * 32), hours=2, clock=Clock())
    with pytest.raises(Unavailable):
        other.load(ONE)
    with pytest.raises(Unavailable):
        other.keep(ONE, BEN)
    other.close()
    assert kept.load(ONE) == ADA


def test_it_lives_from_its_last_use(kept: KeptPseudonyms, clock: Clock, store: SqliteStore):
    kept.keep(ONE, ADA)
    clock.now += HOUR
    kept.keep(ONE, BEN)
    clock.now += 2 * HOUR - 1
    assert kept.load(ONE).originals
    clock.now += 1
    assert kept.load(ONE) == Kept()
    assert len(rows(store)) == 1
    assert kept.purge() == 1
    assert rows(store) == []


def test_keeping_one_removes_what_has_expired(kept: KeptPseudonyms, clock: Clock, store: SqliteStore):
    kept.keep(ONE, ADA)
    clock.now += 3 * HOUR
    kept.keep(OTHER, BEN)
    assert [row["conversation"] for row in rows(store)] == [OTHER]


def test_one_conversation_or_all_can_be_forgotten(kept: KeptPseudonyms):
    kept.keep(ONE, ADA)
    kept.keep(OTHER, BEN)
    assert kept.forget(ONE)
    assert not kept.forget(ONE)
    assert kept.load(OTHER) == BEN
    kept.keep(ONE, ADA)
    assert kept.forget_all() == 2
    assert kept.load(ONE) == kept.load(OTHER) == Kept()


def change(store: SqliteStore, statement: str, value: bytes) -> None:
    connection = store.connect()
    connection.execute(statement, (value,))
    connection.close()
