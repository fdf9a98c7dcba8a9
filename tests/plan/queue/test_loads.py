"""What users see at each load, and what asks for the last replica."""

from __future__ import annotations

import pytest

from freehold.plan.queue.loads import Loads
from freehold.plan.queue.scheduler import USUAL, Scheduler
from freehold.plan.queue.table import Table
from freehold.plan.scenario import Objectives
from support.queues import Straight, poisson

HOUR = poisson(1200, 1.0)


def loads(
    goals: Objectives, *, slots: int = 256, speed: float = 1.0, scheduler: Scheduler = USUAL, **server: float
) -> Loads:
    return Loads(Table(Straight(**server), slots, HOUR, goals, scheduler), speed)


def test_the_curve_rises_and_has_the_busiest_hour() -> None:
    curve = loads(Objectives(tpot_s=0.04)).curve(1)
    rates = [point.requests_a_second for point in curve]
    assert rates == sorted(rates)
    assert HOUR.rate in [pytest.approx(rate) for rate in rates]
    assert [point.tpot_s.value for point in curve] == sorted(point.tpot_s.value for point in curve)
    assert [point.holds for point in curve] == sorted((point.holds for point in curve), reverse=True)
    assert {point.holds for point in curve} == {True, False}
    assert all(point.ttft_s.low <= point.ttft_s.value <= point.ttft_s.high for point in curve)
    assert [point.concurrency for point in curve] == sorted(point.concurrency for point in curve)


def test_no_replicas_have_no_curve() -> None:
    assert loads(Objectives()).curve(0) == ()
    assert loads(Objectives()).point(0, 1.0) is None


def test_hundreds_of_replicas_are_seen_as_some_of_them() -> None:
    few, many = (loads(Objectives(tpot_s=0.04)).point(replicas, replicas / 8) for replicas in (8, 400))
    assert few is not None
    assert many is not None
    assert many.tpot_s == few.tpot_s
    assert many.concurrency == pytest.approx(50 * few.concurrency)


def test_a_faster_server_shows_shorter_times() -> None:
    slow, fast = (loads(Objectives(), speed=speed).point(2, 1.0) for speed in (0.8, 1.6))
    assert slow is not None
    assert fast is not None
    assert fast.tpot_s.value < slow.tpot_s.value / 2
    assert fast.ttft_s.value < slow.ttft_s.value / 2


def test_one_is_enough() -> None:
    assert loads(Objectives(ttft_s=5.0, tpot_s=0.5)).bound_by(1) == "one is enough"


@pytest.mark.parametrize(
    ("goals", "server", "slots", "bound"),
    [
        (Objectives(ttft_s=60.0, tpot_s=0.022), {}, 256, "time per token"),
        (Objectives(ttft_s=1.6, tpot_s=1.0), {"token_s": 2.5e-4, "fixed_s": 0.005}, 256, "time to first token"),
        (Objectives(ttft_s=0.5, tpot_s=1.0), {}, 8, "memory"),
    ],
)
def test_what_asks_for_the_second_replica(goals: Objectives, server: dict[str, float], slots: int, bound: str) -> None:
    assert loads(goals, slots=slots, **server).bound_by(2) == bound


def test_too_few_requests_at_once_ask_for_a_replica_where_memory_holds_more() -> None:
    goals = Objectives(ttft_s=0.5, tpot_s=1.0)
    assert loads(goals, scheduler=Scheduler(8)).bound_by(2).startswith("requests at once: 8, as the engine has it")
    # An engine that takes on many is not looked at with fewer.
    slow = Objectives(ttft_s=60.0, tpot_s=0.022)
    assert loads(slow, slots=10_000, scheduler=Scheduler(1024)).bound_by(2) == "time per token"
    assert loads(goals, slots=8, scheduler=Scheduler(8)).bound_by(2) == "time to first token"


def test_a_lone_request_that_breaks_an_objective_says_which() -> None:
    said = loads(Objectives(ttft_s=5.0, tpot_s=0.01)).alone_too_slow()
    assert said.startswith("time per token: a request that is alone takes 0.0201 s")
    assert "0.01 s" in said
    assert "time to first token" in loads(Objectives(ttft_s=0.05, tpot_s=1.0)).alone_too_slow()
    assert loads(Objectives(ttft_s=0.05, tpot_s=1.0)).bound_by(3).startswith("time to first token")
    assert loads(Objectives(ttft_s=5.0)).alone_too_slow() == ""
