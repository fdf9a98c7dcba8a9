"""Runs and results at rest: written whole, read by pages, counted, and gone with their run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.core.errors import Conflict, NotFound, Unavailable
from freehold.core.money import ZERO, Nanodollars
from freehold.evaluate.model import Result, Run, RunState, Scored, Settings
from freehold.evaluate.runs import rows as module
from freehold.evaluate.runs.rows import Counts, RunRows, Score
from freehold.stores.sqlite import SqliteStore


def a_run(number: int = 1, state: RunState = "waiting", **settings: object) -> Run:
    return Run(f"run_{number}", "ds_1", "home", state, "key_ann", number, Settings(**settings))  # type: ignore[arg-type]


def a_result(place: int, state: str = "answered", cost: int = 3, **more: object) -> Result:
    return Result(place, f"ex_{place}", state, "yes", cost=Nanodollars(cost), **more)  # type: ignore[arg-type]


@pytest.fixture
def rows(store: SqliteStore) -> RunRows:
    return RunRows(store.connect)


def test_a_run_is_read_as_it_was_written(rows: RunRows) -> None:
    run = a_run(budget=Nanodollars(5), scorers=("exact",))
    rows.add(run)
    assert rows.get("run_1") == run
    with pytest.raises(NotFound, match="eval runs"):
        rows.get("run_2")


def test_the_newest_come_first_and_may_be_of_one_subject_or_dataset(rows: RunRows) -> None:
    for number in (1, 2, 3):
        rows.add(a_run(number))
    assert [run.id for run in rows.newest(limit=2)] == ["run_3", "run_2"]
    assert rows.newest(subject="away") == rows.newest(dataset="ds_2") == []
    assert len(rows.newest(subject="home", dataset="ds_1")) == 3
    rows.move("run_2", "done")
    assert [run.id for run in rows.unfinished()] == ["run_1", "run_3"]


def test_a_state_has_its_end_and_a_note_stays_until_another(rows: RunRows) -> None:
    rows.add(a_run())
    assert rows.move("run_1", "running", revision="r2").ended_ns is None
    moved = rows.move("run_1", "partial", note="no money")
    assert (moved.state, moved.note, moved.revision, moved.ended_ns is not None) == ("partial", "no money", "r2", True)
    assert rows.move("run_1", "partial").note == "no money"


def test_results_are_paged_counted_and_paid_for(rows: RunRows) -> None:
    rows.add(a_run())
    for place, state in enumerate(("answered", "failed", "refused", "answered")):
        rows.put("run_1", a_result(place, state, repeated=place == 3), f"hash {place}")
    assert [row.result.place for row in rows.results("run_1", after=0, limit=2)] == [1, 2]
    assert len(list(rows.every("run_1"))) == 4
    assert rows.counts("run_1") == Counts(answered=2, refused=1, failed=1, repeated=1)
    assert rows.get("run_1").spent == 12
    assert rows.hashes("run_1")[2] == "hash 2"


def test_only_an_answer_of_another_run_is_an_earlier_one(rows: RunRows) -> None:
    rows.add(a_run(1))
    rows.add(a_run(2))
    rows.put("run_1", a_result(0, "failed"), "hash")
    assert rows.earlier("hash", "run_2") is None
    rows.put("run_1", a_result(0), "hash", {"exact": Score("1", Scored(1.0))})
    assert rows.earlier("hash", "run_1") is None
    found = rows.earlier("hash", "run_2")
    assert found is not None
    assert (found.result.example, found.scores["exact"].version) == ("ex_0", "1")


def test_what_is_held_goes_with_its_result_or_counts_as_spent(rows: RunRows) -> None:
    rows.add(a_run())
    rows.hold("run_1", 0, Nanodollars(50))
    rows.hold("run_1", 1, Nanodollars(70))
    rows.put("run_1", a_result(0), "hash")
    assert rows.count_held("run_1") == 70
    assert rows.get("run_1").spent == 73
    assert rows.count_held("run_1") == 0


def test_what_was_held_and_not_asked_is_not_spent(rows: RunRows) -> None:
    rows.add(a_run())
    rows.hold("run_1", 0, Nanodollars(50))
    rows.hold("run_1", 1, Nanodollars(70))
    rows.release("run_1", 1)
    assert rows.count_held("run_1") == 50


def test_no_word_is_kept_of_an_answer_whose_example_was_erased_meanwhile(rows: RunRows, store: SqliteStore) -> None:
    with closing(store.connect()) as connection:
        connection.execute("INSERT INTO eval_datasets VALUES ('ds_1', 'work', 1, 2, NULL, '[]')")
        connection.execute("INSERT INTO eval_examples VALUES ('ds_1', 1, NULL, '{}')")
    rows.add(a_run())
    for place in (0, 1):
        rows.put("run_1", a_result(place), f"hash {place}", {"exact": Score("1", Scored(1.0, "yes"))})
    gone, there = rows.results("run_1")
    assert (gone.result.state, gone.result.text, gone.scores) == ("failed", "", {})
    assert (there.result.text, rows.get("run_1").spent) == ("yes", 6)
    assert rows.hashes("run_1") == {0: "hash 0", 1: "hash 1"}, "so that it is not asked again"


def test_many_results_are_brought_and_removed_a_few_at_a_time(
    rows: RunRows, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    asked: list[str] = []

    def connect() -> sqlite3.Connection:
        connection = store.connect()
        connection.set_trace_callback(asked.append)
        return connection

    rows = RunRows(connect)
    run = a_run(state="done")
    rows.bring(run, ((a_result(place), {}) for place in range(5)))
    assert (rows.get("run_1"), len(rows.results("run_1"))) == (run, 5)
    assert asked.count("COMMIT") == 5
    rows.remove("run_1")
    assert asked.count("COMMIT") == 9
    [count] = store.reader().execute("SELECT count(*) FROM eval_results").fetchone()
    assert count == 0


def test_half_of_what_is_brought_stands_as_failed(rows: RunRows) -> None:
    def breaks() -> Iterator[tuple[Result, dict[str, Score]]]:
        yield a_result(0), {}
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        rows.bring(a_run(state="done"), breaks())
    assert rows.get("run_1").state == "failed"
    rows.remove("run_1")


def test_scores_stand_beside_one_another_and_the_newer_wins(rows: RunRows) -> None:
    rows.add(a_run())
    rows.put("run_1", a_result(0), "hash")
    rows.score("run_1", 0, {"exact": Score("1", Scored(0.0))}, ZERO)
    rows.score("run_1", 0, {"exact": Score("2", Scored(1.0)), "f1": Score("1", Scored(None))}, Nanodollars(4))
    [row] = rows.results("run_1")
    assert (row.result.scores["exact"].value, row.scores["exact"].version) == (1.0, "2")
    assert rows.means("run_1") == {"exact": (1, 1.0), "f1": (0, None)}
    assert (rows.versions("run_1", "exact"), rows.versions("run_1", "bleu")) == ({"2"}, set())
    assert rows.get("run_1").spent == 7
    rows.score("run_1", 9, {"exact": Score("1", Scored(0.0))}, Nanodollars(4))
    assert rows.get("run_1").spent == 11, "a result that is gone has no scores, and its judge is paid all the same"
    assert len(rows.results("run_1")) == 1


def test_what_goes_on_asks_again_for_what_failed(rows: RunRows) -> None:
    rows.add(a_run())
    rows.put("run_1", a_result(0), "a")
    rows.put("run_1", a_result(1, "failed"), "b")
    with pytest.raises(Conflict, match="waiting"):
        rows.again("run_1")
    rows.move("run_1", "partial", note="no money")
    again = rows.again("run_1", Nanodollars(99))
    assert (again.state, again.note, again.settings.budget) == ("waiting", "", 99)
    assert list(rows.hashes("run_1")) == [0]


def test_a_run_that_is_scored_anew_knows_the_state_it_returns_to(rows: RunRows) -> None:
    rows.add(a_run(scorers=("exact",)))
    rows.move("run_1", "partial", note="no money")
    anew = rows.score_again("run_1", ("f1", "exact"))
    assert (anew.state, anew.settings.scorers, rows.before("run_1")) == ("waiting", ("exact", "f1"), "partial")


def test_results_go_with_their_run_and_nothing_is_kept_of_one_that_is_gone(rows: RunRows, store: SqliteStore) -> None:
    rows.add(a_run())
    rows.put("run_1", a_result(0), "hash")
    with pytest.raises(Conflict, match="stop it first"):
        rows.remove("run_1")
    rows.move("run_1", "done")
    rows.remove("run_1")
    rows.put("run_1", a_result(1), "hash")
    [count] = store.reader().execute("SELECT count(*) FROM eval_results").fetchone()
    assert count == 0
    for gone in (lambda: rows.remove("run_1"), lambda: rows.move("run_1", "done")):
        with pytest.raises(NotFound):
            gone()


def test_a_database_that_cannot_be_used_is_told_as_such() -> None:
    def refuse() -> sqlite3.Connection:
        raise sqlite3.OperationalError("database is locked")

    with pytest.raises(Unavailable, match="locked"):
        RunRows(refuse).get("run_1")


def test_a_closed_one_opens_again(rows: RunRows) -> None:
    rows.add(a_run())
    rows.close()
    assert rows.get("run_1").id == "run_1"
