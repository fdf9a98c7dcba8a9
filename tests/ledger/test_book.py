"""The ledger's promise: open before anything costs, settle at once, lose nothing, and say so when it cannot."""

from __future__ import annotations

import asyncio
import logging
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from freehold.core.caller import Caller
from freehold.core.errors import SetupError, Unavailable
from freehold.core.event import Answer, Choice
from freehold.core.money import Price, Rates
from freehold.core.target import Secret
from freehold.ledger import book as book_module
from freehold.ledger.audit import journal
from freehold.ledger.audit.folder import Folder
from freehold.ledger.audit.leaf import Leaf, head_of, note
from freehold.ledger.audit.sealer import Sealer
from freehold.ledger.audit.tiles import unpack
from freehold.ledger.book import Book, Terms
from freehold.ledger.writer import Writer
from freehold.stores.pseudonyms import Kept, KeptPseudonyms
from freehold.stores.sqlite import SqliteStore, open_store
from support.audit import KEY
from support.exchanges import SECOND, attempt, begun, ended, request

CONSENTING = Caller(key_id="key_con", name="con", capture=True)


async def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for what is to come soon; fails where it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        await asyncio.sleep(0.01)


def endings(rows: sqlite3.Connection) -> list[str]:
    return [row[0] for row in rows.execute("SELECT ending FROM exchanges ORDER BY id")]


async def test_an_opened_exchange_is_on_the_disk(book: Book, rows: sqlite3.Connection) -> None:
    exchange = begun()
    await book.open(exchange)
    assert rows.execute("SELECT id, ending FROM exchanges").fetchone()[:] == (exchange.id, "open")


async def test_a_settled_exchange_is_on_the_disk_soon_with_its_attempts(book: Book, rows: sqlite3.Connection) -> None:
    exchange = begun()
    await book.open(exchange)
    book.settle(ended(exchange, attempt(1, shown=False), attempt(2)))
    await until(lambda: endings(rows) == ["completed"], seconds=1.0)
    assert rows.execute("SELECT count(*), sum(cost_nano) FROM attempts").fetchone()[:] == (2, 2000)


async def test_what_has_not_ended_cannot_settle(book: Book) -> None:
    with pytest.raises(ValueError, match="has not ended"):
        book.settle(begun())


async def test_many_at_once_are_all_kept(book: Book, rows: sqlite3.Connection) -> None:
    exchanges = [begun() for _ in range(500)]
    await asyncio.gather(*(book.open(exchange) for exchange in exchanges))
    for exchange in exchanges:
        book.settle(ended(exchange, attempt()))
    await book.close()
    assert endings(rows) == ["completed"] * 500
    assert rows.execute("SELECT count(*) FROM attempts").fetchone()[0] == 500


async def test_opening_rows_are_written_together_where_many_are_under_way(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    put = Writer.put
    monkeypatch.setattr(
        Writer,
        "put",
        lambda self, item: (rounds.append(len(item)) if isinstance(item, list) else None, put(self, item)),
    )
    exchanges = [begun() for _ in range(40)]
    await asyncio.gather(*(book.open(exchange) for exchange in exchanges))
    assert sum(rounds) == 40
    assert len(rounds) <= 5
    for exchange in exchanges:
        book.settle(ended(exchange, attempt()))
    rounds.clear()
    await book.open(begun())
    assert rounds == [1]


async def test_a_row_that_waits_for_company_is_written_when_the_book_closes(
    book: Book, rows: sqlite3.Connection
) -> None:
    openings = [asyncio.create_task(book.open(begun())) for _ in range(8)]
    await asyncio.sleep(0)
    await book.close()
    await asyncio.gather(*openings)
    assert endings(rows) == ["open"] * 8


async def test_closing_writes_what_was_handed_over(book: Book, rows: sqlite3.Connection) -> None:
    book.settle(ended(begun(), attempt()))
    await book.close()
    await book.close()
    assert endings(rows) == ["completed"]
    with pytest.raises(Unavailable, match="closed"):
        await book.open(begun())


async def test_what_settles_after_the_close_is_told(book: Book, caplog: pytest.LogCaptureFixture) -> None:
    await book.close()
    late = ended(begun(), attempt())
    book.settle(late)
    assert late.id in caplog.text


async def test_a_caller_that_leaves_while_the_row_opens_is_cancelled_in_the_record(
    book: Book, rows: sqlite3.Connection
) -> None:
    opening = asyncio.create_task(book.open(begun()))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await until(lambda: endings(rows) == ["cancelled"])


async def test_a_clock_set_back_breaks_nothing(book: Book, rows: sqlite3.Connection) -> None:
    now = time.time_ns()
    for number, started in enumerate((now, now - 3600 * SECOND, now + SECOND, 0)):
        exchange = begun(started_ns=started, id=f"fh_{9 - number}")
        await book.open(exchange)
        book.settle(ended(exchange, attempt(started_ns=started - SECOND), total_ms=60.0))
    await book.close()
    assert endings(rows) == ["completed"] * 4
    assert {row[0] for row in rows.execute("SELECT total_ms FROM exchanges")} == {60.0}


async def test_rows_left_open_are_marked_lost(store: SqliteStore, rows: sqlite3.Connection) -> None:
    first = Book(store.connect)
    await first.open(begun(id="fh_1"))
    settled = begun(id="fh_2")
    await first.open(settled)
    first.settle(ended(settled, attempt()))
    await first.close()
    again = Book(store.connect)
    assert (again.recover(), again.recover()) == (1, 0)
    assert endings(rows) == ["lost", "completed"]


async def test_the_baseline_may_change_while_the_book_is_open(book: Book, rows: sqlite3.Connection) -> None:
    book.settle(ended(begun(id="fh_1"), attempt()))
    book.terms = Terms(baseline=Price(Rates(input=1_000_000)))
    book.settle(ended(begun(id="fh_2"), attempt()))
    await book.close()
    assert [row[0] for row in rows.execute("SELECT baseline_nano FROM exchanges ORDER BY id")] == [None, 100_000]


@pytest.mark.parametrize(
    ("seconds", "caller", "kept"),
    [
        (None, CONSENTING, 0),
        (60.0, Caller(key_id="k", name="n"), 0),
        (60.0, CONSENTING, 1),
        (float("inf"), CONSENTING, 1),
    ],
)
async def test_text_is_kept_only_where_it_is_configured_and_consented_to(
    book: Book, rows: sqlite3.Connection, store: SqliteStore, seconds: float | None, caller: Caller, kept: int
) -> None:
    book.terms = Terms(capture_seconds=seconds)
    exchange = begun(request("an unmistakable prompt"), caller)
    await book.open(exchange)
    exchange.answer = Answer(choices=[Choice(text="an unmistakable answer")])
    book.settle(ended(exchange, attempt()))
    await book.close()
    assert rows.execute("SELECT count(*) FROM captures").fetchone()[0] == kept
    on_disk = b"".join(file.read_bytes() for file in store.path.parent.iterdir())
    assert on_disk.count(b"an unmistakable prompt") == on_disk.count(b"an unmistakable answer") == kept


async def test_captures_are_purged_when_they_expire(store: SqliteStore, rows: sqlite3.Connection) -> None:
    first = Book(store.connect, Terms(capture_seconds=0.0))
    first.settle(ended(begun(caller=CONSENTING), attempt()))
    await first.close()
    second = Book(store.connect)
    await second.open(begun())
    await until(lambda: rows.execute("SELECT count(*) FROM captures").fetchone()[0] == 0)
    assert endings(rows) == ["completed", "open"]
    await second.close()


async def test_who_stood_for_whom_is_purged_too_whether_or_not_more_is_kept(
    store: SqliteStore, rows: sqlite3.Connection
) -> None:
    kept = KeptPseudonyms(store.connect, Secret("00" * 32), hours=1, clock=lambda: 0)
    kept.keep(b"a conversation", Kept((("person", "Ada"),)))
    kept.close()
    with closing(store.connect()) as connection:
        connection.execute("INSERT INTO pseudonyms VALUES (?, ?, ?)", (b"another", b"sealed", 2**63 - 1))
    book = Book(store.connect)
    await book.open(begun())
    await until(lambda: [row[0] for row in rows.execute("SELECT conversation FROM pseudonyms")] == [b"another"])
    await book.close()


class Disk:
    """Connections to a database that may be full: SQLite then says just what it says of a full disk."""

    def __init__(self, store: SqliteStore) -> None:
        self.full = False
        self._store = store
        self._open: list[sqlite3.Connection] = []

    def connect(self) -> sqlite3.Connection:
        connection = self._store.connect(busy_ms=20)
        self._open.append(connection)
        self._limit(connection)
        return connection

    def fill(self, *, full: bool) -> None:
        self.full = full
        for connection in self._open:
            try:
                self._limit(connection)
            except sqlite3.ProgrammingError:
                continue  # Closed already, as after a refusal.

    def _limit(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA max_page_count={1 if self.full else 1_000_000}")


async def test_a_full_disk_refuses_requests_keeps_what_settled_and_recovers(
    store: SqliteStore, rows: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk(store)
    book = Book(disk.connect)
    exchanges = [begun() for _ in range(300)]
    for exchange in exchanges[:100]:
        await book.open(exchange)
    disk.fill(full=True)
    for exchange in exchanges:
        book.settle(ended(exchange, attempt()))
    await until(lambda: book.trouble)
    with pytest.raises(Unavailable, match=r"ledger cannot take a record.*full") as refused:
        await book.open(begun())
    assert refused.value.retry_after
    assert "full" in caplog.text
    disk.fill(full=False)
    await until(lambda: not book.trouble)
    await book.open(begun(id="fh_zz"))
    await book.close()
    assert endings(rows) == ["completed"] * 300 + ["open"]


async def test_a_full_disk_refuses_the_opening_row_itself(store: SqliteStore, rows: sqlite3.Connection) -> None:
    disk = Disk(store)
    disk.fill(full=True)
    book = Book(disk.connect)
    many = await asyncio.gather(*(book.open(begun()) for _ in range(500)), return_exceptions=True)
    refused = [str(result) for result in many if isinstance(result, Unavailable)]
    assert refused, "the last page has some room, but not for so many"
    assert "full" in refused[0]
    disk.fill(full=False)
    await book.open(begun())
    await book.close()


async def test_a_database_locked_by_another_refuses_and_recovers(store: SqliteStore, rows: sqlite3.Connection) -> None:
    book = Book(lambda: store.connect(busy_ms=20))
    with closing(store.connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            await book.open(begun())
        book.settle(ended(begun(), attempt()))
        await until(lambda: book.trouble)
        other.execute("ROLLBACK")
    await until(lambda: endings(rows) == ["completed"])
    await until(lambda: book.trouble is None)
    await book.open(begun())
    await book.close()


async def test_a_close_that_the_disk_refuses_says_what_is_left(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    book = Book(lambda: store.connect(busy_ms=20))
    with closing(store.connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        book.settle(ended(begun(), attempt()))
        await book.close(patience=0.1)
    assert "1 settled exchanges could not be written" in caplog.text


async def test_too_many_waiting_are_refused(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "_MOST_WAITING", 3)
    book = Book(lambda: store.connect(busy_ms=5000))
    with closing(store.connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = [asyncio.create_task(book.open(begun())) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="more to write"):
            await book.open(begun())
        other.execute("ROLLBACK")
    await asyncio.gather(*waiting)
    await book.open(begun())
    await book.close()


async def test_too_much_unwritten_is_refused(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "_MOST_BEHIND", 2)
    book = Book(store.connect)
    for _ in range(3):
        book.settle(ended(begun(), attempt()))
    with pytest.raises(Unavailable, match="more to write"):
        await book.open(begun())
    await until(lambda: book.trouble is None)
    await book.open(begun())
    await book.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_writer_that_fails_refuses_who_waits_and_whoever_comes(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    def connect() -> sqlite3.Connection:
        raise MemoryError

    book = Book(connect)
    for _ in range(2):
        with pytest.raises(Unavailable, match="its writer has stopped"):
            await asyncio.wait_for(book.open(begun()), 10)
    assert book.trouble == "its writer has stopped"
    book.settle(ended(begun(), attempt()))
    await book.close()
    assert "1 settled exchanges could not be written: its writer has stopped" in caplog.text


def test_a_ledger_that_cannot_be_recovered_says_why(store: SqliteStore) -> None:
    with closing(store.connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SetupError, match="locked"):
            Book(lambda: store.connect(busy_ms=1)).recover()


async def test_text_that_is_no_unicode_and_numbers_beyond_all_bounds_are_mended(
    book: Book, rows: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    odd = begun(request(model="\ud800odd"))
    await book.open(odd)
    book.settle(ended(odd, attempt(cost=2**70, total_ms=float("nan")), total_ms=float("inf")))
    book.settle(ended(begun(), attempt()))
    await book.close()
    assert endings(rows) == ["completed"] * 2
    assert {row[0] for row in rows.execute("SELECT alias FROM exchanges")} == {"?odd", "auto"}
    assert rows.execute("SELECT max(cost_nano) FROM attempts").fetchone()[0] == 2**63 - 1
    assert caplog.text == ""


LOAD = """
import asyncio, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from freehold.ledger.book import Book
from freehold.stores.sqlite import open_store
from support.exchanges import attempt, begun, ended

async def client(book):
    while True:
        exchange = begun()
        await book.open(exchange)
        await asyncio.sleep(0.002)
        book.settle(ended(exchange, attempt()))
        print(exchange.id, time.monotonic(), flush=True)

async def main():
    book = Book(open_store(Path(sys.argv[1])).connect)
    await asyncio.gather(*(client(book) for _ in range(16)))

asyncio.run(main())
"""


def test_a_kill_under_load_loses_nothing_that_settled_a_second_ago(tmp_path: Path) -> None:
    support = Path(__file__).parents[1]
    command = [sys.executable, "-c", LOAD, str(tmp_path), str(support)]
    output = tmp_path / "settled.txt"
    with output.open("w") as file, subprocess.Popen(command, stdout=file) as process:
        deadline = time.monotonic() + 20
        while not output.stat().st_size and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(1.5)
        killed = time.monotonic()
        process.send_signal(signal.SIGKILL)
    lines = [line.split() for line in output.read_text().splitlines()[:-1]]
    old = {name for name, at in lines if float(at) < killed - 1.0}
    assert old
    store = open_store(tmp_path)
    lost = Book(store.connect).recover()
    with closing(store.reader()) as rows:
        found = dict(rows.execute("SELECT id, ending FROM exchanges").fetchall())
        attempts = {row[0] for row in rows.execute("SELECT exchange_id FROM attempts")}
    assert {name for name in old if found.get(name) != "completed"} == set()
    assert old <= attempts
    assert list(found.values()).count("lost") == lost
    assert "open" not in found.values()


def audited(store: SqliteStore, folder: Path) -> tuple[Book, Sealer]:
    """A book whose exchanges are leaves; nothing seals them but the test."""
    sealer = Sealer(store.connect, Folder(folder), lambda: KEY)
    return Book(store.connect, sealer=sealer), sealer


def kept(rows: sqlite3.Connection) -> list[tuple[str, bytes]]:
    """The leaves that stand in the database, with their kinds."""
    found = [
        leaf for (packed,) in rows.execute("SELECT leaf FROM audit_leaves ORDER BY position") for leaf in unpack(packed)
    ]
    return [(head.kind, bytes(head.body)) for head in map(head_of, found)]


async def test_an_exchange_and_its_leaf_are_written_together_or_not_at_all(
    store: SqliteStore, rows: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, _ = audited(store, tmp_path / "audit")
    exchange = begun()
    await book.open(exchange)
    refusing = True
    real = journal.append

    def append(connection: sqlite3.Connection, leaves: Sequence[Leaf]) -> list[journal.Row]:
        if refusing:
            raise sqlite3.OperationalError("disk full")
        return real(connection, leaves)

    monkeypatch.setattr(journal, "append", append)
    book.settle(ended(exchange, attempt()))
    await until(lambda: book.trouble is not None)
    assert (endings(rows), kept(rows)) == (["open"], [])
    refusing = False
    await book.close()
    assert endings(rows) == ["completed"]
    ((kind, body),) = kept(rows)
    assert (kind, exchange.id.encode() in body) == ("exchange", True)


async def test_what_was_lost_and_what_is_noted_are_leaves_too(
    store: SqliteStore, rows: sqlite3.Connection, tmp_path: Path
) -> None:
    book, _ = audited(store, tmp_path / "audit")
    lost = begun()
    await book.open(lost)
    await book.close()
    book, sealer = audited(store, tmp_path / "audit")
    assert book.recover([note("start", freehold="1")]) == 1
    book.note(note("erasure", by="key_ann"))
    await book.close()
    assert [kind for kind, _ in kept(rows)] == ["exchange", "start", "erasure"]
    assert b'"ending":"lost"' in kept(rows)[0][1]
    assert sealer.behind == 3
    assert sealer.seal() is None
    assert kept(rows) == []


async def test_without_an_audit_log_nothing_is_noted(store: SqliteStore, rows: sqlite3.Connection) -> None:
    book = Book(store.connect)
    book.note(note("erasure", by="key_ann"))
    exchange = begun()
    await book.open(exchange)
    book.settle(ended(exchange, attempt()))
    await book.close()
    assert kept(rows) == []


async def test_more_leaves_than_may_wait_are_a_reason_to_refuse(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_module, "MOST_BEHIND", 2)
    book, sealer = audited(store, tmp_path / "audit")
    for _ in range(3):
        exchange = begun()
        await book.open(exchange)
        book.settle(ended(exchange, attempt()))
    await book.flush()
    with pytest.raises(Unavailable, match="more to seal than may wait"):
        await book.open(begun())
    assert sealer.seal() is None
    await book.open(begun())
    await book.close()
