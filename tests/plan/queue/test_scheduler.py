"""What engines take on at once."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.queue.scheduler import LARGE, USUAL, scheduler
from freehold.plan.queue.simulate import simulate
from support.queues import Straight, requests


@pytest.mark.parametrize(
    ("gpu", "memory", "bounds"),
    [("H100 SXM", 80, LARGE), ("A100 80GB", 80, USUAL), ("RTX 4090", 24, USUAL), ("MI300X", 192, LARGE)],
)
def test_large_cards_take_on_more(gpu, memory, bounds) -> None:
    assert scheduler(gpu, memory) == bounds


def test_a_larger_budget_reads_a_long_prompt_in_fewer_steps() -> None:
    """Whom it passes on the way loses fewer tokens' time, and it comes to its own first token sooner."""
    serving = Straight(token_s=1e-5, fixed_s=0.05, request_s=0.0, context_s=0.0)
    traffic = requests(np.array([0.0, 0.5]), [10, 8000], [200, 2])
    little, much = (simulate(serving, traffic, 1, 8, budget=bounds.tokens) for bounds in (USUAL, LARGE))
    assert little.ttft_s[1] - much.ttft_s[1] == pytest.approx(3 * serving.fixed_s)
