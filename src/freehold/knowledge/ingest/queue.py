"""Which uploads wait, and what became of each.

It is what a job's report is read from, and what says after a crash which work is left. An upload is one row; rows are
numbered in the order in which they came, and of two that wait under one name the later one counts.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from freehold.core.errors import Unavailable
from freehold.core.label import Label
from freehold.knowledge.ingest.report import FileReport, JobReport
from freehold.knowledge.ingest.rows import Rows

_ITEM = "seq, job, collection, name, digest, size, label, groups, media_type"
_SHOWN = 100
_MOST_FAILURES = 10_000
_KEEP_NS = 30 * 86_400 * 10**9
"""How long the reports of ended work are kept."""
_LATER = "a later upload of this name took its place"

Ended = Literal["done", "unchanged", "failed"]


class NewItem(msgspec.Struct, frozen=True):
    """An upload whose bytes are staged. `None`: nothing was said."""

    job: str
    collection: str
    name: str
    digest: str
    size: int
    label: Label | None = None
    groups: frozenset[str] | None = None
    media_type: str | None = None


class Item(msgspec.Struct, frozen=True):
    """An upload that waits."""

    seq: int
    new: NewItem


class _Arrival:
    """A row on its way in, and what the thread that wrote it has to say to the one that brought it."""

    def __init__(self, new: NewItem) -> None:
        self.new = new
        self.replaced: list[str] = []
        self.settled = False
        self.trouble: Unavailable | None = None


class Queue:
    """The uploads. Safe to use from several threads. Every method raises `Unavailable` when the disk refuses."""

    def __init__(self, rows: Rows, flush: Callable[[], None] = lambda: None) -> None:
        """`flush` makes the staged files of new rows durable; it is called once before each write of new rows."""
        self._rows = rows
        self._flush = flush
        self._writer = threading.Lock()
        self._arrived: list[_Arrival] = []
        self._arrivals = threading.Lock()

    def add(self, new: NewItem) -> list[str]:
        """Keep a new row durably; returns the digests of earlier ones whose place it takes.

        Rows that come together are written together, by whichever thread is first: each flush costs milliseconds.
        """
        arrival = _Arrival(new)
        with self._arrivals:
            self._arrived.append(arrival)
        with self._writer:
            if not arrival.settled:
                with self._arrivals:
                    together, self._arrived = self._arrived, []
                self._write(together)
        if arrival.trouble is not None:
            raise arrival.trouble
        return arrival.replaced

    def _write(self, together: list[_Arrival]) -> None:
        trouble: Unavailable | None = None
        try:
            self._flush()
            with self._rows.writing(flushed=True) as connection:
                for arrival in together:
                    arrival.replaced = _insert(connection, arrival.new)
        except Unavailable as error:
            trouble = error
        except OSError as error:
            trouble = Unavailable(f"the upload cannot be kept: {error.strerror or error}")
        finally:
            for arrival in together:
                arrival.settled, arrival.trouble = True, trouble

    def take(self, batch: str, most: int, most_bytes: int) -> list[Item]:
        """Put the oldest rows that no batch has into one: at most `most`, and after the first at most `most_bytes`."""
        with self._rows.writing() as connection:
            rows = connection.execute(
                f"SELECT {_ITEM} FROM items WHERE state = 'waiting' AND batch IS NULL ORDER BY seq LIMIT ?",  # noqa: S608
                (most,),
            ).fetchall()
            taken: list[Item] = []
            size = 0
            for item in map(_item, rows):
                size += item.new.size
                if taken and size > most_bytes:
                    break
                taken.append(item)
            connection.executemany("UPDATE items SET batch = ? WHERE seq = ?", [(batch, each.seq) for each in taken])
        return taken

    def batch(self, batch: str) -> list[Item]:
        """The rows of a batch that still wait, oldest first."""
        return [
            _item(row)
            for row in self._rows.read(
                f"SELECT {_ITEM} FROM items WHERE state = 'waiting' AND batch = ? ORDER BY seq",  # noqa: S608
                (batch,),
            )
        ]

    def release(self, *, except_for: frozenset[str]) -> None:
        """Take waiting rows out of every batch but these."""
        with self._rows.writing() as connection:
            rows = connection.execute("SELECT DISTINCT batch FROM items WHERE state = 'waiting' AND batch IS NOT NULL")
            lost = [(batch,) for (batch,) in rows.fetchall() if batch not in except_for]
            connection.executemany("UPDATE items SET batch = NULL WHERE state = 'waiting' AND batch = ?", lost)

    def waits(self, seq: int) -> bool:
        """Whether a row still waits: it may have been replaced or removed by now."""
        return bool(self._rows.read("SELECT 1 FROM items WHERE seq = ? AND state = 'waiting'", (seq,)))

    def left(self) -> int:
        """How many rows wait."""
        return int(self._rows.read("SELECT count(*) FROM items WHERE state = 'waiting'")[0][0])

    def needs(self, digest: str) -> bool:
        """Whether a row that waits needs this content."""
        return bool(self._rows.read("SELECT 1 FROM items WHERE digest = ? AND state = 'waiting' LIMIT 1", (digest,)))

    def digests(self) -> set[str]:
        """The contents that rows wait for."""
        return {digest for (digest,) in self._rows.read("SELECT DISTINCT digest FROM items WHERE state = 'waiting'")}

    def end(
        self, seq: int, state: Ended, *, document: str | None = None, reason: str = "", notes: Sequence[str] = ()
    ) -> None:
        """Say what became of a row. One that has ended already keeps its end."""
        with self._rows.writing() as connection:
            connection.execute(
                "UPDATE items SET state = ?, batch = NULL, document = ?, reason = ?, notes = ?, ended_ns = ?"
                " WHERE seq = ? AND state = 'waiting'",
                (state, document, reason, _listed(notes), time.time_ns(), seq),
            )

    def fail_part(self, item: Item, name: str, reason: str) -> None:
        """Report a member of an archive, or an attachment, that could not be read."""
        with self._rows.writing() as connection:
            # The archive may be read a second time, after a crash.
            connection.execute("DELETE FROM items WHERE job = ? AND name = ? AND digest = ''", (item.new.job, name))
            connection.execute(
                "INSERT INTO items (job, collection, name, digest, size, state, reason, ended_ns)"
                " VALUES (?, ?, ?, '', 0, 'failed', ?, ?)",
                (item.new.job, item.new.collection, name, reason, time.time_ns()),
            )

    def cancel(self, collection: str, name: str | None, reason: str) -> list[str]:
        """End what waits under a name, or in the whole collection, as unchanged; returns the digests of it."""
        with self._rows.writing() as connection:
            rows = connection.execute(
                "UPDATE items SET state = 'unchanged', batch = NULL, reason = ?, ended_ns = ?"
                " WHERE state = 'waiting' AND collection = ? AND name = coalesce(?, name) RETURNING digest",
                (reason, time.time_ns(), collection, name),
            ).fetchall()
        return [digest for (digest,) in rows]

    def report(self, job: str) -> JobReport | None:
        """How a job stands; `None` for one that is not known."""
        counts = dict(self._rows.read("SELECT state, count(*) FROM items WHERE job = ? GROUP BY state", (job,)))
        if not counts:
            return None
        return JobReport(
            id=job,
            state="running" if counts.get("waiting") else "done",
            waiting=counts.get("waiting", 0),
            done=counts.get("done", 0),
            unchanged=counts.get("unchanged", 0),
            failed=counts.get("failed", 0),
            files=self._files(job),
        )

    def _files(self, job: str) -> tuple[FileReport, ...]:
        """Every failure and the last of the others, in order."""
        shown = "SELECT seq, name, state, document, reason, notes FROM items WHERE job = ? AND state"
        rows = self._rows.read(f"{shown} = 'failed' ORDER BY seq LIMIT ?", (job, _MOST_FAILURES))
        for state in ("done", "unchanged", "waiting"):
            rows += self._rows.read(f"{shown} = ? ORDER BY ended_ns DESC, seq LIMIT ?", (job, state, _SHOWN))
        return tuple(
            FileReport(name, state, document, reason, tuple(msgspec.json.decode(notes)))
            for _, name, state, document, reason, notes in sorted(rows)
        )

    def tidy(self) -> None:
        """Forget the reports of jobs that ended long ago."""
        with self._rows.writing() as connection:
            connection.execute(
                "DELETE FROM items WHERE state <> 'waiting' AND ended_ns < ?"
                " AND job NOT IN (SELECT job FROM items WHERE state = 'waiting')",
                (time.time_ns() - _KEEP_NS,),
            )


def _insert(connection: sqlite3.Connection, new: NewItem) -> list[str]:
    replaced = connection.execute(
        "UPDATE items SET state = 'unchanged', batch = NULL, reason = ?, ended_ns = ?"
        " WHERE state = 'waiting' AND collection = ? AND name = ? RETURNING digest",
        (_LATER, time.time_ns(), new.collection, new.name),
    ).fetchall()
    connection.execute(
        "INSERT INTO items (job, collection, name, digest, size, label, groups, media_type)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(new.job, new.collection, new.name, new.digest, new.size),
            *(label_text(new.label), groups_text(new.groups), new.media_type),
        ),
    )
    return [digest for (digest,) in replaced]


def _item(row: tuple[object, ...]) -> Item:
    seq, job, collection, name, digest, size, label, groups, media_type = row
    new = NewItem(job, collection, name, digest, size, label_of(label), groups_of(groups), media_type)  # type: ignore[arg-type]
    return Item(seq, new)  # type: ignore[arg-type]


def _listed(texts: Sequence[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()


def label_text(label: Label | None) -> str | None:
    """A label as it is kept."""
    return None if label is None else str(label)


def label_of(text: object) -> Label | None:
    """The label that was kept."""
    return None if text is None else Label.parse(str(text))


def groups_text(groups: frozenset[str] | None) -> str | None:
    """Groups as they are kept."""
    return None if groups is None else _listed(sorted(groups))


def groups_of(text: object) -> frozenset[str] | None:
    """The groups that were kept."""
    return None if text is None else msgspec.json.decode(str(text), type=frozenset[str])
