from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.core.errors import Unavailable
from freehold.core.label import Label
from freehold.knowledge.ingest.queue import NewItem, Queue
from freehold.knowledge.ingest.rows import Rows

JOB = "job_1"


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Rows]:
    rows = Rows(tmp_path / "queue.db")
    yield rows
    rows.close()


@pytest.fixture
def queue(rows: Rows) -> Queue:
    return Queue(rows)


def item(name: str, digest: str = "d", *, size: int = 1, collection: str = "c", job: str = JOB) -> NewItem:
    return NewItem(job, collection, name, digest, size)


def test_a_row_comes_back_as_it_was_given(queue: Queue) -> None:
    new = NewItem(JOB, "c", "été.txt", "d", 3, Label.parse("confidential;eu"), frozenset({"hr"}), "text/plain")
    queue.add(new)
    queue.add(item("b"))
    taken = queue.take("batch", 10, 100)
    assert [each.new for each in taken] == [new, item("b")]
    assert queue.batch("batch") == taken
    assert queue.take("another", 10, 100) == []


def test_a_batch_is_bounded_and_always_has_its_first(queue: Queue) -> None:
    for name in "abcd":
        queue.add(item(name, size=60))
    assert len(queue.take("b1", 10, 50)) == 1
    assert len(queue.take("b2", 10, 130)) == 2
    assert len(queue.take("b3", 1, 1000)) == 1


def test_the_later_of_two_under_one_name_counts(queue: Queue) -> None:
    assert queue.add(item("a", "old")) == []
    assert queue.add(item("a", "old", collection="other")) == []
    assert queue.add(item("a", "new", job="job_2")) == ["old"]
    assert [each.new.digest for each in queue.take("b", 10, 100)] == ["old", "new"]
    report = queue.report(JOB)
    assert report is not None
    assert (report.unchanged, report.waiting, report.files[0].reason) == (
        1, 1, "a later upload of this name took its place",
    )  # fmt: skip
    # What was replaced while it was read cannot end otherwise any more.
    queue.end(1, "done", document="doc_1")
    assert queue.report(JOB) == report


def test_rows_that_come_together_are_flushed_together(rows: Rows) -> None:
    entered, may_go, flushes = threading.Event(), threading.Event(), []

    def flush() -> None:
        flushes.append(1)
        entered.set()
        assert may_go.wait(10)

    queue = Queue(rows, flush)
    first = threading.Thread(target=queue.add, args=(item("first"),))
    first.start()
    assert entered.wait(10)
    others = [threading.Thread(target=queue.add, args=(item(str(n)),)) for n in range(20)]
    for thread in others:
        thread.start()
    while len(queue._arrived) < 20:
        threading.Event().wait(0.001)
    may_go.set()
    for thread in (first, *others):
        thread.join(10)
    assert len(flushes) == 2
    assert queue.left() == 21


def test_a_disk_that_refuses_is_said_to_everyone_who_waited(rows: Rows) -> None:
    def flush() -> None:
        raise OSError(5, "Input/output error")

    with pytest.raises(Unavailable, match="Input/output error"):
        Queue(rows, flush).add(item("a"))
    assert Queue(rows).left() == 0


def test_released_rows_can_be_taken_again(queue: Queue) -> None:
    for name in "ab":
        queue.add(item(name))
        queue.take(f"batch {name}", 10, 100)
    queue.release(except_for=frozenset({"batch a"}))
    assert [each.new.name for each in queue.take("fresh", 10, 100)] == ["b"]


def test_contents_are_needed_as_long_as_a_row_waits(queue: Queue) -> None:
    queue.add(item("a", "x"))
    queue.add(item("b", "x"))
    assert queue.needs("x")
    queue.end(1, "done")
    assert queue.digests() == {"x"}
    queue.end(2, "failed", reason="encrypted")
    assert not queue.needs("x")
    assert not queue.waits(2)


def test_cancelling_a_name_or_a_collection(queue: Queue) -> None:
    for name in "abc":
        queue.add(item(name, name))
    queue.add(item("z", "z", collection="other"))
    assert queue.cancel("c", "b", "removed") == ["b"]
    assert sorted(queue.cancel("c", None, "removed")) == ["a", "c"]
    assert queue.left() == 1


def test_a_report_counts_all_and_shows_every_failure_and_the_last_of_the_rest(queue: Queue) -> None:
    assert queue.report(JOB) is None
    for number in range(300):
        queue.add(item(f"{number:03}", str(number)))
        if number < 280:
            queue.end(number + 1, "failed" if number % 2 else "done", reason="torn" if number % 2 else "", notes=["n"])
    report = queue.report(JOB)
    assert report is not None
    assert (report.state, report.waiting, report.done, report.failed) == ("running", 20, 140, 140)
    assert sum(each.state == "failed" for each in report.files) == 140
    shown = [each.name for each in report.files if each.state == "done"]
    assert len(shown) == 100
    assert "278" in shown
    assert report.files[1].notes == ("n",)


def test_a_part_that_failed_is_reported_once(queue: Queue) -> None:
    queue.add(item("a.zip"))
    (taken,) = queue.take("b", 1, 100)
    for _ in range(2):
        queue.fail_part(taken, "a.zip/x.pdf", "it is encrypted")
    report = queue.report(JOB)
    assert report is not None
    assert (report.failed, report.waiting) == (1, 1)
    assert [(each.name, each.reason) for each in report.files if each.state == "failed"] == [
        ("a.zip/x.pdf", "it is encrypted")
    ]


def test_reports_of_long_ago_are_forgotten(queue: Queue, rows: Rows) -> None:
    for job in ("old", "new", "running"):
        queue.add(item(job, job=job))
        queue.end(queue.take(job, 1, 100)[0].seq, "done")
    queue.add(item("more", job="running"))
    with rows.writing() as connection:
        connection.execute("UPDATE items SET ended_ns = 1 WHERE state = 'done' AND job <> 'new'")
    queue.tidy()
    assert [queue.report(job) is None for job in ("old", "new", "running")] == [True, False, False]
