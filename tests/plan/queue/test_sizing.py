"""How many replicas: held against simulating each number in turn."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.plan.capacity.memory import Room
from freehold.plan.quantity import Quantity
from freehold.plan.queue.simulate import simulate
from freehold.plan.queue.sizing import Sizer
from freehold.plan.queue.table import needed
from freehold.plan.queue.traffic import at_load, warmed
from freehold.plan.requests import Requests
from freehold.plan.scenario import Objectives, Server, Workload
from freehold.plan.workload.synthetic import Lengths, synthetic
from support.queues import Straight, poisson

GOALS = Objectives(ttft_s=1.0, tpot_s=0.05)
HOUR = poisson(900, 2.0)
SLOTS = 48


def known(path: str, value: float) -> Quantity:
    return Quantity(path=path, value=value, low=value, high=value, unit="", source="test")


def sizer(goals: Objectives = GOALS, *, hour: Requests = HOUR, slots: int = SLOTS, months: int = 1) -> Sizer:
    names = ("requests_a_day", "prompt_tokens", "answer_tokens", "cached_share", "batch_share", "peak_over_mean")
    flow = Workload(
        **{name: known(name, 1.0) for name in names},
        growth_a_month=known("growth_a_month", 0.1),
        busiest=hour,
        hours=(1 / 168,) * 168,
    )
    room = Room(
        fits=True,
        weights_gib=1,
        kv_gib=1,
        overhead_gib=1,
        usable_gib=9,
        slots=slots,
        gpus_needed=1,
        sentence="it fits",
    )
    return Sizer(Straight(), room, flow, goals, months=months)


def fewest(load: float, speed: float, hour: Requests = HOUR, beginning: int = 1) -> int:
    """Replicas by simulating one number after the other."""
    traffic, before = warmed(at_load(hour, load))
    for replicas in range(beginning, 100):
        served = simulate(Straight(), traffic, replicas, SLOTS, speed)
        if needed(served.ttft_s[before:], served.tpot_s[before:], GOALS) <= 1:
            return replicas
    raise AssertionError("a hundred are not enough")


SIZER = sizer()


@given(load=st.floats(0.05, 4.0), speed=st.floats(0.7, 1.8))
@settings(max_examples=25, deadline=None)
def test_as_many_as_the_simulation_asks_for_or_a_little_more(load: float, speed: float) -> None:
    """No fewer than are needed but for a hair of load, and no more than a tenth more load asks for."""
    found = float(SIZER.replicas(load, speed))
    assert fewest(load / 1.03, speed) <= found
    assert found <= fewest(load * 1.1, speed) + math.ceil(0.1 * found)


def test_above_what_is_simulated_the_approximation_asks_for_a_few_too_many() -> None:
    """Forty replicas: what each of the last simulated number bears, against forty simulated as they are."""
    hour = poisson(12_000, 10.0, prompt=600, answer=60)
    found = float(sizer(hour=hour).replicas(60.0, 1.0))
    exact = fewest(60.0, 1.0, hour, beginning=36)
    assert 36 < exact <= found <= 1.12 * exact


def test_shapes_spread_over_one_another() -> None:
    loads, speeds = np.linspace(0.2, 6, 12)[None, :], np.array([[0.8], [1.0], [1.3]])
    found = SIZER.replicas(loads, speeds)
    assert found.shape == (3, 12)
    assert found[1, 5] == SIZER.replicas(loads[0, 5], 1.0)
    assert np.all(np.diff(found, axis=1) >= 0)
    assert np.all(np.diff(found, axis=0) <= 0)
    assert np.array_equal(found, np.rint(found))


def test_nothing_asked_is_one_replica_and_none_for_what_none_can() -> None:
    assert SIZER.replicas(0.0, 1.0) == 1
    assert np.array_equal(SIZER.replicas(1.0, np.array([0.1, 1.0])) == np.inf, [True, False])
    assert SIZER.impossible() == ""
    assert SIZER.impossible(0.1).startswith("time per token")


def test_the_share_of_time_at_work() -> None:
    alone = float(SIZER.busy(0.1, 1.0, 1.0))
    assert 0 < alone < float(SIZER.busy(0.3, 1.0, 1.0)) <= 1
    assert float(SIZER.busy(0.2, 1.0, 2.0)) == pytest.approx(alone)
    assert float(SIZER.busy(0.2, 2.0, 1.0)) == pytest.approx(alone)
    shares = SIZER.busy(np.array([[0.1], [0.2]]), 1.0, np.array([0.0, 1.0, np.inf]))
    assert shares[:, 0] == pytest.approx([0, 0])
    assert shares[:, 2] == pytest.approx([0, 0])


def a_server(gpus: int = 1, spares: int = 0, replicas: int | None = None) -> Server:
    return Server(
        model="m",
        weights="bf16",
        kv="bf16",
        gpu="g",
        engine="vllm",
        gpus=gpus,
        speed=known("speed", 1.0),
        spares=spares,
        replicas=replicas,
    )


def test_a_sizing_in_words() -> None:
    made = sizer(months=13).sizing(a_server(gpus=2, spares=1))
    needs, last = fewest(1.0, 1.0), fewest(1.1**12, 1.0)
    assert (made.replicas, made.gpus, made.spares) == (needs + 1, 2 * (needs + 1), 1)
    assert last < made.replicas_last_month <= last + 2
    assert made.evidence == Straight().evidence
    assert made.memory == "it fits"
    assert made.bound_by in ("time per token", "one is enough")
    assert made.peak is not None
    assert made.peak.holds
    assert made.peak in made.loads
    assert 0 < made.utilisation <= 1


def test_replicas_that_the_scenario_fixes_stand_as_said() -> None:
    made = sizer().sizing(a_server(replicas=7))
    assert (made.replicas, made.replicas_last_month) == (7, 7)


def test_a_sizer_takes_a_part_of_a_second_and_a_lookup_none() -> None:
    """Ten thousand worlds of 36 months, tenfold growth: processor time, with room for a slow machine."""
    rng = np.random.default_rng(1)
    speed = np.exp(0.2 * rng.standard_normal((10_000, 1)))
    load = 0.3 * np.exp(0.2 * rng.standard_normal((10_000, 1))) * 1.066 ** np.arange(36)
    made = sizer(hour=poisson(1250, 2.0))
    begun = time.process_time()
    first = made.replicas(load, speed)
    middle = time.process_time()
    again = made.replicas(load, speed)
    assert np.array_equal(first, again)
    assert middle - begun < 3
    assert time.process_time() - middle < 0.3


RATES = np.geomspace(1.0, 12.0, 16)


def bursty(rate: float, burstiness: float, answer: int) -> Requests:
    prompts, answers = Lengths(1500, 1.0), Lengths(answer, 0.8)
    return synthetic(rate, prompts, answers, cached_share=0.0, burstiness=burstiness, seed=1)


@pytest.mark.parametrize(("burstiness", "answer", "each_s"), [(8.0, 8, 0.1), (8.0, 30, 0.03), (4.0, 5, 0.05)])
def test_what_is_sized_for_bursts_of_short_answers_keeps_its_objectives_in_its_own_table(
    burstiness: float, answer: int, each_s: float
) -> None:
    goals = Objectives(ttft_s=5.0, tpot_s=each_s)
    for rate in (0.1, 0.3, 0.8):
        made = sizer(goals, hour=bursty(rate, burstiness, answer), slots=SLOTS).sizing(a_server())
        assert made.peak is not None
        assert made.peak.holds
        assert made.peak in made.loads
        for measure in ("ttft_s", "tpot_s"):
            highs = [getattr(point, measure).high for point in made.loads]
            assert highs == sorted(highs)


@pytest.mark.parametrize("burstiness", [1.0, 4.0])
def test_more_volume_never_needs_fewer(burstiness: float) -> None:
    goals = Objectives(ttft_s=2.0, tpot_s=0.035)
    found = [float(sizer(goals, hour=bursty(rate, burstiness, 80)).replicas(1.0, 1.0)) for rate in RATES]
    assert found == sorted(found)
    assert found[-1] > found[0]


def test_a_world_that_asks_for_more_gets_by_with_no_fewer_than_the_planned_one() -> None:
    made = sizer(Objectives(ttft_s=5.0, tpot_s=0.1), hour=bursty(0.4, 8.0, 30))
    planned = float(made.replicas(1.0, 1.0))
    assert np.all(made.replicas(np.array([1.0, 1.1, 3.0]), np.array([1.0, 0.9, 1.0])) >= planned)
    assert float(made.replicas(0.2, 1.5)) < planned


def test_bursts_that_no_number_can_keep_are_refused_with_the_reason() -> None:
    tight = sizer(Objectives(ttft_s=5.0, tpot_s=0.021), hour=bursty(0.3, 8.0, 5))
    assert np.isinf(tight.replicas(1.0, 1.0))
    assert "no number of replicas that was tried keeps the objectives" in tight.impossible()
    assert tight.impossible(given=True) == ""
    assert sizer(Objectives(ttft_s=5.0, tpot_s=0.1), hour=bursty(0.3, 8.0, 5)).impossible() == ""
