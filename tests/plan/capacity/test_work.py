"""What a pass moves and multiplies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.memory import Deployment
from freehold.plan.capacity.work import experts_touched, stacked, work


def deployment(model: str, gpus: int = 1, weights: str = "bf16") -> Deployment:
    return Deployment(architecture(model), gpu("H100 SXM"), gpus, weights)


def test_a_dense_pass_reads_all_weights_but_the_embedding_and_does_two_operations_with_each() -> None:
    made = work(deployment("Llama-3.1-8B"))
    assert made.body == pytest.approx(2 * (8.03e9 - 128256 * 4096))
    assert made.experts == 0
    assert made.operations == pytest.approx(2 * (8.03e9 - 2 * 128256 * 4096))
    assert made.head_operations == pytest.approx(2 * 128256 * 4096)
    assert made.cache_read == 131072
    assert made.window == np.inf


def test_gpus_share_the_work() -> None:
    one, four = work(deployment("Llama-3.1-70B")), work(deployment("Llama-3.1-70B", 4))
    for name in ("body", "operations", "pair_operations", "cache_read", "head_operations"):
        assert getattr(four, name) == pytest.approx(getattr(one, name) / 4)
    assert four.gpus == 4


def test_latent_attention_is_read_whole_on_every_gpu() -> None:
    assert work(deployment("DeepSeek-V3", 8)).cache_read == work(deployment("DeepSeek-V3", 1)).cache_read


def test_sparse_and_linear_and_latent_layers_launch_more() -> None:
    assert work(deployment("Llama-3.1-8B")).odd_layers == 0
    assert work(deployment("DeepSeek-V3")).odd_layers == 61
    assert work(deployment("GLM-5")).odd_layers == 2 * 78
    assert work(deployment("Qwen3-Next-80B-A3B")).odd_layers == 36


def test_narrow_weights_keep_attention_in_16_bits() -> None:
    made = work(deployment("Llama-3.1-8B", weights="fp8"))
    assert made.peak == 2 * 989e12
    assert made.half_peak == 989e12


def test_a_slower_maker_is_slower_in_all_that_is_physical() -> None:
    made = work(deployment("Llama-3.1-8B"))
    slow = made.paced(0.5)
    assert (slow.bandwidth, slow.peak, slow.half_peak) == (made.bandwidth / 2, made.peak / 2, made.half_peak / 2)
    assert slow.link == made.link


@given(st.integers(1, 100_000))
def test_tokens_touch_between_their_own_and_all_experts(tokens: int) -> None:
    made = work(deployment("Qwen3-235B-A22B"))
    touched = float(experts_touched(made, float(tokens)))
    assert touched + 1e-12 >= 8 / 128
    assert touched <= min(1.0, tokens * 8 / 128) + 1e-12


def test_many_deployments_stand_side_by_side() -> None:
    both = stacked([work(deployment("Llama-3.1-8B")), work(deployment("DeepSeek-V3", 8, "fp8"))])
    assert isinstance(both.layers, np.ndarray)
    assert both.layers.tolist() == [32, 61]


def test_memory_that_keeps_its_own_codes_gives_less_of_its_bandwidth() -> None:
    shape = architecture("Llama-3.1-8B")
    assert work(Deployment(shape, gpu("L40S"))).bandwidth == 1e9 * gpu("L40S").bandwidth_gbs * 15 / 16
    assert work(Deployment(shape, gpu("H100 SXM"))).bandwidth == 1e9 * gpu("H100 SXM").bandwidth_gbs


@pytest.mark.parametrize(
    ("card", "peak"), [("V100", {"bf16": 125, "fp8": 125}), ("T4", {"bf16": 65, "int8": 130}), ("P40", {"bf16": 11.8})]
)
def test_chips_without_bf16_multiply_in_what_they_have(card: str, peak: dict[str, float]) -> None:
    for weights, tflops in peak.items():
        counts = work(Deployment(architecture("Llama-3.1-8B"), gpu(card), weights=weights))
        assert counts.peak == pytest.approx(1e12 * tflops)
        assert counts.half_peak == pytest.approx(1e12 * gpu(card).half)
