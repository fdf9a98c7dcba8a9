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
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from freehold.core.errors import Conflict, LabelForbidden, NotFound
from freehold.core.money import Nanodollars
from freehold.evaluate.kept import told
from freehold.evaluate.model import Result, Run, RunState, Scored, Settings, State
from freehold.ledger.transaction import transaction

Connect = Callable[[], sqlite3.Connection]

ENDED: frozenset[RunState] = frozenset({"done", "partial", "stopped", "failed"})
"""States in which nothing is asked any more, unless the run is resumed."""
_RETRY_SECONDS = 5.0

_RUN = "id, dataset_id, subject, state, key_id, created_ns, ended_ns, budget_nano, spent_nano, settings, note"
_INSERT = f"INSERT INTO eval_runs ({_RUN}) VALUES ({', '.join('?' * 11)})"  # noqa: S608  Names of this file alone.
_SELECT = f"SELECT {_RUN} FROM eval_runs"  # noqa: S608  as above
_UPDATE = """
UPDATE eval_runs SET state = ?, ended_ns = ?, note = ?, budget_nano = ?, spent_nano = ?, settings = ? WHERE id = ?
"""
_PUT = """
INSERT INTO eval_results (run_id, place, exchange_id, request_hash, state, body, scores) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, place) DO UPDATE SET exchange_id = excluded.exchange_id, request_hash = excluded.request_hash,
  state = excluded.state, body = excluded.body, scores = excluded.scores
"""
_RESULTS = "SELECT body, scores FROM eval_results WHERE run_id = ? AND place > ? ORDER BY place LIMIT ?"
_EARLIER = """
SELECT r.body, r.scores FROM eval_results r JOIN eval_runs e ON e.id = r.run_id
WHERE r.request_hash = ? AND r.state = 'answered' AND r.run_id <> ? ORDER BY e.created_ns DESC LIMIT 1
"""
_PAY = """
UPDATE eval_runs SET spent_nano = spent_nano + ?, settings = json_remove(settings, '$.held."' || ? || '"') WHERE id = ?
"""
_COUNT_ANEW = """
UPDATE eval_runs SET settings = json_set(settings, '$.anew', coalesce(json_extract(settings, '$.anew'), 0) + 1)
WHERE id = ? AND EXISTS (
  SELECT 1 FROM eval_results WHERE run_id = eval_runs.id AND place = ? AND state = 'answered' AND request_hash <> ?
)
"""
_BECAUSE = """
SELECT json_extract(body, '$.error'), count(*) FROM eval_results
WHERE run_id = :run AND state = :state AND (:code = '' OR json_extract(body, '$.code') = :code)
GROUP BY 1 ORDER BY 2 DESC, 1
"""
_MEANS = """
SELECT s.key, count(json_extract(s.value, '$.scored.value')), avg(json_extract(s.value, '$.scored.value'))
FROM eval_results r, json_each(r.scores) s WHERE r.run_id = ? AND r.state = 'answered' GROUP BY s.key ORDER BY s.key
"""
_VERSIONS = """
SELECT DISTINCT json_extract(s.value, '$.version') FROM eval_results r, json_each(r.scores) s
WHERE r.run_id = ? AND s.key = ?
"""
_ERASED = """
SELECT 1 FROM eval_runs r JOIN eval_datasets d ON d.id = r.dataset_id
WHERE r.id = ? AND NOT EXISTS (SELECT 1 FROM eval_examples x WHERE x.dataset_id = d.id AND x.place = ?)
"""
_FORGET = """
DELETE FROM eval_results
WHERE run_id = ? AND place IN (SELECT place FROM eval_results WHERE run_id = ? ORDER BY place LIMIT ?)
"""
_UNANSWERED = "DELETE FROM eval_results WHERE run_id = ? AND state <> 'answered'"
_PAGE = 500
_AT_ONCE = 250
"""Results a transaction, where there are many: whoever asks waits for the database meanwhile."""


class Score(msgspec.Struct, frozen=True):
    """A score as it is kept: with the version of the scorer that gave it."""

    version: str
    scored: Scored


class Kept(msgspec.Struct, frozen=True):
    """What of a run stands beside its columns."""

    settings: Settings
    revision: str = ""
    held: dict[int, Nanodollars] = {}
    """What answers under way may cost, by place, where the run has a budget: counted as spent by whoever comes after
    a crash, since nobody can tell what became of them."""
    before: RunState | None = None
    """The state of an ended run that is only being scored anew, to which it returns."""
    anew: int = 0
    """See `Run.anew`."""


class Row(NamedTuple):
    """A result with its scores as they are kept, by scorer."""

    result: Result
    scores: Mapping[str, Score]


class Counts(msgspec.Struct, frozen=True):
    """How far a run is: its results by state."""

    answered: int = 0
    refused: int = 0
    failed: int = 0
    repeated: int = 0
    """Of the answered, those that are an earlier run's."""
    barred: int = 0
    """Of the refused, those that the label of the data kept from every target."""


Change = Callable[[Run, Kept], tuple[Run, Kept]]

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
        with self._writing() as connection:
            connection.execute(_INSERT, _values(run))

    def bring(self, run: Run, results: Iterable[tuple[Result, Mapping[str, Score]]]) -> None:
        """Keep a run that came from elsewhere with its results. Until all are there, it stands as one that failed."""
        self.add(msgspec.structs.replace(run, state="failed", note="its results did not all arrive; remove it"))
        rows = (
            (run.id, result.place, None, "", result.state, _text(_bare(result)), _text(scores))
            for result, scores in results
        )
        while some := list(islice(rows, _AT_ONCE)):
            with self._writing() as connection:
                connection.executemany(_PUT, some)
        self._change(run.id, lambda _, kept: (run, kept))

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

        def change(held: Run, kept: Kept) -> tuple[Run, Kept]:
            held = msgspec.structs.replace(held, state=state, ended_ns=ended)
            if note is not None:
                held = msgspec.structs.replace(held, note=note)
            return held, msgspec.structs.replace(kept, revision=kept.revision if revision is None else revision)

        return self._change(run, change)

    def again(self, run: str, budget: Nanodollars | None = None) -> Run:
        """Have an ended run wait to go on, with another budget where one is given; raises `NotFound`, `Conflict`.

        What failed is asked for again, and what was refused: that cost nothing, and labels and clearances change.
        """

        def change(held: Run, kept: Kept) -> tuple[Run, Kept]:
            _check_ended(held)
            settings = held.settings if budget is None else msgspec.structs.replace(held.settings, budget=budget)
            fresh = msgspec.structs.replace(held, state="waiting", ended_ns=None, note="", settings=settings)
            return fresh, msgspec.structs.replace(kept, settings=settings, before=None)

        return self._change(run, change, _UNANSWERED)

    def score_again(self, run: str, scorers: tuple[str, ...]) -> Run:
        """Have an ended run wait to be scored by these scorers too; raises `NotFound`, `Conflict`."""

        def change(held: Run, kept: Kept) -> tuple[Run, Kept]:
            _check_ended(held)
            every = tuple(dict.fromkeys((*held.settings.scorers, *scorers)))
            settings = msgspec.structs.replace(held.settings, scorers=every)
            fresh = msgspec.structs.replace(held, state="waiting", settings=settings)
            return fresh, msgspec.structs.replace(kept, settings=settings, before=held.state)

        return self._change(run, change)

    def before(self, run: str) -> RunState | None:
        """The state that a run returns to which is only being scored anew; `None` where it is being asked."""
        with self._reading() as connection:
            row = connection.execute("SELECT settings FROM eval_runs WHERE id = ?", (run,)).fetchone()
        return None if row is None else _kept(row[0]).before

    def hold(self, run: str, place: int, amount: Nanodollars) -> None:
        """Note what an answer that is about to be asked for may cost; `put` takes the note away."""

        def change(held: Run, kept: Kept) -> tuple[Run, Kept]:
            return held, msgspec.structs.replace(kept, held={**kept.held, place: amount})

        self._change(run, change)

    def release(self, run: str, place: int) -> None:
        """Take the note of `hold` away, since nothing was asked after all."""

        def change(held: Run, kept: Kept) -> tuple[Run, Kept]:
            return held, msgspec.structs.replace(kept, held={at: each for at, each in kept.held.items() if at != place})

        self._change(run, change)

    def count_held(self, run: str) -> Nanodollars:
        """Count what an earlier process held as spent; returns how much that was."""
        amounts: list[int] = []

        def change(held: Run, kept: Kept) -> tuple[Run, Kept]:
            amounts.extend(kept.held.values())
            spent = Nanodollars(held.spent + sum(amounts))
            return msgspec.structs.replace(held, spent=spent), msgspec.structs.replace(kept, held={})

        self._change(run, change)
        return Nanodollars(sum(amounts))

    def remove(self, run: str) -> None:
        """Forget a run and its results; raises `NotFound`, and `Conflict` for one under way."""
        while True:
            with self._writing() as connection:
                row = connection.execute(f"{_SELECT} WHERE id = ?", (run,)).fetchone()
                if row is None:
                    raise NotFound(f"there is no run {run[:80]!r}")
                if row[3] not in ENDED:
                    raise Conflict(f"the run {run} is {row[3]}; stop it first")
                if not connection.execute(_FORGET, (run, run, _AT_ONCE)).rowcount:
                    connection.execute("DELETE FROM eval_runs WHERE id = ?", (run,))
                    return

    def put(self, run: str, result: Result, request_hash: str, scores: Mapping[str, Score] | None = None) -> None:
        """Keep what became of an example, and add its cost to the run's.

        Nothing is kept of a run that was removed, and no word of an answer whose example was erased meanwhile.
        """
        with self._writing() as connection:
            if connection.execute("SELECT 1 FROM eval_runs WHERE id = ?", (run,)).fetchone() is None:
                return
            if connection.execute(_ERASED, (run, result.place)).fetchone() is not None:
                result, scores = _wordless(result), None
            if not result.repeated:
                connection.execute(_COUNT_ANEW, (run, result.place, request_hash))
            values = (
                *(run, result.place, result.exchange or None, request_hash),
                *(result.state, _text(_bare(result)), _text(scores or {})),
            )
            connection.execute(_PUT, values)
            connection.execute(_PAY, (result.cost, str(result.place), run))

    def score(self, run: str, place: int, given: Mapping[str, Score], cost: Nanodollars) -> None:
        """Keep scores of one result beside those it has, if it is still there; `cost` is what its judges took."""
        with self._writing() as connection:
            connection.execute("UPDATE eval_runs SET spent_nano = spent_nano + ? WHERE id = ?", (cost, run))
            row = connection.execute(
                "SELECT scores FROM eval_results WHERE run_id = ? AND place = ?", (run, place)
            ).fetchone()
            if row is None:
                return
            connection.execute(
                "UPDATE eval_results SET scores = ? WHERE run_id = ? AND place = ?",
                (_text({**_scores(row[0]), **given}), run, place),
            )

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

    def hashes(self, run: str) -> dict[int, str]:
        """By place, the hash of the request that each result answers."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT place, request_hash FROM eval_results WHERE run_id = ?", (run,)
            ).fetchall()
        return dict(map(tuple, rows))

    def counts(self, run: str) -> Counts:
        """How far a run is."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT state, count(*), sum(json_extract(body, '$.repeated')), sum(json_extract(body, '$.code') = ?)"
                " FROM eval_results WHERE run_id = ? GROUP BY state",
                (LabelForbidden.code, run),
            ).fetchall()
        return Counts(
            **{state: many for state, many, *_ in rows},
            repeated=sum(again or 0 for _, _, again, _ in rows),
            barred=sum(barred or 0 for *_, barred in rows),
        )

    def because(self, run: str, state: State, code: str = "") -> list[tuple[str, int]]:
        """What was said of those in a state, of one short word where it is given: each with how often, most first."""
        with self._reading() as connection:
            found = connection.execute(_BECAUSE, {"run": run, "state": state, "code": code})
            return [(said, many) for said, many in found]

    def earlier(self, request_hash: str, run: str) -> Row | None:
        """The newest answer to the same request in another run, with its scores; `None` where there is none."""
        with self._reading() as connection:
            row = connection.execute(_EARLIER, (request_hash, run)).fetchone()
        return None if row is None else _row(row[0], row[1])

    def means(self, run: str) -> dict[str, tuple[int, float | None]]:
        """By scorer, how many answers it could tell of, and the mean of what it said of them."""
        with self._reading() as connection:
            rows = connection.execute(_MEANS, (run,)).fetchall()
        return {name: (many, mean) for name, many, mean in rows}

    def versions(self, run: str, scorer: str) -> frozenset[str]:
        """The versions of a scorer that gave a run's scores."""
        with self._reading() as connection:
            return frozenset(version for (version,) in connection.execute(_VERSIONS, (run, scorer)))

    def close(self) -> None:
        """Close the connection; a later call opens one again."""
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told("evaluations"):
            if self._held is None:
                self._held = self._connect()
            yield self._held

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection, transaction(connection):
            yield connection

    def _change(self, run: str, change: Change, *more: str) -> Run:
        """Change a run's row, whole; each of `more` is a statement about it. Raises `NotFound`."""
        with self._writing() as connection:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (run,)).fetchone()
            if row is None:
                raise NotFound(f"there is no run {run[:80]!r}; 'freehold eval runs' lists them")
            fresh, kept = change(_run(row), _kept(row[9]))
            values = (fresh.state, fresh.ended_ns, fresh.note, fresh.settings.budget, fresh.spent, _text(kept), run)
            connection.execute(_UPDATE, values)
            for statement in more:
                connection.execute(statement, (run,))
        return msgspec.structs.replace(fresh, revision=kept.revision, anew=kept.anew)


def _check_ended(run: Run) -> None:
    if run.state not in ENDED:
        raise Conflict(f"the run {run.id} is {run.state}; wait for its end, or stop it first")


def _text(value: object) -> str:
    return _encode(value).decode()


def _bare(result: Result) -> Result:
    """The result without its scores, which are kept beside it."""
    return msgspec.structs.replace(result, scores={})


def _wordless(result: Result) -> Result:
    return msgspec.structs.replace(
        result, state="failed", text="", answer=None, error="its example was erased while it was being asked"
    )


def _values(run: Run) -> tuple[object, ...]:
    return (
        *(run.id, run.dataset, run.subject, run.state, run.key, run.created_ns, run.ended_ns),
        *(run.settings.budget, run.spent, _text(Kept(run.settings, run.revision)), run.note),
    )


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
        anew=kept.anew,
    )


def _row(body: str, scores: str) -> Row:
    given = _scores(scores)
    result = msgspec.structs.replace(_body(body), scores={name: each.scored for name, each in given.items()})
    return Row(result, given)
