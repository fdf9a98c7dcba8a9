"""What so many replicas bear: looked up, and held against the simulation it comes from."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.memory import Deployment
from freehold.plan.capacity.serving import Serving
from freehold.plan.queue.table import Table, needed
from freehold.plan.scenario import Objectives
from support.queues import Straight, poisson, requests

GOALS = Objectives(ttft_s=1.0, tpot_s=0.05)
HOUR = poisson(700, 700 / 3600)


def table(goals: Objectives = GOALS, slots: int = 64) -> Table:
    return Table(Straight(), slots, HOUR, goals)


def test_the_least_speed_is_that_of_the_asked_share() -> None:
    ttft, tpot = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.1, 0.1, 0.1, 0.9])
    assert needed(ttft, tpot, Objectives(ttft_s=2.0, percentile=0.5)) == 1.0
    assert needed(ttft, tpot, Objectives(ttft_s=2.0, percentile=1.0)) == 2.0
    assert needed(ttft, tpot, Objectives(ttft_s=2.0, tpot_s=0.1, percentile=1.0)) == 9.0
    assert needed(ttft, tpot, Objectives()) == 0.0


@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize("speed", [0.87, 1.0, 1.6])
def test_what_is_borne_holds_and_a_little_more_does_not(replicas: int, speed: float) -> None:
    found = table()
    ratio = float(found.borne(replicas, np.array([speed]))[0])

    def least(times: float) -> float:
        served = found.run(replicas, ratio * times)
        return needed(served.ttft_s, served.tpot_s, GOALS)

    assert least(1.0) <= speed * 1.02
    assert speed < least(1.1)


def test_a_faster_server_bears_no_less() -> None:
    speeds = np.linspace(0.4, 3.0, 60)
    borne = table().borne(1, speeds)
    assert np.all(np.diff(borne) >= 0)
    assert borne[0] == 0
    assert borne[-1] > 0


def test_the_answer_hangs_on_nothing_that_was_asked_before() -> None:
    asked = np.array([0.7, 0.93, 1.0, 1.4])
    wide, narrow = table(), table()
    wide.borne(1, np.array([0.2, 5.0]))
    assert wide.borne(1, asked) == pytest.approx(narrow.borne(1, asked))
    assert [float(narrow.borne(1, np.array(each))) for each in asked] == pytest.approx(narrow.borne(1, asked))


def test_below_the_speed_that_a_lone_request_needs_nothing_is_borne() -> None:
    found = table()
    assert found.alone > 0.4
    assert found.borne(8, np.array([found.alone * 0.99])) == 0


def test_without_objectives_a_replica_bears_what_it_can_carry() -> None:
    found = table(Objectives())
    assert found.borne(1, np.array([1.0]))[0] == pytest.approx(found.most, rel=1e-9)
    assert found.alone == 0


def test_what_one_carries_is_its_slots_over_their_time() -> None:
    """All slots taken: each request takes its share of the prompts and its steps, and so many do at once."""
    serving, slots = Straight(token_s=0.0, context_s=0.0), 10
    lone = requests(np.linspace(0, 99, 100), 10, 101, seconds=100)
    found = Table(serving, slots, lone, Objectives())
    rate = slots / (101 * (serving.fixed_s + slots * serving.request_s))
    assert found.most * found.requests.rate == pytest.approx(rate, rel=0.05)


def test_who_works_more_is_busier() -> None:
    found = table()
    shares = found.busy(np.linspace(0, 1.5 * found.most, 30))
    assert (shares[0], shares[-1]) == (0, 1)
    assert np.all(np.diff(shares) >= -1e-9)
    rare = found.busy(np.array([0.002 * found.most]))[0]
    alone = 0.002 * found.most * HOUR.rate * (2000 * 5e-5 + 500 * 0.0201)
    assert rare == pytest.approx(alone, rel=0.25)


def test_what_is_before_the_first_work_is_waited_for_too() -> None:
    soon, late = (Table(Straight(), 64, HOUR, GOALS, before_s=before) for before in (0.0, 0.25))
    assert late.run(1, 1.0).ttft_s == pytest.approx(soon.run(1, 1.0).ttft_s + 0.25)
    assert late.lone()[0] == pytest.approx(soon.lone()[0] + 0.25)
    assert late.borne(1, np.array(1.0)) <= soon.borne(1, np.array(1.0))


@pytest.mark.parametrize(("prompt", "answer"), [(200, 200), (1000, 1000), (2000, 500)])
@pytest.mark.parametrize("slots", [8, 64])
def test_a_crowd_is_served_as_fast_as_the_capacity_model_says(prompt: int, answer: int, slots: int) -> None:
    """Two ways to the same: requests one by one, and the formula of the steady state that is fitted to measurements."""
    serving = Serving(Deployment(architecture("Llama-3.1-8B"), gpu("H100 SXM")))
    scatter = np.random.default_rng(1).uniform(0.8, 1.2, 1000)
    crowd = requests(np.arange(1000.0), prompt, answer * scatter, seconds=1000)
    found = Table(serving, slots, crowd, Objectives()).most * crowd.answer.mean()
    assert found == pytest.approx(serving.point(slots, prompt, answer).tokens_s, rel=0.1)
