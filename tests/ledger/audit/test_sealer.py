"""Sealing: in order, once each, whatever goes wrong at whichever step, and told where it cannot be."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

import pytest

from freehold.ledger.audit import journal
from freehold.ledger.audit.folder import Folder
from freehold.ledger.audit.leaf import head_of, note
from freehold.ledger.audit.log import Log
from freehold.ledger.audit.sealer import Sealer
from freehold.ledger.audit.verify import verify
from freehold.stores.sqlite import SqliteStore
from support.audit import KEY, OTHER

LEAF = note("test", what="x")


class Place:
    """A database and a folder, as one Freehold after another finds them."""

    def __init__(self, store: SqliteStore, path: Path) -> None:
        self.store, self.path = store, path

    def sealer(self) -> Sealer:
        sealer = Sealer(self.store.connect, Folder(self.path), lambda: KEY)
        sealer.begin()
        return sealer

    def write(self, count: int, sealer: Sealer | None = None) -> None:
        with closing(self.store.connect()) as connection:
            for _ in range(count):
                rows = journal.append(connection, [LEAF])
                if sealer is not None:
                    sealer.grown(rows)

    def waiting(self) -> int:
        with closing(self.store.connect()) as connection:
            return sum(len(row.leaves) for row in journal.held(connection, 10**6))

    def indexes(self) -> list[int]:
        """Those of the leaves in the log, which must hold."""
        verdict = verify(Folder(self.path).fetch, KEY.key)
        assert verdict.faults == []
        return [head.index for head in Log.open(Folder(self.path).fetch, KEY.key).heads()]


@pytest.fixture
def place(store: SqliteStore, tmp_path: Path) -> Place:
    return Place(store, tmp_path / "audit")


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


@pytest.mark.parametrize("steps", [[1], [3, 0, 2], [255, 1, 1], [300, 300]])
@pytest.mark.parametrize("handed", [True, False])
def test_leaves_become_a_log_that_holds(place: Place, steps: list[int], handed: bool) -> None:
    sealer = place.sealer()
    for step in steps:
        place.write(step, sealer if handed else None)
        assert sealer.seal() is None
    assert place.indexes() == list(range(sum(steps)))
    assert place.waiting() == 0


def test_it_seals_by_itself_within_a_moment_and_what_is_left_at_the_end(place: Place) -> None:
    sealer = place.sealer()
    sealer.start()
    place.write(3, sealer)
    until(lambda: sealer.behind == 0)
    assert place.indexes() == [0, 1, 2]
    place.write(2, sealer)
    sealer.stop()
    assert place.indexes() == [0, 1, 2, 3, 4]


def test_what_comes_while_leaves_are_sealed_waits_for_the_next_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealer = place.sealer()
    place.write(3, sealer)
    real, coming = Folder.settle, iter(range(5))

    def settle(folder: Folder, paths: Sequence[str]) -> None:
        real(folder, paths)
        for _ in islice(coming, 1):  # a leaf comes in every round, as under load
            place.write(1, sealer)

    monkeypatch.setattr(Folder, "settle", settle)
    assert sealer.seal() is None
    assert place.indexes() == [0, 1, 2]
    assert sealer.behind == 1


STEPS = (
    (Folder, "put"),
    (Folder, "settle"),
    (Folder, "replace"),
    (Folder, "tidy"),
    (journal, "drop"),
)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(("where", "step"), STEPS)
def test_an_end_at_any_step_loses_nothing_and_doubles_nothing(
    place: Place, where: object, step: str, before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write(250)
    place.sealer().seal()
    for nth in range(3):
        place.write(9)
        real, calls = getattr(where, step), []

        def end(*args: object, real: Callable[..., None] = real, calls: list[int] = calls, nth: int = nth) -> None:
            calls.append(1)
            if not before:
                real(*args)
            if len(calls) == nth + 1:
                raise KeyboardInterrupt  # as little caught by the code in between as the end of the process
            if before:
                real(*args)

        with monkeypatch.context() as patch:
            patch.setattr(where, step, end)
            with suppress(KeyboardInterrupt):
                place.sealer().seal()
    assert place.sealer().seal() is None
    assert place.indexes() == list(range(277))
    assert place.waiting() == 0


@pytest.mark.parametrize("nth", range(5))
def test_a_disk_that_is_full_in_the_midst_of_a_file_harms_none_that_stood(
    place: Place, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write(300)
    sealer = place.sealer()
    sealer.seal()
    place.write(9)
    real, calls = Folder.put, []

    def put(folder: Folder, path: str, data: bytes) -> None:
        calls.append(path)
        if len(calls) == nth + 1:
            real(folder, path, data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        real(folder, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "put", put)
        sealer.seal()
    assert verify(Folder(place.path).fetch, KEY.key).faults == []
    assert place.sealer().seal() is None
    assert place.indexes() == list(range(309))


KILLED = """
import sys
from pathlib import Path
from contextlib import closing
from freehold.core.target import Secret
from freehold.ledger.audit import journal
from freehold.ledger.audit.folder import Folder
from freehold.ledger.audit.leaf import note
from freehold.ledger.audit.sealer import Sealer
from freehold.ledger.audit.signing import LogKey
from freehold.stores.sqlite import open_store

store = open_store(Path(sys.argv[1]))
sealer = Sealer(store.connect, Folder(Path(sys.argv[2])), lambda: LogKey(Secret("11" * 32)))
sealer.begin()
with closing(store.connect()) as connection:
    while True:
        for _ in range(7):
            connection.execute("BEGIN IMMEDIATE")
            row = journal.append(connection, [note("test", what="x")])[-1]
            connection.execute("COMMIT")
            print(row.end, flush=True)
        sealer.seal()
"""


def test_kill_9_loses_nothing_and_doubles_nothing(place: Place) -> None:
    for seconds in (0.0, 0.05, 0.11):
        command = [sys.executable, "-c", KILLED, str(place.store.path.parent), str(place.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(seconds)
            os.kill(process.pid, signal.SIGKILL)
            said = [int(line) for line in (first + process.stdout.read()).splitlines()]
    with closing(place.store.connect()) as connection:
        written = journal.where(connection)[0]
    assert written >= said[-1] > 0
    assert place.sealer().seal() is None
    assert place.indexes() == list(range(written))


@pytest.mark.parametrize(("where", "step"), [(journal, "flush"), *STEPS[:3]])
def test_a_disk_that_refuses_is_told_once_and_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: object, step: str
) -> None:
    sealer = place.sealer()
    place.write(3, sealer)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(where, step, full)
        assert "No space left" in (sealer.seal() or "")
        sealer.seal()
        assert [record.message for record in caplog.records] == [
            "the audit log cannot be sealed: [Errno 28] No space left on device"
        ]
        place.write(2, sealer)
        assert sealer.behind == 5
    assert sealer.seal() is None
    assert "can be sealed again" in caplog.text
    assert place.indexes() == [0, 1, 2, 3, 4]


def test_files_that_were_changed_are_not_signed_over(place: Place) -> None:
    place.write(5)
    place.sealer().seal()
    tile = place.path / "tile/0/000.p/5"
    tile.write_bytes(bytes(160))
    place.write(1)
    assert "do not add up to the checkpoint" in (place.sealer().seal() or "")
    assert place.waiting() == 1


def test_another_key_s_log_is_not_gone_on_with(place: Place) -> None:
    place.write(1)
    place.sealer().seal()
    place.write(1)
    other = Sealer(place.store.connect, Folder(place.path), lambda: OTHER)
    other.begin()
    assert "the checkpoint is of" in (other.seal() or "")


def test_files_from_an_earlier_time_are_told(place: Place, tmp_path: Path) -> None:
    place.write(5)
    place.sealer().seal()
    subprocess.run(["cp", "-r", place.path, tmp_path / "old"], check=True)
    place.write(5)
    place.sealer().seal()
    place.write(1)
    subprocess.run(["rm", "-r", place.path], check=True)
    (tmp_path / "old").rename(place.path)
    assert "the log ends at leaf 5, and the next one in the database is 10" in (place.sealer().seal() or "")


def test_a_database_from_an_earlier_time_goes_on_and_the_log_says_so_for_good(
    place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place.write(5)
    place.sealer().seal()
    place.write(2)
    with closing(place.store.connect()) as connection, closing(sqlite3.connect(tmp_path / "old.db")) as old:
        connection.backup(old)
    place.write(5)
    assert place.sealer().seal() is None
    with closing(place.store.connect()) as connection, closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.backup(connection)
    sealer = place.sealer()
    told = "it knew of 7 leaves, and the log has 12. The log goes on, and says so in leaf 12"
    assert told in (sealer.notice or "")
    assert told in caplog.text
    place.write(2, sealer)
    assert sealer.seal() is None
    assert place.indexes() == list(range(15)), "and what waited in the old database is not in there twice"
    verdict = verify(Folder(place.path).fetch, KEY.key)
    assert (verdict.holds, verdict.restored) == (True, [(12, 7)])
    assert place.sealer().notice is None, "it is told at the start that found it"


def test_the_database_is_flushed_before_a_checkpoint_speaks_for_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    real = Folder.replace
    monkeypatch.setattr(journal, "flush", lambda _connection: order.append("flush"))
    monkeypatch.setattr(Folder, "replace", lambda *args: (order.append(args[1]), real(*args)))
    place.write(1)
    assert place.sealer().seal() is None
    assert order == ["key", "flush", "checkpoint"]


def test_what_was_handed_over_is_not_sealed_past_what_the_database_holds_besides(place: Place) -> None:
    place.write(5)
    place.sealer().seal()
    with closing(place.store.connect()) as connection:
        connection.execute("UPDATE meta SET value = '3 0' WHERE name = 'audit'")
        journal.append(connection, [note("test", what="another")] * 2)
    sealer = place.sealer()
    place.write(1, sealer)
    assert "leaf 3 in the database is another than the one that was sealed" in (sealer.seal() or "")
    assert place.waiting() == 3
    assert place.indexes() == list(range(5))


def test_leaves_that_differ_from_those_that_were_sealed_are_told(place: Place) -> None:
    place.write(5)
    place.sealer().seal()
    with closing(place.store.connect()) as connection:
        connection.execute("UPDATE meta SET value = '3 0' WHERE name = 'audit'")
        journal.append(connection, [note("test", what="another")])
        connection.execute("UPDATE meta SET value = '5 0' WHERE name = 'audit'")
    assert "leaf 3 in the database is another than the one that was sealed" in (place.sealer().seal() or "")


def test_a_checkpoint_says_the_time_of_its_last_leaf(place: Place) -> None:
    place.write(2)
    place.sealer().seal()
    log = Log.open(Folder(place.path).fetch, KEY.key)
    assert log.opened.time == head_of(log.tiles.leaf(1)).at // 10**9


def test_a_database_that_cannot_be_read_is_told(place: Place) -> None:
    sealer = place.sealer()

    def locked() -> sqlite3.Connection:
        raise sqlite3.OperationalError("database is locked")

    broken = Sealer(locked, Folder(place.path), lambda: KEY)
    assert broken.seal() == "database is locked"
    assert sealer.trouble is None


def test_a_database_that_came_alone_begins_a_log(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.write(5)
    place.sealer().seal()
    place.write(2)
    subprocess.run(["rm", "-r", place.path], check=True)
    gone = place.sealer()
    assert "the log ends at leaf 0, and the next one in the database is 5" in (gone.seal() or ""), "its key is there"
    for _ in range(2):
        sealer = Sealer(place.store.connect, Folder(place.path), lambda: KEY, is_new=lambda: True)
        sealer.begin()
        place.write(1, sealer)
        assert sealer.seal() is None
    assert place.indexes() == [0, 1, 2, 3]
    assert caplog.text.count("a new audit log begins: of the one before, of 5 leaves") == 1
