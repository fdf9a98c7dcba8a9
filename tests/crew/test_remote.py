"""A hand's ledger, gates and engines are the first's; whoever leaves while it asks leaves nothing behind there."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freehold.core.errors import AttemptFailed, Fault, Unavailable
from freehold.core.record import Ending
from freehold.core.target import Limits, Target
from freehold.crew.remote import RemoteBook, RemoteEngine, RemoteGates
from freehold.engines.llamacpp import State
from freehold.gateway.gates import FAILURES, Gate
from freehold.ledger.ended import Terms
from support.crew import Crew, a_crew, settled, until
from support.decisions import a_target
from support.exchanges import attempt, begun, ended

PLACES = Limits(concurrency=2, queue=1, queue_seconds=5.0)


@pytest.fixture
async def crew(tmp_path: Path) -> AsyncIterator[Crew]:
    async with a_crew(tmp_path) as made:
        yield made


def rows(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "freehold.db")) as connection:
        return [tuple(row) for row in connection.execute("SELECT id, ending FROM exchanges ORDER BY id")]


def book_of(crew: Crew) -> RemoteBook:
    return RemoteBook(crew.line, Terms(), audited=False)


def target(limits: Limits = PLACES) -> Target:
    return a_target(limits=limits)


def gate_of(crew: Crew) -> Gate:
    return crew.gates.of(target())


async def test_an_exchange_of_a_hand_is_written_by_the_first(crew: Crew, tmp_path: Path) -> None:
    book, exchange = book_of(crew), begun()
    await book.open(exchange)
    assert rows(tmp_path) == [(exchange.id, "open")]
    book.settle(ended(exchange, attempt()))
    await settled()
    await crew.book.flush()
    assert rows(tmp_path) == [(exchange.id, "completed")]


async def test_a_ledger_that_takes_nothing_refuses_the_hand_too(crew: Crew, tmp_path: Path) -> None:
    await crew.book.close()
    with pytest.raises(Unavailable, match="it is closed"):
        await book_of(crew).open(begun())


async def test_an_exchange_that_leaves_while_its_row_is_written_is_settled(crew: Crew, tmp_path: Path) -> None:
    exchange = begun()
    opening = asyncio.create_task(book_of(crew).open(exchange))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await settled()
    await crew.book.flush()
    assert rows(tmp_path) == [(exchange.id, Ending.CANCELLED)]


async def test_what_a_dead_hand_had_under_way_is_lost_at_once(crew: Crew, tmp_path: Path) -> None:
    book, kept, gone = book_of(crew), begun(), begun()
    await book.open(kept)
    await book.open(gone)
    book.settle(ended(kept, attempt()))
    await settled()
    await crew.hang_up()
    await crew.book.flush()
    assert sorted(rows(tmp_path)) == sorted([(kept.id, "completed"), (gone.id, "lost")])


async def test_a_hand_without_its_first_refuses(crew: Crew) -> None:
    asking = asyncio.create_task(RemoteEngine(crew.line).wait("m", 60))
    await settled()
    crew.service.channel.close()
    with pytest.raises(Unavailable, match="first worker"):
        await asking
    with pytest.raises(Unavailable, match="first worker"):
        await book_of(crew).open(begun())
    assert crew.lost == ["hand", "first"] or crew.lost == ["first", "hand"]


async def test_the_first_decides_who_goes_in(crew: Crew) -> None:
    gates, gate = RemoteGates(crew.line), gate_of(crew)
    async with gates.enter(target(), "a", 0), gates.enter(target(), "a", 0):
        assert gate.busy == 2
        waiting = asyncio.create_task(gates.enter(target(), "a", 0).__aenter__())
        await until(lambda: gate.queued == 1)
        with pytest.raises(AttemptFailed, match="queue is full") as turned:
            await gates.enter(target(), "a", 0).__aenter__()
        assert turned.value.fault is Fault.QUEUE
    await waiting
    await until(lambda: gate.busy == 1)


async def test_failures_at_a_hand_open_the_breaker_for_all(crew: Crew) -> None:
    gates, gate = RemoteGates(crew.line), gate_of(crew)
    for _ in range(FAILURES):
        async with gates.enter(target(), "a", 0) as visit:
            visit.failed(Fault.CONNECT)
    await until(lambda: gate.state == "open")
    with pytest.raises(AttemptFailed) as turned:
        async with gates.enter(target(), "a", 0):
            raise AssertionError("nobody gets in")
    assert turned.value.fault is Fault.BREAKER
    assert turned.value.retry_after is not None


async def test_an_answer_at_a_hand_closes_the_breaker_for_all(crew: Crew) -> None:
    gates, gate = RemoteGates(crew.line), gate_of(crew)
    for _ in range(FAILURES - 1):
        gate.count_failure(probe=False)
    async with gates.enter(target(), "a", 0) as visit:
        visit.answered()
    await until(lambda: gate.busy == 0)
    gate.count_failure(probe=False)
    assert gate.state == "closed"


async def test_rates_of_a_target_hold_over_all_workers(crew: Crew) -> None:
    gates, limited = RemoteGates(crew.line), target(Limits(rpm=2, tpm=100))
    async with gates.enter(limited, "a", 30) as visit:
        visit.used(90)
    await settled()
    with pytest.raises(AttemptFailed) as turned:
        async with gates.enter(limited, "a", 20):
            raise AssertionError("nobody gets in")
    assert turned.value.fault is Fault.RATE_LIMITED
    async with gates.enter(limited, "a", 10):
        pass


async def test_a_dead_hand_gives_its_places_back(crew: Crew) -> None:
    gates, gate = RemoteGates(crew.line), gate_of(crew)
    await gates.enter(target(), "a", 0).__aenter__()
    await gates.enter(target(), "a", 0).__aenter__()
    waiting = asyncio.create_task(gates.enter(target(), "a", 0).__aenter__())
    await until(lambda: gate.queued == 1)
    await crew.hang_up()
    with pytest.raises(Unavailable):
        await waiting
    await until(lambda: (gate.busy, gate.queued) == (0, 0))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leaves=st.lists(st.integers(min_value=0, max_value=6), min_size=3, max_size=6))
def test_whoever_leaves_at_any_moment_leaves_no_place_taken(tmp_path: Path, leaves: list[int]) -> None:
    """Each of some requests is cancelled after so many turns of the loop: before, while and after it is let in."""

    async def visits(crew: Crew, turns: int) -> None:
        async def visit() -> None:
            async with RemoteGates(crew.line).enter(target(), "a", 0):
                await asyncio.sleep(30)

        task = asyncio.create_task(visit())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def run() -> None:
        async with a_crew(tmp_path) as crew:
            await asyncio.gather(*(visits(crew, turns) for turns in leaves))
            gate = gate_of(crew)
            await settled()  # what was asked has come, so that none of it is yet to be let in
            await until(lambda: (gate.busy, gate.queued) == (0, 0))

    asyncio.run(run())


async def test_a_hand_waits_for_a_model_of_the_first(crew: Crew) -> None:
    engine = RemoteEngine(crew.line)
    assert (await engine.wait("m", 0.01)).state is State.STARTING
    waiting = asyncio.create_task(engine.wait("m", 10))
    await settled()
    crew.models.ready.set()
    assert (await waiting).state is State.READY
