"""Runs and their results at rest.

Everything here blocks on the disk and may be called from any thread. A result is written once its answer is whole, in a
transaction of its own, so that whoever goes on with a run asks for what is not there and for nothing else.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from freehold.core.errors import Conflict, NotFound, Unavailable
from freehold.core.money import Nanodollars
from freehold.evaluate.model import Result, Run, RunState, Scored, Settings
from freehold.ledger.transaction import transaction

Connect = Callable[[], sqlite3.Connection]

ENDED: frozenset[RunState] = frozenset({"done", "partial", "stopped", "failed"})
"""States in which nothing is asked any more, unless the run is resumed."""
_RETRY_SECONDS = 5.0

_RUN = "id, dataset_id, subject, state, key_id, created_ns, ended_ns, budget_nano, spent_nano, settings, note"
_INSERT = f"INSERT INTO eval_runs ({_RUN}) VALUES ({', '.join('?' * 11)})"  # noqa: S608  Names of this file alone.
_SELECT = f"SELECT {_RUN} FROM eval_runs"  # noqa: S608  as above
_PUT = """
INSERT INTO eval_results (run_id, place, exchange_id, request_hash, state, body, scores) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, place) DO UPDATE SET exchange_id = excluded.exchange_id, request_hash = excluded.request_hash,
  state = excluded.state, body = excluded.body, scores = excluded.scores
"""
_RESULTS = "SELECT body, scores FROM eval_results WHERE run_id = ? AND place > ? ORDER BY place LIMIT ?"
_EARLIER = """
SELECT r.body, r.run_id FROM eval_results r JOIN eval_runs e ON e.id = r.run_id
WHERE r.request_hash = ? AND r.state = 'answered' AND r.run_id <> ? ORDER BY e.created_ns DESC LIMIT 1
"""
_PAGE = 500


class Score(msgspec.Struct, frozen=True):
    """A score as it is kept: with the version of the scorer that gave it."""

    version: str
    scored: Scored


class Kept(msgspec.Struct, frozen=True):
    """What of a run stands beside its columns."""

    settings: Settings
    revision: str = ""
    name: str = ""


class Row(NamedTuple):
    """A result with its scores as they are kept, by scorer."""

    result: Result
    scores: Mapping[str, Score]


class Counts(msgspec.Struct, frozen=True):
    """How far a run is: its results by state."""

    answered: int = 0
    refused: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def seen_to(self) -> int:
        """Examples that were asked, whatever came of it."""
        return self.answered + self.refused + self.failed


_encode = msgspec.json.Encoder().encode
_kept = msgspec.json.Decoder(Kept).decode
_body = msgspec.json.Decoder(Result).decode
_scores = msgspec.json.Decoder(dict[str, Score]).decode


class RunRows:
    """All runs of one database. Opens its connection at first use."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._lock = threading.RLock()
        self._held: sqlite3.Connection | None = None

    def add(self, run: Run) -> None:
        """Keep a new run."""
        kept = Kept(run.settings, run.revision)
        values = (
            *(run.id, run.dataset, run.subject, run.state, run.key, run.created_ns, run.ended_ns),
            *(run.settings.budget, run.spent, _text(kept), run.note),
        )
        with self._writing() as connection:
            connection.execute(_INSERT, values)

    def get(self, run: str) -> Run:
        """One run; raises `NotFound`."""
        with self._reading() as connection:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (run,)).fetchone()
        if row is None:
            raise NotFound(f"there is no run {run[:80]!r}; 'freehold eval runs' lists them")
        return _run(row)

    def newest(self, *, limit: int = 100, dataset: str | None = None, subject: str | None = None) -> list[Run]:
        """The newest runs, newest first."""
        statement = f"{_SELECT} WHERE (:d IS NULL OR dataset_id = :d) AND (:s IS NULL OR subject = :s)"
        with self._reading() as connection:
            rows = connection.execute(
                f"{statement} ORDER BY created_ns DESC, id LIMIT :n", {"d": dataset, "s": subject, "n": limit}
            ).fetchall()
        return [_run(row) for row in rows]

    def unfinished(self) -> list[Run]:
        """Runs that wait or were under way, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(f"{_SELECT} WHERE state IN ('waiting', 'running') ORDER BY created_ns").fetchall()
        return [_run(row) for row in rows]

    def move(self, run: str, state: RunState, *, note: str | None = None, revision: str | None = None) -> Run:
        """Put a run into a state; raises `NotFound`. `note` replaces what was noted, where it is given."""
        ended = time.time_ns() if state in ENDED else None
        with self._writing() as connection:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (run,)).fetchone()
            if row is None:
                raise NotFound(f"the run {run[:80]!r} has been removed")
            kept = _kept(row[9])
            if revision is not None:
                kept = msgspec.structs.replace(kept, revision=revision)
            connection.execute(
                "UPDATE eval_runs SET state = ?, ended_ns = ?, note = coalesce(?, note), settings = ? WHERE id = ?",
                (state, ended, note, _text(kept), run),
            )
            return _run(connection.execute(f"{_SELECT} WHERE id = ?", (run,)).fetchone())

    def again(self, run: str, budget: Nanodollars | None) -> Run:
        """Have an ended run wait to go on, with another budget where one is given; raises `NotFound`, `Conflict`."""
        with self._writing() as connection:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (run,)).fetchone()
            if row is None:
                raise NotFound(f"there is no run {run[:80]!r}")
            held = _run(row)
            if held.state not in ENDED:
                raise Conflict(f"the run {run} has not ended; it is {held.state}")
            settings = held.settings if budget is None else msgspec.structs.replace(held.settings, budget=budget)
            connection.execute(
                "UPDATE eval_runs SET state = 'waiting', ended_ns = NULL, note = '', budget_nano = ?, settings = ?"
                " WHERE id = ?",
                (settings.budget, _text(Kept(settings, held.revision)), run),
            )
            connection.execute("DELETE FROM eval_results WHERE run_id = ? AND state IN ('failed', 'skipped')", (run,))
            return _run(connection.execute(f"{_SELECT} WHERE id = ?", (run,)).fetchone())

    def remove(self, run: str) -> None:
        """Forget a run and its results; raises `NotFound`, and `Conflict` for one under way."""
        with self._writing() as connection:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (run,)).fetchone()
            if row is None:
                raise NotFound(f"there is no run {run[:80]!r}")
            if row[3] not in ENDED:
                raise Conflict(f"the run {run} is {row[3]}; stop it first")
            connection.execute("DELETE FROM eval_runs WHERE id = ?", (run,))

    def put(self, run: str, result: Result, request_hash: str) -> None:
        """Keep what became of an example, and add its cost to the run's. Nothing is kept of a run that was removed."""
        values = (run, result.place, result.exchange or None, request_hash, result.state, _text(_bare(result)), "{}")
        with self._writing() as connection:
            if connection.execute("SELECT 1 FROM eval_runs WHERE id = ?", (run,)).fetchone() is None:
                return
            connection.execute(_PUT, values)
            connection.execute("UPDATE eval_runs SET spent_nano = spent_nano + ? WHERE id = ?", (result.cost, run))

    def put_all(self, run: str, results: Iterable[tuple[Result, Mapping[str, Score]]]) -> None:
        """Keep results that came from elsewhere, all or none."""
        with self._writing() as connection:
            for result, scores in results:
                body = _text(_bare(result))
                connection.execute(_PUT, (run, result.place, None, "", result.state, body, _text(scores)))

    def score(self, run: str, place: int, given: Mapping[str, Score], cost: Nanodollars) -> None:
        """Keep scores of one result beside those it has; `cost` is what its judges took."""
        with self._writing() as connection:
            row = connection.execute(
                "SELECT scores FROM eval_results WHERE run_id = ? AND place = ?", (run, place)
            ).fetchone()
            if row is None:
                return
            connection.execute(
                "UPDATE eval_results SET scores = ? WHERE run_id = ? AND place = ?",
                (_text({**_scores(row[0]), **given}), run, place),
            )
            connection.execute("UPDATE eval_runs SET spent_nano = spent_nano + ? WHERE id = ?", (cost, run))

    def results(self, run: str, *, after: int = -1, limit: int = _PAGE) -> list[Row]:
        """Results in the order of their places, from the one after `after` on."""
        with self._reading() as connection:
            rows = connection.execute(_RESULTS, (run, after, limit)).fetchall()
        return [_row(body, scores) for body, scores in rows]

    def every(self, run: str) -> Iterator[Row]:
        """All results of a run, read some at a time."""
        after = -1
        while rows := self.results(run, after=after):
            yield from rows
            after = rows[-1].result.place

    def places(self, run: str) -> frozenset[int]:
        """The examples that need not be asked any more."""
        with self._reading() as connection:
            rows = connection.execute("SELECT place FROM eval_results WHERE run_id = ?", (run,)).fetchall()
        return frozenset(row[0] for row in rows)

    def counts(self, run: str) -> Counts:
        """How far a run is."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT state, count(*) FROM eval_results WHERE run_id = ? GROUP BY state", (run,)
            ).fetchall()
        return Counts(**dict(rows))

    def spent(self, run: str) -> Nanodollars:
        """What a run has cost."""
        return self.get(run).spent

    def earlier(self, request_hash: str, run: str) -> Result | None:
        """The newest answer to the same request in another run; `None` where there is none."""
        with self._reading() as connection:
            row = connection.execute(_EARLIER, (request_hash, run)).fetchone()
        return None if row is None else _body(row[0])

    def close(self) -> None:
        """Close the connection; a later call opens one again."""
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._held is None:
                    self._held = self._connect()
                yield self._held
            except sqlite3.OperationalError as error:
                raise Unavailable(
                    f"evaluations cannot be read or written ({error}); free the disk, or end what holds the database",
                    retry_after=_RETRY_SECONDS,
                ) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection, transaction(connection):
            yield connection


def _text(value: object) -> str:
    return _encode(value).decode()


def _bare(result: Result) -> Result:
    """The result without its scores, which are kept beside it."""
    return msgspec.structs.replace(result, scores={})


def _run(row: Any) -> Run:
    kept = _kept(row[9])
    return Run(
        id=row[0],
        dataset=row[1],
        subject=row[2],
        state=row[3],
        key=row[4],
        created_ns=row[5],
        settings=kept.settings,
        ended_ns=row[6],
        spent=Nanodollars(row[8]),
        note=row[10] or "",
        revision=kept.revision,
    )


def _row(body: str, scores: str) -> Row:
    given = _scores(scores)
    result = msgspec.structs.replace(_body(body), scores={name: each.scored for name, each in given.items()})
    return Row(result, given)
