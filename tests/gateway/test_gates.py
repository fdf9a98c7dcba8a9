"""A gate lets so many in, keeps a short queue in order, loses no place, and leaves a sick target alone for a while."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import TIMEOUTS, AttemptFailed, Fault
from freehold.core.target import Limits
from freehold.gateway.gates import FAILURES, OPEN_LIMIT, OPEN_SECONDS, Gate, Gates
from support.decisions import a_target

SICK = [*sorted(TIMEOUTS), Fault.CONNECT, Fault.SERVER, Fault.PROTOCOL, Fault.BROKEN, Fault.AUTH]
NOT_SICK = [Fault.REJECTED, Fault.RATE_LIMITED, Fault.LABEL, Fault.UNTRANSLATABLE, Fault.CANCELLED]


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Guest:
    """A request that is inside, or waits, until it is told how it went."""

    def __init__(self, gate: Gate, **limits: Any) -> None:
        self.inside = asyncio.Event()
        self.end = asyncio.Event()
        self.task = asyncio.create_task(self._stay(gate, a_target(limits=Limits(**limits))))

    async def _stay(self, gate: Gate, target: Any) -> None:
        async with gate.enter(target):
            self.inside.set()
            await self.end.wait()

    async def leave(self) -> None:
        self.end.set()
        await self.task


async def settled() -> None:
    """Let everything happen that can."""
    for _ in range(5):
        await asyncio.sleep(0)


@asynccontextmanager
async def guests(gate: Gate, count: int, **limits: Any) -> Any:
    """So many requests at the gate, gone at the end."""
    found = [Guest(gate, **limits) for _ in range(count)]
    await settled()
    try:
        yield found
    finally:
        for guest in found:
            guest.task.cancel()
        await asyncio.gather(*[guest.task for guest in found], return_exceptions=True)
        assert (gate.busy, gate.queued) == (0, 0)


async def refusal(gate: Gate, **limits: Any) -> AttemptFailed:
    with pytest.raises(AttemptFailed) as caught:
        async with gate.enter(a_target(limits=Limits(**limits))):
            raise AssertionError("nobody gets in")
    return caught.value


async def test_so_many_and_no_more_are_inside() -> None:
    gate = Gate()
    async with guests(gate, 5, concurrency=2) as found:
        assert [guest.inside.is_set() for guest in found] == [True, True, False, False, False]
        assert (gate.busy, gate.queued) == (2, 3)


async def test_the_queue_is_first_come_first_served() -> None:
    gate = Gate()
    async with guests(gate, 4, concurrency=1) as found:
        for number in range(3):
            await found[number].leave()
            await settled()
            assert [guest.inside.is_set() for guest in found] == [at <= number + 1 for at in range(4)]


async def test_fewer_places_hold_as_soon_as_requests_leave() -> None:
    gate = Gate()
    async with guests(gate, 4, concurrency=4) as found:
        found += [Guest(gate, concurrency=1) for _ in range(3)]
        await settled()
        for left in (3, 2, 1):
            assert gate.queued == 3
            await found[left - 1].leave()
            await settled()
            assert gate.busy == left
        await found[3].leave()
        await settled()
        assert (gate.busy, gate.queued) == (1, 2)


async def test_more_places_are_for_those_who_wait_first() -> None:
    gate = Gate()
    async with guests(gate, 4, concurrency=1) as found:
        found.append(Guest(gate, concurrency=3))
        await settled()
        assert [guest.inside.is_set() for guest in found] == [True, True, True, False, False]


async def test_a_full_queue_refuses_at_once() -> None:
    gate = Gate()
    async with guests(gate, 3, concurrency=1, queue=2):
        failure = await refusal(gate, concurrency=1, queue=2)
        assert (failure.fault, failure.safe_to_retry) == (Fault.QUEUE, False)


async def test_a_queue_of_none_refuses_whoever_would_wait() -> None:
    gate = Gate()
    async with guests(gate, 1, concurrency=1, queue=0):
        assert (await refusal(gate, concurrency=1, queue=0)).fault is Fault.QUEUE


async def test_nobody_waits_longer_than_the_queues_time() -> None:
    gate = Gate()
    async with guests(gate, 1, concurrency=1) as found:
        failure = await refusal(gate, concurrency=1, queue_seconds=0.02)
        assert failure.fault is Fault.QUEUE
        assert (gate.busy, gate.queued) == (1, 0)
        await found[0].leave()


async def test_one_that_is_cancelled_in_the_queue_loses_nobodys_place() -> None:
    gate = Gate()
    async with guests(gate, 3, concurrency=1) as found:
        found[1].task.cancel()
        await settled()
        assert gate.queued == 1
        await found[0].leave()
        await settled()
        assert found[2].inside.is_set()


async def test_one_that_is_cancelled_as_it_gets_its_place_passes_it_on() -> None:
    gate = Gate()
    async with guests(gate, 3, concurrency=1) as found:
        found[0].end.set()
        await asyncio.sleep(0)  # It leaves now, and the next has its place but has not run yet.
        found[1].task.cancel()
        await settled()
        assert not found[1].inside.is_set()
        assert found[2].inside.is_set()


async def test_one_that_is_cancelled_just_before_a_place_comes_free_is_passed_over() -> None:
    gate = Gate()
    async with guests(gate, 3, concurrency=1) as found:
        found[0].end.set()
        found[1].task.cancel()  # Its place in the queue is given up before the first has left.
        await settled()
        assert found[1].task.cancelled(), "and what it sees is that it was cancelled, nothing else"
        assert found[2].inside.is_set()


actions = st.lists(st.tuples(st.sampled_from(["come", "leave", "cancel", "rest"]), st.integers(0, 9)), max_size=40)


@given(actions=actions, concurrency=st.integers(1, 3), queue=st.integers(0, 4))
def test_no_interleaving_loses_a_place(actions: list[tuple[str, int]], concurrency: int, queue: int) -> None:
    asyncio.run(_interleave(actions, concurrency, queue))


async def _interleave(actions: list[tuple[str, int]], concurrency: int, queue: int) -> None:
    gate = Gate()
    there: list[Guest] = []
    for action, number in actions:
        if action == "come":
            there.append(Guest(gate, concurrency=concurrency, queue=queue))
        elif action == "rest":
            await asyncio.sleep(0)
        elif there:
            guest = there[number % len(there)]
            _ = guest.end.set() if action == "leave" else guest.task.cancel()
        inside = sum(each.inside.is_set() and not each.end.is_set() and not each.task.done() for each in there)
        assert inside <= concurrency
        assert gate.busy <= concurrency
    await settled()
    waiting = [each for each in there if not each.task.done() and not each.inside.is_set()]
    assert not waiting or gate.busy == concurrency, "nobody waits while there is room"
    for each in there:
        each.end.set()
    results = await asyncio.gather(*[each.task for each in there], return_exceptions=True)
    assert all(result is None or isinstance(result, AttemptFailed | asyncio.CancelledError) for result in results)
    assert (gate.busy, gate.queued) == (0, 0)


async def visit(gate: Gate, fault: Fault | None = None, *, answers: bool = True) -> None:
    """One request: it fails, or its answer begins and, with a fault, breaks off."""
    async with gate.enter(a_target()) as inside:
        if answers:
            inside.answered()
        if fault is not None:
            inside.failed(fault)


async def fail(gate: Gate, times: int = FAILURES) -> None:
    for _ in range(times):
        await visit(gate, Fault.SERVER, answers=False)


@pytest.mark.parametrize("fault", SICK)
async def test_failures_in_a_row_open_the_breaker(fault: Fault) -> None:
    gate = Gate(Clock())
    for _ in range(FAILURES - 1):
        await visit(gate, fault, answers=False)
    assert gate.state == "closed"
    await visit(gate, fault, answers=False)
    assert gate.state == "open"
    failure = await refusal(gate)
    assert (failure.fault, failure.retry_after) == (Fault.BREAKER, OPEN_SECONDS)


@pytest.mark.parametrize("fault", NOT_SICK)
async def test_what_says_nothing_of_its_health_does_not(fault: Fault) -> None:
    gate = Gate(Clock())
    for _ in range(3 * FAILURES):
        await visit(gate, fault, answers=False)
    assert gate.state == "closed"


async def test_an_answer_between_begins_the_count_anew() -> None:
    gate = Gate(Clock())
    await fail(gate, FAILURES - 1)
    await visit(gate)
    await fail(gate, FAILURES - 1)
    assert gate.state == "closed"


async def test_answers_that_break_off_count_though_they_began() -> None:
    gate = Gate(Clock())
    for _ in range(FAILURES):
        await visit(gate, Fault.BROKEN)
    assert gate.state == "open"


async def test_one_request_fails_once() -> None:
    gate = Gate(Clock())
    async with gate.enter(a_target()) as inside:
        for _ in range(FAILURES):
            inside.failed(Fault.SERVER)
    assert gate.state == "closed"


async def test_requests_refused_at_the_gate_do_not_count() -> None:
    clock = Clock()
    gate = Gate(clock)
    await fail(gate)
    for _ in range(50):
        assert (await refusal(gate)).fault is Fault.BREAKER
    clock.now += OPEN_SECONDS
    assert gate.state == "half-open"


async def test_after_a_while_one_request_sees_whether_it_is_well() -> None:
    clock = Clock()
    gate = Gate(clock)
    await fail(gate)
    clock.now += OPEN_SECONDS - 0.01
    assert gate.state == "open"
    clock.now += 0.01
    assert gate.state == "half-open"
    async with guests(gate, 1) as found:
        assert found[0].inside.is_set()
        for _ in range(3):
            assert (await refusal(gate)).fault is Fault.BREAKER, "while it is inside, nobody else is let in"


async def test_an_answer_to_it_closes_the_breaker() -> None:
    clock = Clock()
    gate = Gate(clock)
    await fail(gate)
    clock.now += OPEN_SECONDS
    async with gate.enter(a_target()) as inside:
        inside.answered()
        assert gate.state == "closed", "others pass as soon as its answer has begun"
        await visit(gate)
    await fail(gate, FAILURES - 1)
    assert gate.state == "closed"


async def test_an_answer_that_began_and_broke_off_opens_it_again() -> None:
    clock = Clock()
    gate = Gate(clock)
    await fail(gate)
    clock.now += OPEN_SECONDS
    await visit(gate, Fault.BROKEN)
    assert gate.state == "open"


async def test_a_failure_of_it_opens_the_breaker_for_twice_as_long_up_to_a_limit() -> None:
    clock = Clock()
    gate = Gate(clock)
    await fail(gate)
    wait = OPEN_SECONDS
    for _ in range(8):
        assert (await refusal(gate)).retry_after == wait
        clock.now += wait
        assert gate.state == "half-open"
        await fail(gate, 1)
        wait = min(OPEN_LIMIT, 2 * wait)
    clock.now += wait
    await visit(gate)
    await fail(gate)
    assert (await refusal(gate)).retry_after == OPEN_SECONDS, "a success forgets it all"


@pytest.mark.parametrize("fault", [None, *NOT_SICK])
async def test_one_that_tells_nothing_lets_the_next_see(fault: Fault | None) -> None:
    clock = Clock()
    gate = Gate(clock)
    await fail(gate)
    clock.now += OPEN_SECONDS
    await visit(gate, fault, answers=False)
    assert gate.state == "half-open"
    await visit(gate)
    assert gate.state == "closed"


async def test_one_that_is_cancelled_lets_the_next_see() -> None:
    clock = Clock()
    gate = Gate(clock)
    await fail(gate)
    clock.now += OPEN_SECONDS
    async with guests(gate, 1) as found:
        found[0].task.cancel()
        await settled()
        await visit(gate)
        assert gate.state == "closed"


async def test_one_that_is_refused_meanwhile_does_not_let_another_in() -> None:
    clock = Clock()
    gate = Gate(clock)
    await fail(gate)
    clock.now += OPEN_SECONDS
    async with guests(gate, 1, concurrency=1, queue=0):
        assert (await refusal(gate, concurrency=1, queue=0)).fault is Fault.BREAKER
        assert (await refusal(gate, concurrency=9, queue=0)).fault is Fault.BREAKER


async def test_many_that_fail_together_open_it_once() -> None:
    clock = Clock()
    gate = Gate(clock)

    async def doomed(go: asyncio.Event) -> None:
        async with gate.enter(a_target()) as inside:
            await go.wait()
            inside.failed(Fault.SERVER)

    go = asyncio.Event()
    tasks = [asyncio.create_task(doomed(go)) for _ in range(50)]
    await settled()
    go.set()
    await asyncio.gather(*tasks)
    assert (await refusal(gate)).retry_after == OPEN_SECONDS


async def test_those_in_the_queue_are_not_sent_to_a_target_found_sick_meanwhile() -> None:
    gate = Gate(Clock())
    sick = a_target(limits=Limits(concurrency=1))
    refused: list[Fault] = []

    async def one() -> None:
        try:
            async with gate.enter(sick) as inside:
                await asyncio.sleep(0)
                inside.failed(Fault.CONNECT)
        except AttemptFailed as failure:
            refused.append(failure.fault)

    await asyncio.gather(*[one() for _ in range(20)])
    assert refused == [Fault.BREAKER] * (20 - FAILURES)
    assert (gate.busy, gate.queued) == (0, 0)


async def test_each_target_has_its_own_gate() -> None:
    clock = Clock()
    gates = Gates(clock)
    await fail(gates.of(a_target("a")))
    assert gates.of(a_target("a")) is gates.of(a_target("a"))
    await visit(gates.of(a_target("b")))
    assert gates.states() == {"a": "open", "b": "closed"}
    clock.now += OPEN_SECONDS
    assert gates.states()["a"] == "half-open"


async def test_a_request_over_the_rate_is_told_when_there_is_room() -> None:
    clock = Clock()
    gate = Gate(clock)
    for _ in range(2):
        async with gate.enter(a_target(limits=Limits(rpm=2))):
            clock.now += 10
    turned = await refusal(gate, rpm=2)
    assert (turned.fault, turned.retry_after, turned.safe_to_retry) == (Fault.RATE_LIMITED, 40.0, False)
    clock.now += 40
    async with gate.enter(a_target(limits=Limits(rpm=2))):
        pass
    assert gate.busy == 0


async def test_tokens_count_as_they_are_reckoned_and_then_as_they_were() -> None:
    clock = Clock()
    gate = Gate(clock)
    limits = a_target(limits=Limits(tpm=100))
    async with gate.enter(limits, "a", 10) as inside:
        inside.used(80)
    with pytest.raises(AttemptFailed, match="had what it may get"):
        async with gate.enter(limits, "a", 21):
            raise AssertionError("nobody gets in")
    async with gate.enter(limits, "a", 20) as inside:
        inside.used(0)
    async with gate.enter(limits, "a", 20):
        pass


async def test_a_request_larger_than_the_rate_takes_all_of_it() -> None:
    clock = Clock()
    gate = Gate(clock)
    async with gate.enter(a_target(limits=Limits(tpm=100)), "a", 5000):
        pass
    with pytest.raises(AttemptFailed):
        async with gate.enter(a_target(limits=Limits(tpm=100)), "a", 1):
            raise AssertionError("nobody gets in")
    clock.now += 60
    async with gate.enter(a_target(limits=Limits(tpm=100)), "a", 5000):
        pass


async def test_a_rate_that_is_changed_or_lifted_holds_from_then_on() -> None:
    gate = Gate(Clock())
    async with gate.enter(a_target(limits=Limits(rpm=1))):
        pass
    await refusal(gate, rpm=1)
    async with gate.enter(a_target(limits=Limits(rpm=2))):
        pass
    async with gate.enter(a_target(limits=Limits())):
        pass


async def test_whoever_is_put_out_of_the_queue_is_told_why() -> None:
    gate = Gate()
    target = a_target(limits=Limits(concurrency=1, queue=2))

    async def visit(key: str) -> str:
        async with gate.enter(target, key):
            await asyncio.sleep(0)
        return key

    async with gate.enter(target, "a"):
        visits = [asyncio.create_task(visit(key)) for key in "aab"]
        await settled()
        assert gate.queued == 2
    done = await asyncio.gather(*visits, return_exceptions=True)
    assert (done[0], done[2]) == ("a", "b")
    assert isinstance(done[1], AttemptFailed)
    assert done[1].fault is Fault.QUEUE
    assert gate.busy == 0


async def test_who_need_not_wait_goes_in_at_once_and_who_must_takes_nothing() -> None:
    gate, target = Gate(), a_target(limits=Limits(concurrency=1))
    inside = gate.admit_now(target)
    assert inside is not None
    assert gate.admit_now(target) is None
    assert (gate.busy, gate.queued) == (1, 0)
    gate.dismiss(inside)
    assert gate.busy == 0
