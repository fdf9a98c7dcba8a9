"""Keys: shown once, hashed at rest, found fast, ended at once. Every test runs over each kind of store there is."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.caller import Caller
from freehold.core.errors import Conflict, NotFound, SetupError, Unavailable
from freehold.core.label import Label
from freehold.stores import keys as keys_module
from freehold.stores.keys import Grant, Key, Keys
from freehold.stores.sqlite import FILE_NAME, open_store

GRANT = Grant(
    name="ann",
    label=Label.parse("confidential;eu"),
    models=frozenset({"auto", "local/one"}),
    groups=frozenset({"legal"}),
    team="law",
    may_declare=True,
    capture=True,
    collections=("handbook", "contracts"),
)

Open = Callable[[], Keys]


def embedded(folder: Path) -> Open:
    return lambda: Keys(open_store(folder).connect)


@pytest.fixture(params=[embedded])
def open_keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same keys again and again, as other processes would."""
    opened: list[Keys] = []

    def open_one() -> Keys:
        opened.append(request.param(tmp_path)())
        return opened[-1]

    yield open_one
    for keys in opened:
        keys.close()


@pytest.fixture
def keys(open_keys: Open) -> Keys:
    return open_keys()


def test_a_key_opens_as_the_caller_it_was_granted_to(keys: Keys) -> None:
    issued = keys.create(GRANT)
    assert keys.find(issued.secret.reveal()) == Caller(
        key_id=issued.key.id,
        name="ann",
        default_label=Label.parse("confidential;eu"),
        models=frozenset({"auto", "local/one"}),
        groups=frozenset({"legal"}),
        team="law",
        may_declare=True,
        capture=True,
        collections=("handbook", "contracts"),
    )


def test_a_grant_that_says_little_grants_little(keys: Keys) -> None:
    caller = keys.find(keys.create(Grant(name="bob")).secret.reveal())
    assert caller is not None
    assert (caller.admin, caller.models, caller.may_declare, caller.capture) == (False, None, False, False)


@pytest.mark.parametrize("wrong", ["", "fh-", "fh-00000000-nothing", "x" * 10_000, "ключ", "\ud800"])
def test_what_is_no_key_opens_nothing(keys: Keys, wrong: str) -> None:
    keys.create(GRANT)
    assert keys.find(wrong) is None


@pytest.fixture(scope="module")
def issued_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Keys, str]]:
    """One store for the property below, which must not make a database for each example."""
    keys = Keys(open_store(tmp_path_factory.mktemp("keys")).connect)
    yield keys, keys.create(GRANT).secret.reveal()
    keys.close()


@given(at=st.integers(0, 53), to=st.characters(min_codepoint=33, max_codepoint=126))
def test_no_letter_of_a_key_may_differ(issued_once: tuple[Keys, str], at: int, to: str) -> None:
    keys, secret = issued_once
    changed = secret[:at] + to + secret[at + 1 :]
    assert (keys.find(changed) is not None) == (changed == secret)


def test_a_key_is_known_by_its_whole_hash_not_by_where_it_is_kept(
    open_keys: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "_INDEX_BYTES", 0)
    keys = open_keys()
    secret = keys.create(GRANT).secret.reveal()
    assert keys.find(secret) is not None
    assert keys.find(secret[:-1] + "!") is None


def test_keys_survive_a_restart_with_all_they_grant(keys: Keys, open_keys: Open) -> None:
    issued = keys.create(GRANT)
    again = open_keys()
    assert again.find(issued.secret.reveal()) == keys.find(issued.secret.reveal())
    assert again.list() == [issued.key]


def test_the_secret_is_nowhere_but_in_the_answer(keys: Keys, tmp_path: Path) -> None:
    issued = keys.create(GRANT)
    secret = issued.secret.reveal()
    assert secret.startswith(issued.key.prefix)
    assert len(secret) - len(issued.key.prefix) >= 43
    assert secret not in repr(issued)
    for file in tmp_path.glob(f"{FILE_NAME}*"):
        assert secret[11:].encode() not in file.read_bytes()


def test_a_revoked_key_opens_nothing_from_then_on(keys: Keys, open_keys: Open) -> None:
    issued = keys.create(GRANT)
    assert keys.find(issued.secret.reveal()) is not None
    assert keys.revoke(issued.key.id).revoked_ns is not None
    assert keys.find(issued.secret.reveal()) is None
    assert open_keys().find(issued.secret.reveal()) is None
    assert keys.revoke(issued.key.id).revoked_ns == keys.list()[0].revoked_ns


def test_another_process_sees_a_revocation_when_it_next_looks(
    keys: Keys, open_keys: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = keys.create(GRANT)
    other = open_keys()
    assert other.find(issued.secret.reveal()) is not None
    keys.revoke(issued.key.id)
    monkeypatch.setattr(keys_module, "_POLL_SECONDS", 0.0)
    assert other.find(issued.secret.reveal()) is None


def test_another_process_sees_a_new_key_when_it_next_looks(
    keys: Keys, open_keys: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_keys()
    monkeypatch.setattr(keys_module, "_POLL_UNKNOWN_SECONDS", 0.0)
    assert other.find(keys.create(GRANT).secret.reveal()) is not None


def test_rotating_ends_the_old_secret_and_keeps_the_key(keys: Keys) -> None:
    old = keys.create(GRANT)
    assert keys.find(old.secret.reveal()) is not None
    new = keys.rotate("ann")
    assert keys.find(old.secret.reveal()) is None
    found = keys.find(new.secret.reveal())
    assert found is not None
    assert found.key_id == old.key.id == new.key.id
    assert [key.prefix for key in keys.list()] == [new.key.prefix]
    keys.revoke("ann")
    with pytest.raises(Conflict, match="revoked"):
        keys.rotate(old.key.id)


def test_a_key_ends_when_it_expires(keys: Keys) -> None:
    now = time.time_ns()
    past = keys.create(Grant(name="past", expires_ns=now - 1))
    future = keys.create(Grant(name="future", expires_ns=now + 10**12))
    assert keys.find(past.secret.reveal()) is None
    assert keys.find(future.secret.reveal()) is not None


def test_a_key_is_named_by_id_by_prefix_or_by_name(keys: Keys) -> None:
    key = keys.create(GRANT).key
    assert keys.get(key.id) == keys.get(key.prefix) == keys.get("ann") == key
    with pytest.raises(NotFound, match="'eve'"):
        keys.get("eve")
    keys.create(GRANT)
    with pytest.raises(Conflict, match=key.id):
        keys.get("ann")


def test_the_first_start_makes_an_admin_key_and_no_later_one_does(keys: Keys, open_keys: Open) -> None:
    secret = keys.ensure_admin()
    assert secret is not None
    found = keys.find(secret)
    assert found is not None
    assert found.admin
    assert keys.ensure_admin() is None
    assert open_keys().ensure_admin("another-secret-from-outside") is None
    assert len(keys.list()) == 1


def test_an_admin_key_may_be_given_from_outside(keys: Keys) -> None:
    assert keys.ensure_admin("chosen-by-the-operator-0123456789") is None
    found = keys.find("chosen-by-the-operator-0123456789")
    assert found is not None
    assert found.admin
    assert keys.list()[0].prefix == "chos…"


@pytest.mark.parametrize("secret", ["", "two words", "line\nbreak", "schlüssel"])
def test_an_admin_key_that_no_header_can_carry_is_refused(keys: Keys, secret: str) -> None:
    with pytest.raises(SetupError, match="admin key"):
        keys.ensure_admin(secret)


@pytest.mark.parametrize("secret", ["a", "letters"])
def test_an_admin_key_that_can_be_guessed_is_refused_with_the_mend(keys: Keys, secret: str) -> None:
    with pytest.raises(SetupError, match=r"8 to 512.*secrets\.token_urlsafe\(32\)") as refused:
        keys.ensure_admin(secret)
    assert "letters" not in str(refused.value)
    assert keys.list() == []
    assert keys.ensure_admin("letters-") is None


def test_without_an_active_admin_there_is_a_new_one(keys: Keys) -> None:
    keys.ensure_admin()
    keys.revoke("admin")
    assert keys.ensure_admin() is not None


def test_a_key_that_was_shown_once_is_known_for_as_long_as_it_stands(
    open_keys: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "_POLL_SECONDS", 0.0)
    keys, elsewhere = open_keys(), open_keys()
    secret = keys.create(GRANT).secret.reveal()
    key, mark = keys.get("ann"), keys.mark(secret)
    assert secret.encode() not in mark
    assert (found := keys.still(key.id, mark)) is not None
    assert found.key_id == key.id
    assert keys.still(key.id, keys.mark("another")) is None
    assert keys.still("key_none", mark) is None
    elsewhere.rotate("ann")
    assert keys.still(key.id, mark) is None


def test_an_amended_key_keeps_its_secret_and_all_that_is_not_its_grant(open_keys: Open) -> None:
    keys = open_keys()
    issued = keys.create(GRANT)
    secret = issued.secret.reveal()
    other = Grant(name="bea", role="operator", collections=("x",))
    assert keys.amend("ann", lambda key: other) == Key(issued.key.id, issued.key.prefix, other, issued.key.created_ns)
    assert (found := keys.find(secret)) is not None
    assert (found.name, found.role, found.models, found.capture) == ("bea", "operator", None, False)
    assert open_keys().get("bea").grant == other


def test_what_an_amendment_raises_leaves_all_as_it_is(open_keys: Open) -> None:
    keys = open_keys()
    keys.create(GRANT)

    def refuse(key: Key) -> Grant:
        raise Conflict(key.grant.name)

    with pytest.raises(Conflict, match="ann"):
        keys.amend("ann", refuse)
    assert keys.get("ann").grant == GRANT
    key = keys.revoke("ann")
    with pytest.raises(Conflict, match="revoked"):
        keys.amend(key.id, lambda key: key.grant)
    with pytest.raises(NotFound):
        keys.amend("nobody", lambda key: key.grant)


def test_every_change_is_told_and_another_process_that_looks_knows_it(keys: Keys, open_keys: Open) -> None:
    told: list[str] = []
    keys.changed = lambda: told.append("changed")
    other = open_keys()
    issued = keys.create(GRANT)
    other.look()
    assert other.find(issued.secret.reveal()) is not None
    keys.revoke(issued.key.id)
    other.look()
    assert other.find(issued.secret.reveal()) is None
    assert told == ["changed", "changed"]


class Disk:
    """Connections to a database that may be told to be read-only, as a disk that failed is."""

    def __init__(self, folder: Path) -> None:
        self._store = open_store(folder)
        self._connection: sqlite3.Connection | None = None

    def connect(self) -> sqlite3.Connection:
        self._connection = self._store.connect()
        return self._connection

    def refuse(self, *, refuses: bool) -> None:
        assert self._connection is not None
        self._connection.execute(f"PRAGMA query_only={refuses:d}")


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def on_disk(disk: Disk) -> Iterator[Keys]:
    keys = Keys(disk.connect)
    yield keys
    keys.close()


def test_a_disk_that_takes_nothing_is_told_with_the_mend(disk: Disk, on_disk: Keys) -> None:
    issued = on_disk.create(GRANT)
    disk.refuse(refuses=True)
    for change in (
        lambda: on_disk.create(GRANT),
        lambda: on_disk.rotate("ann"),
        lambda: on_disk.amend("ann", lambda key: key.grant),
    ):
        with pytest.raises(Unavailable, match=r"cannot be written \(.*readonly.*free the disk"):
            change()
    assert on_disk.find(issued.secret.reveal()) is not None


def test_a_revocation_holds_at_once_though_the_disk_does_not_take_it(
    disk: Disk, on_disk: Keys, open_keys: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "_RETRY_SECONDS", 0.01)
    issued, other = on_disk.create(GRANT), open_keys()
    secret, key_id = issued.secret.reveal(), issued.key.id
    told: list[tuple[str, ...]] = []
    written = threading.Event()

    def changed() -> None:
        told.append(on_disk.unwritten)
        if not on_disk.unwritten:
            written.set()

    on_disk.changed = changed
    disk.refuse(refuses=True)
    with pytest.raises(Unavailable, match="opens nothing any more, but that is not on disk"):
        on_disk.revoke("ann")
    assert on_disk.find(secret) is None
    assert on_disk.list()[0].revoked_ns is not None
    assert told == [(key_id,)]
    with pytest.raises(Unavailable):
        on_disk.revoke(key_id)
    assert other.find(secret) is not None
    other.look(told[0])
    assert other.find(secret) is None
    disk.refuse(refuses=False)
    assert written.wait(10)
    other.look()
    assert (on_disk.find(secret), other.find(secret), open_keys().find(secret)) == (None, None, None)


def test_work_that_goes_on_in_a_keys_name_knows_when_it_has_ended(keys: Keys) -> None:
    issued = keys.create(Grant(name="ada", role="operator"))
    holder = keys.holder(issued.key.id)
    assert holder is not None
    assert (holder.key_id, holder.role) == (issued.key.id, "operator")
    keys.revoke(issued.key.id)
    assert keys.holder(issued.key.id) is None
    assert keys.holder("key_none") is None
