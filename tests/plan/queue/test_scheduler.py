"""What engines take on at once."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.memory import Deployment
from freehold.plan.queue.scheduler import LARGE, LLAMA_CPP, USUAL, Scheduler, scheduler
from freehold.plan.queue.simulate import simulate
from support.queues import Straight, requests


@pytest.mark.parametrize(
    ("card", "engine", "bounds"),
    [
        ("H100 SXM", "vllm", LARGE),
        ("A100 80GB", "vllm", USUAL),
        ("RTX 4090", "sglang", USUAL),
        ("MI300X", "vllm", LARGE),
        ("RTX 4090", "llama.cpp", LLAMA_CPP),
        ("H100 SXM", "llama.cpp", LLAMA_CPP),
        ("Apple M2 Ultra 76-core", "vllm", LLAMA_CPP),
    ],
)
def test_large_cards_take_on_more_and_llama_cpp_four_requests(card: str, engine: str, bounds: Scheduler) -> None:
    assert scheduler(Deployment(architecture("Llama-3.1-8B"), gpu(card), engine=engine)) == bounds


def test_a_larger_budget_reads_a_long_prompt_in_fewer_steps() -> None:
    """Whom it passes on the way loses fewer tokens' time, and it comes to its own first token sooner."""
    serving = Straight(token_s=1e-5, fixed_s=0.05, request_s=0.0, context_s=0.0)
    traffic = requests(np.array([0.0, 0.5]), [10, 8000], [200, 2])
    little, much = (simulate(serving, traffic, 1, 8, budget=bounds.tokens) for bounds in (USUAL, LARGE))
    assert little.ttft_s[1] - much.ttft_s[1] == pytest.approx(3 * serving.fixed_s)
