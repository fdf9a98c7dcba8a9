from __future__ import annotations

import contextlib
import errno
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos._sys_db_sqlite import SQLiteSystemDatabase
from sqlalchemy.exc import OperationalError

from freehold.core.errors import Unavailable
from freehold.jobs import Jobs, Stopped

PATIENCE = 20.0


@contextlib.contextmanager
def stopped(jobs: Jobs) -> Iterator[Jobs]:
    try:
        yield jobs
    finally:
        jobs.stop()


def until(condition: object, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_items_are_done_once_a_key_and_an_item_that_fails_is_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def work(item: str) -> None:
        if item == "bad":
            raise ValueError("broken")
        if item == "stop":
            raise Stopped
        done.append(item)

    database = tmp_path / "deep" / "jobs.db"
    jobs = Jobs(url(database))
    jobs.register("work", work)
    with stopped(jobs):
        jobs.submit("work", "a", key="k1")
        jobs.submit("work", "a", key="k1")
        jobs.submit("work", "bad")
        jobs.submit("work", "stop")
        jobs.submit("work", "é ✓", key="k2")
        until(lambda: len(done) == 2 and not jobs.unfinished())
        with pytest.raises(Unavailable, match="another Freehold"):
            Jobs(url(tmp_path / "other.db")).start()
    assert sorted(done) == ["a", "é ✓"]
    assert "broken" in caplog.text
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    with contextlib.closing(sqlite3.connect(database)) as connection:
        kept = {row[0] for row in connection.execute("SELECT serialization FROM workflow_status")}
    assert kept == {"json"}


def test_what_has_ended_is_forgotten_at_the_next_start(tmp_path: Path) -> None:
    for _ in range(2):
        over = threading.Event()
        jobs = Jobs(url(tmp_path / "jobs.db"))
        jobs.register("work", lambda _, over=over: over.set())
        with stopped(jobs):
            jobs.submit("work", "x", key="same")
            assert over.wait(PATIENCE), "a key that has ended was remembered"
            until(lambda jobs=jobs: not jobs.unfinished())


def test_a_database_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_bytes(b"this is no database, however long it is" * 100)
    jobs = Jobs(url(tmp_path / "jobs.db"))
    with pytest.raises(Unavailable, match="background jobs cannot be started"):
        jobs.start()
    # The process-wide place is free again.
    with stopped(Jobs(url(tmp_path / "good.db"))) as good:
        good.start()


def test_a_full_disk_at_the_start_is_told_in_one_line_and_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT INTO secrets", {}, OSError(errno.ENOSPC, "No space left on device"))

    jobs = Jobs(url(tmp_path / "jobs.db"))
    with stopped(jobs):
        with monkeypatch.context() as patched:
            patched.setattr(SQLiteSystemDatabase, "run_migrations", full)
            with pytest.raises(Unavailable, match=r"disk .* is full; free some space"):
                jobs.start()
        jobs.start()
    lines = [record for record in caplog.records if record.name == "dbos"]
    assert [record.exc_info for record in lines] == [None]
    assert "secrets" not in caplog.text


def test_what_a_killed_process_had_begun_is_done_by_the_next(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from freehold.jobs import Jobs
        begun = Path(sys.argv[2])
        jobs = Jobs(sys.argv[1])
        def work(item):
            begun.write_text(item)
            time.sleep(60)
        jobs.register("work", work)
        jobs.submit("work", "the item", key="k")
        time.sleep(60)
    """)
    begun = tmp_path / "begun"
    process = subprocess.Popen([sys.executable, "-c", script, url(tmp_path / "jobs.db"), str(begun)])
    try:
        until(lambda: begun.exists() and begun.read_text() == "the item")
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
    done: list[str] = []
    jobs = Jobs(url(tmp_path / "jobs.db"))
    jobs.register("work", done.append)
    with stopped(jobs):
        jobs.start()
        until(lambda: done == ["the item"] and not jobs.unfinished())


def test_dbos_writes_nothing_to_the_console(tmp_path: Path) -> None:
    script = (
        "import sys; from freehold.jobs import Jobs; jobs = Jobs(sys.argv[1]); jobs.start(); jobs.stop();"
        "print('dbos' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, url(tmp_path / "jobs.db")],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("True\n", "")
