"""Uploads with the real engine of jobs and real readers, in processes that are killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from freehold.core.errors import BadRequest
from freehold.core.label import PUBLIC
from freehold.jobs import Jobs
from freehold.knowledge.ingest import uploads
from freehold.knowledge.ingest.amendments import Amendments
from freehold.knowledge.ingest.archives import Archives
from freehold.knowledge.ingest.landing import Landing
from freehold.knowledge.ingest.queue import NewItem, Queue
from freehold.knowledge.ingest.rows import Rows
from freehold.knowledge.ingest.staging import Staging
from freehold.knowledge.ingest.uploads import Uploads
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.model import Document, NewDocument
from freehold.knowledge.service import Knowledge
from support.ingesting import in_process, thread_jobs

PATIENCE = 60.0
FILES = 120

INGEST = """
import asyncio, sys
from pathlib import Path
from freehold.core.label import PUBLIC
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.service import Knowledge, Upload

async def main(folder, job, files):
    wing = Knowledge(SqliteLibrary(folder / "library"), folder / "knowledge", documents_label=PUBLIC)
    await wing.start()
    await asyncio.gather(*(
        wing.add(Upload("c", f"{n}.txt", f"Number {n} of them.".encode(), job=job)) for n in range(files)
    ))
    print("queued", flush=True)
    await wing.wait(job)

if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
"""


def ended(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "knowledge" / "queue.db", timeout=10)) as connection:
        return int(connection.execute("SELECT count(*) FROM items WHERE state = 'done'").fetchone()[0])


def test_killed_in_mid_work_nothing_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    job = Knowledge.new_job()
    arguments = [sys.executable, "-c", INGEST, str(tmp_path), job, str(FILES)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "queued\n"
            end = time.monotonic() + PATIENCE
            while ended(tmp_path) < 10:
                assert time.monotonic() < end
                time.sleep(0.002)
        finally:
            os.kill(process.pid, signal.SIGKILL)
    before = ended(tmp_path)
    assert 10 <= before < FILES, "it was killed too late to show anything"

    async def resume() -> None:
        wing = Knowledge(library, tmp_path / "knowledge", documents_label=PUBLIC)
        await wing.start()
        try:
            report = await asyncio.wait_for(wing.wait(job), PATIENCE)
        finally:
            await wing.stop()
        assert (report.waiting, report.failed) == (0, 0)
        assert report.done + report.unchanged == FILES
        # A file that had landed when the process died is found to be there.
        assert report.unchanged <= 2 * os.cpu_count()  # type: ignore[operator]

    library = SqliteLibrary(tmp_path / "library")
    try:
        asyncio.run(resume())
        kept = library.digests("c")
        assert set(kept) == {f"{number}.txt" for number in range(FILES)}
        assert {library.document(id_).version for id_, _ in kept.values()} == {1}
    finally:
        library.close()
    assert list((tmp_path / "knowledge" / "incoming").iterdir()) == []


class Bench:
    """The parts of ingest, put together by hand."""

    def __init__(self, folder: Path, jobs: Jobs | None = None) -> None:
        self.library = SqliteLibrary(folder / "library")
        self.rows = Rows(folder / "queue.db")
        self.queue = Queue(self.rows)
        self.staging = Staging(folder / "incoming")
        landing = Landing(self.library, self.queue, Amendments(self.rows), Archives(self.rows), PUBLIC)
        self.uploads = Uploads(self.queue, self.staging, landing, jobs or thread_jobs(), in_process())

    def add(self, name: str, body: bytes) -> None:
        self.uploads.add(body, lambda staged: NewItem("job", "c", name, staged.digest, staged.size))

    def until_done(self) -> None:
        end = time.monotonic() + PATIENCE
        while self.queue.left():
            assert time.monotonic() < end
            time.sleep(0.005)

    def close(self) -> None:
        self.uploads.stop()
        self.rows.close()
        self.library.close()


def test_a_batch_holds_few_files_however_many_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real_take = Queue.take

    def take(self: Queue, batch: str, most: int, most_bytes: int) -> list[object]:
        taken = real_take(self, batch, most, most_bytes)
        sizes.append(len(taken))
        return taken  # type: ignore[return-value]

    monkeypatch.setattr(Queue, "take", take)
    bench = Bench(tmp_path)
    try:
        adding = [
            threading.Thread(
                target=lambda part=part: [bench.add(f"{part}/{n}", b"%d %d" % (part, n)) for n in range(50)]
            )
            for part in range(4)
        ]
        for thread in adding:
            thread.start()
        for thread in adding:
            thread.join(PATIENCE)
        bench.until_done()
        assert len(bench.library.digests("c")) == 200
        assert max(sizes) <= 32
    finally:
        bench.close()


def test_two_names_with_one_content(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    try:
        for number in range(20):
            bench.add(f"{number}.txt", b"The same words.")
        bench.until_done()
        assert len(bench.library.digests("c")) == 20
    finally:
        bench.close()
    assert list((tmp_path / "incoming").iterdir()) == []


def test_jobs_that_cannot_start_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_RETRY_FIRST", 0.02)
    database = tmp_path / "jobs.db"
    database.write_bytes(b"no database" * 1000)
    bench = Bench(tmp_path, Jobs(f"sqlite:///{database}"))
    try:
        bench.add("a.txt", b"Leave.")
        end = time.monotonic() + PATIENCE
        while not bench.uploads.trouble:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert "background jobs cannot be started" in bench.uploads.trouble[0]
        database.unlink()
        bench.until_done()
        assert set(bench.library.digests("c")) == {"a.txt"}
    finally:
        bench.close()


@pytest.mark.parametrize(
    ("whose", "what", "fault"),
    [
        (Jobs, "start", ImportError("no such module")),
        (Jobs, "submit", ValueError("a bug of the engine's")),
        (Queue, "take", RuntimeError("a bug")),
        (Queue, "batch", RuntimeError("a bug")),
        (Queue, "tidy", RuntimeError("a bug")),
    ],
)
def test_a_fault_holds_uploads_up_and_does_not_end_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    whose: type[Jobs | Queue], what: str, fault: Exception,
) -> None:  # fmt: skip
    monkeypatch.setattr(uploads, "_RETRY_FIRST", 0.02)
    real, troubles = getattr(whose, what), []
    faults = [fault]

    def once(*values: object, **options: object) -> object:
        if faults:
            raise faults.pop()
        troubles.extend(bench.uploads.trouble)
        return real(*values, **options)

    monkeypatch.setattr(whose, what, once)
    bench = Bench(tmp_path)
    try:
        bench.add("a.txt", b"Leave.")
        bench.until_done()
        assert set(bench.library.digests("c")) == {"a.txt"}
    finally:
        bench.close()
    assert any(f"Freehold failed ({type(fault).__name__})" in each for each in troubles)
    assert str(fault) in caplog.text


def test_what_the_library_can_never_take_fails_alone_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SqliteLibrary.put

    def picky(library: SqliteLibrary, new: NewDocument) -> Document:
        if new.name == "a.txt":
            raise BadRequest("give fewer or shorter groups")
        return real(library, new)

    monkeypatch.setattr(SqliteLibrary, "put", picky)
    bench = Bench(tmp_path)
    try:
        for name in ("a.txt", "b.txt"):
            bench.add(name, name.encode())
        bench.until_done()
        report = bench.queue.report("job")
        assert report is not None
        assert (report.done, report.failed) == (1, 1)
        assert [file.reason for file in report.files if file.name == "a.txt"] == ["give fewer or shorter groups"]
    finally:
        bench.close()


def test_bytes_that_cannot_be_removed_hold_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Staging, "drop", refuse)
    bench = Bench(tmp_path)
    try:
        for name in ("a.txt", "b.txt"):
            bench.add(name, name.encode())
        bench.until_done()
        bench.uploads.cancel("c", "a.txt", "removed")
        report = bench.queue.report("job")
        assert report is not None
        assert (report.done, report.failed) == (2, 0)
    finally:
        bench.close()
    assert "not removed before the next start: Operation not permitted" in caplog.text


def test_old_reports_are_forgotten_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_IDLE_SECONDS", 0.02)
    monkeypatch.setattr(uploads, "_TIDY_SECONDS", 0.05)
    forgets: dict[str, int] = {"queue": 0, "landing": 0}
    enough = threading.Event()

    def count(what: str) -> None:
        forgets[what] += 1
        if min(forgets.values()) >= 3:
            enough.set()

    monkeypatch.setattr(Queue, "tidy", lambda _: count("queue"))
    monkeypatch.setattr(Amendments, "tidy", lambda _: count("landing"))
    bench = Bench(tmp_path)
    try:
        bench.add("a.txt", b"Leave.")
        bench.until_done()
        assert enough.wait(PATIENCE)
    finally:
        bench.close()


def test_readers_are_ended_when_nothing_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_IDLE_SECONDS", 0.02)
    given_back = threading.Event()
    bench = Bench(tmp_path)
    monkeypatch.setattr(bench.uploads._readers, "end_idle", given_back.set)
    try:
        bench.add("a.txt", b"Leave.")
        bench.until_done()
        assert given_back.wait(PATIENCE)
        given_back.clear()
        bench.add("b.txt", b"Pay.")
        bench.until_done()
        assert len(bench.library.digests("c")) == 2
    finally:
        bench.close()
