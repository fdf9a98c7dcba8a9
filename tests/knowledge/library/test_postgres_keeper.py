"""Upkeep in the background: each kind once, none in the way of another, all of it broken off by closing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from freehold.core.errors import Unavailable
from freehold.core.target import Secret
from freehold.knowledge.library import postgres_keeper
from freehold.knowledge.library.postgres_address import read_address
from freehold.knowledge.library.postgres_keeper import Keeper, Work
from freehold.knowledge.library.postgres_pool import Connection, Pool
from support.postgres import server

_SLEEPERS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(%' AND state = 'active'"


def noting(done: list[str], what: str) -> Work:
    """Upkeep that notes that it was done."""

    def work(_: Connection) -> bool:
        done.append(what)
        return True

    return work


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    with server().schema() as name:
        pool = Pool(read_address(Secret(server().url(name))))
        keeper = Keeper(pool)
        yield keeper
        keeper.close()
        pool.close()


def test_what_is_asked_for_twice_before_its_turn_is_done_once(keeper: Keeper) -> None:
    done: list[str] = []
    keeper.ask("a", noting(done, "a"))
    keeper.ask("b", noting(done, "b"))
    keeper.ask("a", noting(done, "later a"))
    assert keeper.settle(30)
    assert done == ["later a", "b"]


def test_what_is_asked_for_while_it_is_done_is_done_again(keeper: Keeper) -> None:
    began, go_on, done = threading.Event(), threading.Event(), []

    def work(_: Connection) -> bool:
        began.set()
        assert go_on.wait(30)
        done.append(1)
        return True

    keeper.ask("a", work)
    assert began.wait(30)
    keeper.ask("a", work)
    go_on.set()
    assert keeper.settle(30)
    assert done == [1, 1]


@pytest.mark.parametrize("unreachable", [False, True])
def test_what_could_not_be_done_is_tried_again(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, unreachable: bool
) -> None:
    monkeypatch.setattr(postgres_keeper, "_AGAIN_SECONDS", 0.01)
    tries: list[int] = []

    def work(_: Connection) -> bool:
        tries.append(1)
        if unreachable and len(tries) < 3:
            raise Unavailable("the server is away")
        return len(tries) == 3

    keeper.ask("the graph", work)
    assert keeper.settle(30)
    assert len(tries) == 3
    assert caplog.text.count("the graph: put off, and tried again: the server is away") == unreachable


def test_a_fault_of_ours_ends_neither_the_thread_nor_goes_on_for_ever(
    keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fails(_: Connection) -> bool:
        raise ZeroDivisionError

    keeper.ask("a", fails)
    assert keeper.settle(30)
    assert "a: failed" in caplog.text
    keeper.ask("b", noting(done, "b"))
    assert keeper.settle(30)
    assert done == ["b"]


def test_closing_cancels_what_runs_and_drops_what_is_due(keeper: Keeper) -> None:
    done: list[str] = []
    keeper.ask("sleep", lambda connection: bool(connection.execute("SELECT pg_sleep(25)")))
    keeper.ask("never", noting(done, "never"))
    end = time.monotonic() + 30
    while server().execute(_SLEEPERS) == [(0,)]:
        assert time.monotonic() < end
        time.sleep(0.02)
    began = time.monotonic()
    keeper.close()
    assert time.monotonic() - began < 1.5
    while server().execute(_SLEEPERS) != [(0,)]:
        assert time.monotonic() < began + 5
        time.sleep(0.02)
    keeper.ask("never", noting(done, "never"))
    assert keeper.settle(1)
    assert not done


def test_nothing_runs_and_nothing_is_connected_before_something_is_asked_for(keeper: Keeper) -> None:
    assert keeper._thread is None
    keeper.ask("a", lambda _: True)
    thread = next(each for each in threading.enumerate() if each.name == "postgresql-upkeep")
    assert thread.daemon  # so that the process ends whatever the server does
