"""One user of llama.cpp."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.alone import Alone
from freehold.plan.capacity.decode import decode_tokens_s
from freehold.plan.capacity.memory import GIB, Deployment
from freehold.plan.capacity.precision import weight_bytes
from freehold.plan.capacity.work import work


def alone(model: str, card: str, gpus: int = 1) -> tuple[Alone, Deployment]:
    deployment = Deployment(architecture(model), gpu(card), gpus, "q4_k_m", engine="llama.cpp")
    return Alone(deployment, work(deployment)), deployment


def test_of_a_mixture_of_experts_those_that_a_token_is_sent_to_are_read() -> None:
    made, deployment = alone("Qwen3-30B-A3B", "RTX 4090")
    weights, shape = weight_bytes(deployment.architecture, "q4_k_m"), deployment.architecture
    gib = (weights.body + weights.head + weights.experts * shape.experts_active / shape.experts) / GIB
    assert gib < 2.2
    said = decode_tokens_s(deployment.gpu, gib, quantisation="q4_k_m", layers=shape.layers)
    assert float(made.step_s(0.0)) == pytest.approx(1 / said.value)


def test_the_cache_adds_to_a_step_by_its_bytes_and_windows_bound_it() -> None:
    full, _ = alone("Llama-3.1-8B", "RTX 4090")
    steps = full.step_s(np.array([0.0, 1000.0, 2000.0]))
    assert np.shape(steps) == (3,)
    assert steps[2] - steps[1] == pytest.approx(steps[1] - steps[0])
    assert steps[1] > steps[0]
    windowed, deployment = alone("gpt-oss-20b", "RTX 4090")
    within, beyond = (np.diff(windowed.step_s(np.array(ends))) for ends in ([0.0, 100.0], [1000.0, 1100.0]))
    assert deployment.architecture.window < 1000
    assert beyond == pytest.approx(within * deployment.architecture.full / deployment.architecture.layers)


def test_gpus_take_their_layers_one_after_another() -> None:
    one, two = (float(alone("Llama-3.1-8B", "RTX 3090", gpus)[0].step_s(1000.0)) for gpus in (1, 2))
    assert one < two < 1.2 * one


def test_its_error_is_that_of_the_decode_model() -> None:
    made, deployment = alone("Llama-3.1-8B", "RTX 4090")
    said = decode_tokens_s(deployment.gpu, 4.0)
    assert np.exp(made.spread) == pytest.approx(said.high / said.value)
    assert made.evidence == said.evidence
