from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.plan.queue.simulate import simulate
from support.queues import Straight, cached, poisson, step_by_step


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
