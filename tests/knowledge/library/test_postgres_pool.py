"""Connections: reused, noticed when they have gone, done over where that is safe, and told when nothing helps."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from freehold.core.errors import Unavailable
from freehold.core.target import Secret
from freehold.knowledge.library import postgres_pool
from freehold.knowledge.library.postgres_address import read_address
from freehold.knowledge.library.postgres_pool import Connection, Pool
from support.postgres import server


@pytest.fixture
def pool() -> Iterator[Pool]:
    with server().schema() as name:
        pool = Pool(read_address(Secret(server().url(name))))
        yield pool
        pool.close()


def backend(connection: Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    return int(row[0])


def end(pid: int) -> None:
    server().execute(f"SELECT pg_terminate_backend({pid}, 5000)")


@pytest.mark.parametrize(("setting", "value"), [("jit", "off"), ("max_parallel_workers_per_gather", "0")])
def test_statements_run_as_they_are_and_in_one_process(pool: Pool, setting: str, value: str) -> None:
    assert pool.read(lambda connection: connection.execute(f"SHOW {setting}").fetchone()) == (value,)


def test_the_connection_used_last_is_used_next(pool: Pool) -> None:
    assert pool.read(backend) == pool.write(backend)


def test_a_connection_that_the_server_has_closed_is_replaced_unnoticed(pool: Pool) -> None:
    before = pool.read(backend)
    end(before)
    assert pool.read(backend) != before


def test_work_whose_connection_breaks_is_done_over_on_another(pool: Pool) -> None:
    seen: list[int] = []

    def work(connection: Connection) -> int:
        seen.append(backend(connection))
        if len(seen) == 1:
            end(seen[0])
        return backend(connection)

    assert pool.write(work) == seen[1] != seen[0]


def test_a_commit_that_broke_off_is_not_done_over(pool: Pool) -> None:
    calls: list[int] = []

    def work(connection: Connection) -> None:
        calls.append(1)
        end(backend(connection))

    with pytest.raises(Unavailable, match="cannot be used"):
        pool.write(work)
    assert calls == [1]


def test_work_that_deadlocked_is_done_over_and_not_for_ever(pool: Pool) -> None:
    calls: list[int] = []

    def work(_: Connection) -> str:
        calls.append(1)
        if len(calls) < 3:
            raise psycopg.errors.DeadlockDetected("two waited for one another")
        return "done"

    def never(_: Connection) -> None:
        raise psycopg.errors.DeadlockDetected("two waited for one another")

    assert pool.write(work) == "done"
    with pytest.raises(Unavailable, match="try again"):
        pool.write(never)


def test_what_is_read_cannot_be_changed_and_stays_the_same_throughout(pool: Pool) -> None:
    pool.write(lambda connection: connection.execute("CREATE TABLE public.t (n int)"))

    def work(connection: Connection) -> tuple[int, int]:
        first = len(connection.execute("SELECT * FROM public.t").fetchall())
        pool.write(lambda other: other.execute("INSERT INTO public.t VALUES (1)"))
        return first, len(connection.execute("SELECT * FROM public.t").fetchall())

    try:
        assert pool.read(work) == (0, 0)
        with pytest.raises(Unavailable, match="read-only"):
            pool.read(lambda connection: connection.execute("DELETE FROM public.t"))
        assert pool.read(work) == (1, 1)
    finally:
        pool.write(lambda connection: connection.execute("DROP TABLE public.t"))


def test_a_failed_transaction_leaves_nothing_and_a_working_connection(pool: Pool) -> None:
    with pytest.raises(ZeroDivisionError):
        pool.write(lambda connection: (connection.execute("CREATE TABLE public.t (n int)"), 1 / 0))
    found = pool.read(lambda connection: connection.execute("SELECT to_regclass('public.t')").fetchone())
    assert found == (None,)


def test_a_mistake_of_ours_is_not_called_an_outage(pool: Pool) -> None:
    with pytest.raises(psycopg.errors.SyntaxError):
        pool.read(lambda connection: connection.execute("SELEKT"))


def test_who_finds_every_connection_in_use_waits_and_then_is_told(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_pool, "_WAIT_SECONDS", 0.05)
    lent = [pool.lend() for _ in range(postgres_pool._MOST)]
    for each in lent:
        each.__enter__()
    with pytest.raises(Unavailable, match="too busy"):
        pool.read(backend)
    for each in lent:
        each.__exit__(None, None, None)
    assert pool.read(backend)


def test_threads_have_a_connection_each(pool: Pool) -> None:
    gate, seen = threading.Barrier(4, timeout=20), set()

    def work(connection: Connection) -> None:
        gate.wait()
        seen.add(backend(connection))

    threads = [threading.Thread(target=pool.read, args=(work,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(seen) == 4


def test_a_closed_pool_says_so(pool: Pool) -> None:
    pool.close()
    with pytest.raises(Unavailable, match="closed"):
        pool.read(backend)
