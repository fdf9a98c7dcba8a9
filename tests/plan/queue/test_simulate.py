"""Leaps against single steps, what must hold of any queue, and the queues that a formula knows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.plan.queue.simulate import simulate
from support.queues import Straight, cached, poisson, requests, step_by_step

ONE_BY_ONE = Straight(token_s=0.0, prompt_s=0.0, fixed_s=0.01, request_s=0.0, context_s=0.0)
"""A step takes 10 ms and a prompt nothing: with one slot, a request is served for as many steps as it has tokens."""


@given(
    count=st.integers(1, 60),
    rate=st.floats(0.2, 20),
    slots=st.integers(1, 12),
    prompt=st.sampled_from([1, 300, 2000, 9000]),
    answer=st.sampled_from([1, 2, 40, 300]),
    share=st.sampled_from([0.0, 0.5, 1.0]),
    seed=st.integers(0, 999),
)
@settings(max_examples=60, deadline=None)
def test_leaps_come_to_the_same_as_steps_taken_one_by_one(count, rate, slots, prompt, answer, share, seed):
    traffic = cached(poisson(count, rate, seed=seed, prompt=prompt, answer=answer, spread=1.0), share)
    serving = Straight(prompt_s=0.004)

    served = simulate(serving, traffic, 1, slots)

    first, last = step_by_step(serving, traffic, slots)
    assert served.ttft_s == pytest.approx(first - traffic.at, abs=1e-6)
    assert served.end == pytest.approx(last, abs=1e-6)


@given(
    count=st.integers(1, 80),
    rate=st.floats(0.5, 50),
    replicas=st.integers(1, 5),
    slots=st.integers(1, 20),
    speed=st.floats(0.3, 3),
    seed=st.integers(0, 999),
)
@settings(max_examples=40, deadline=None)
def test_every_request_is_served_once_and_no_faster_than_alone(count, rate, replicas, slots, speed, seed):
    traffic = poisson(count, rate, seed=seed, prompt=500, answer=30)
    serving = Straight()

    served = simulate(serving, traffic, replicas, slots, speed)

    alone = serving.prefill_s(traffic.prompt, traffic.cached) / speed
    assert np.all(served.ttft_s >= alone - 1e-9)
    assert np.all(served.end >= traffic.at + served.ttft_s - 1e-9)
    more = traffic.answer > 1
    assert np.all(served.tpot_s[more] >= serving.fixed_s / speed - 1e-9)
    assert 0 < served.busy <= 1 + 1e-9


def test_work_in_is_work_out() -> None:
    """What a replica works is its prompts and its steps: as many as there are tokens, where there is one slot."""
    traffic = poisson(200, 0.3, prompt=700, answer=60)
    serving = Straight(context_s=0.0)

    served = simulate(serving, traffic, 1, 1)

    prompts = serving.prefill_s(traffic.prompt, traffic.cached).sum()
    steps = (traffic.answer - 1).sum() * (serving.fixed_s + serving.request_s)
    assert served.busy * served.end.max() == pytest.approx(prompts + steps)


def test_what_is_cached_is_not_read_again() -> None:
    traffic = requests(np.zeros(1), 1000, 1)
    plain, again = (simulate(Straight(), each, 1, 4).ttft_s[0] for each in (traffic, cached(traffic, 0.75)))
    assert (plain, again) == (pytest.approx(0.05), pytest.approx(0.0125))


def test_littles_law() -> None:
    """Requests there are requests a second times seconds that each stays."""
    traffic = poisson(3000, 2.0)
    served = simulate(Straight(), traffic, 1, 200)
    rate = len(traffic) / served.end.max()
    assert served.concurrency == pytest.approx(rate * served.stay_s.mean())
    assert served.concurrency == pytest.approx(2.0 * served.stay_s.mean(), rel=0.02)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_one_slot_waits_as_a_queue_with_one_server(load: float) -> None:
    """Pollaczek and Khinchine: arrivals by chance, one server, a mean wait of load/(1-load) x (1+c²)/2 services."""
    count, rng = 40_000, np.random.default_rng(7)
    answer = np.maximum(np.rint(rng.exponential(400, count)), 1.0)
    service = ONE_BY_ONE.fixed_s * (answer - 1)
    at = np.cumsum(rng.exponential(service.mean() / load, count))

    served = simulate(ONE_BY_ONE, requests(at, 1, answer), 1, 1)

    wait = served.ttft_s.mean()
    scatter = service.var() / service.mean() ** 2
    assert wait == pytest.approx(load / (1 - load) * (1 + scatter) / 2 * service.mean(), rel=0.12)


def test_slots_without_cost_are_servers_of_erlangs() -> None:
    """Where a step takes no longer for more requests, slots are servers: the share that waits is Erlang's C formula."""
    count, slots, load, rng = 40_000, 5, 4.0, np.random.default_rng(3)
    answer = np.maximum(np.rint(rng.exponential(2000, count)), 2.0)
    at = np.cumsum(rng.exponential(ONE_BY_ONE.fixed_s * 2000 / load, count))

    served = simulate(ONE_BY_ONE, requests(at, 1, answer), 1, slots)

    terms = np.cumprod([1.0, *(load / number for number in range(1, slots + 1))])
    last = terms[-1] * slots / (slots - load)
    waits = np.mean(served.ttft_s > 2 * ONE_BY_ONE.fixed_s)  # a step's rest is waited for in any case
    assert waits == pytest.approx(last / (terms[:-1].sum() + last), rel=0.08)


def test_a_faster_server_is_the_same_in_a_faster_time() -> None:
    traffic = poisson(400, 2.0)
    usual = simulate(Straight(), traffic, 2, 50)
    twice = simulate(Straight(), requests(traffic.at / 2, traffic.prompt, traffic.answer), 2, 50, speed=2.0)
    assert twice.ttft_s == pytest.approx(usual.ttft_s / 2)
    assert twice.tpot_s == pytest.approx(usual.tpot_s / 2)


def test_a_request_goes_where_the_fewest_are() -> None:
    """Three at once on three replicas do not see one another; a fourth has company."""
    traffic = requests(np.array([0.0, 0.0, 0.0, 0.0]), 100, 50)
    served = simulate(Straight(), traffic, 3, 8)
    assert served.end[1] == served.end[2] < served.end[0] == served.end[3]


def test_more_replicas_wait_less() -> None:
    traffic = poisson(1500, 8.0)
    waits = [np.quantile(simulate(Straight(), traffic, replicas, 64).ttft_s, 0.95) for replicas in (1, 2, 3, 4)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > 100 * waits[3]


def test_replicas_that_share_the_work_work_as_much_together() -> None:
    """One slot each and no contexts: all that counts is tokens, whoever writes them."""
    serving, traffic = Straight(context_s=0.0), poisson(300, 1.0, answer=60)
    work = [
        simulate(serving, traffic, replicas, 1).busy * replicas * simulate(serving, traffic, replicas, 1).end.max()
        for replicas in (1, 2, 5)
    ]
    assert work[0] == pytest.approx(work[1]) == pytest.approx(work[2])
