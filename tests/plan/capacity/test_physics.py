"""The times that the roofline gives, and how they join to a steady state."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.constants import shipped
from freehold.plan.capacity.memory import Deployment
from freehold.plan.capacity.physics import Constants, prefill_s, steady, step_s
from freehold.plan.capacity.work import Work, work

BARE = Constants(
    memory=1.0,
    expert_memory=1.0,
    cache=1.0,
    compute=1.0,
    narrow_compute=1.0,
    slicing=0.0,
    expert_compute=1.0,
    attention=1.0,
    sharpness=50.0,
    layer_s=0.0,
    expert_layer_s=0.0,
    hop_s=0.0,
    link=1e9,
    step_s=0.0,
    request_s=0.0,
    first_s=0.0,
    wait=0.0,
)
"""A machine without any loss, to be reckoned by hand."""


def made(model: str = "Llama-3.1-8B", gpus: int = 1, weights: str = "bf16") -> Work:
    return work(Deployment(architecture(model), gpu("H100 SXM"), gpus, weights))


def test_a_lone_decode_step_takes_its_bytes_over_the_bandwidth() -> None:
    bytes_read = 2 * (8.03e9 - 128256 * 4096) + 131072 * 1000
    assert step_s(made(), BARE, 1, 1000) == pytest.approx(bytes_read / 3.35e12, rel=0.01)


def test_a_long_prefill_takes_its_operations_over_the_peak() -> None:
    products = 4000 * 2 * (8.03e9 - 2 * 128256 * 4096)
    attention = 4000**2 / 2 * 4 * 32 * 128 * 32
    assert prefill_s(made(), BARE, 4000) == pytest.approx((products + attention) / 989e12, rel=0.01)


def test_what_is_cached_needs_no_prefill_but_is_looked_at() -> None:
    whole, rest = (float(prefill_s(made(), BARE, 8000, cached)) for cached in (0, 6000))
    assert rest < whole
    assert rest > float(prefill_s(made(), BARE, 2000))


def test_overheads_are_those_of_layers_hops_steps_and_requests() -> None:
    bare = float(step_s(made(gpus=4), BARE, 8, 1000))
    own = msgspec.structs.replace(BARE, layer_s=1e-5, hop_s=1e-6, step_s=1e-3, request_s=1e-4)
    added = 32 * 1e-5 + 2 * 32 * 1e-6 + 1e-3 + 8 * 1e-4
    assert float(step_s(made(gpus=4), own, 8, 1000)) == pytest.approx(bare + added)


def test_thinner_slices_are_multiplied_less_well() -> None:
    thin = msgspec.structs.replace(BARE, slicing=0.5)
    assert float(prefill_s(made(gpus=4), thin, 4000)) > 1.6 * float(prefill_s(made(gpus=4), BARE, 4000))
    assert float(prefill_s(made(), thin, 4000)) == float(prefill_s(made(), BARE, 4000))


def test_an_all_reduce_moves_the_tokens_states() -> None:
    slow = msgspec.structs.replace(BARE, link=0.5)
    added = float(prefill_s(made(gpus=2), slow, 1000)) - float(prefill_s(made(gpus=2), BARE, 1000))
    assert added == pytest.approx(2 * 32 * (2 * 0.5 * 2 * 4096 * 1000) / (0.5 * 450e9), rel=0.01)


def test_experts_are_read_as_they_are_touched() -> None:
    mixture = made("Qwen3-235B-A22B", 8, "fp8")
    one, many = (float(step_s(mixture, BARE, batch, 1)) for batch in (1, 64))
    assert one == pytest.approx(22.2e9 / 8 / 3.35e12, rel=0.1)
    assert many == pytest.approx(234e9 / 8 / 3.35e12, rel=0.1)


def test_throughput_is_a_round_of_every_prefill_and_every_step() -> None:
    found = steady(made(), BARE, 16, 16, 2000, 500)
    steps = 500 * float(step_s(made(), BARE, 16, 2250))
    round_s = 16 * 500 / float(found.tokens_s)
    assert steps < round_s < steps + 16 * float(prefill_s(made(), BARE, 2000))


def test_a_prompt_that_rides_along_launches_no_kernels_of_its_own() -> None:
    slow = msgspec.structs.replace(BARE, layer_s=1e-3)
    added = [
        16 * 100 / float(steady(made(), constants, 16, 16, 200, 100).tokens_s) - 100 * float(pass_s)
        for constants in (BARE, slow)
        for pass_s in [step_s(made(), constants, 16, 250)]
    ]
    assert added[1] - added[0] < 0.1 * 16 * 32 * 1e-3


def test_waiting_moves_time_from_the_tokens_to_the_first_and_leaves_throughput() -> None:
    early = steady(made(), BARE, 16, 16, 2000, 500)
    late = steady(made(), msgspec.structs.replace(BARE, wait=0.5), 16, 16, 2000, 500)
    assert float(late.ttft_s) > 2 * float(early.ttft_s)
    assert float(late.tpot_s) < float(early.tpot_s)
    assert float(late.tokens_s) == pytest.approx(float(early.tokens_s), rel=0.05)


def test_who_finds_no_slot_waits_and_throughput_stays() -> None:
    held = steady(made(), Constants(), 8, 8, 1000, 200)
    crowd = steady(made(), Constants(), 32, 8, 1000, 200)
    assert float(crowd.tokens_s) == pytest.approx(float(held.tokens_s))
    assert float(crowd.tpot_s) == pytest.approx(float(held.tpot_s))
    assert float(crowd.ttft_s) > 3 * 200 * float(held.tpot_s)


@given(
    st.floats(1, 500),
    st.floats(1, 60_000),
    st.floats(1, 5000),
    st.sampled_from(["Llama-3.1-8B", "gpt-oss-120b", "DeepSeek-V3", "GLM-5", "Qwen3-Next-80B-A3B", "gemma-3-27b-it"]),
)
def test_times_are_finite_and_more_work_takes_longer(batch: float, prompt: float, answer: float, model: str) -> None:
    counts = made(model, 8, "fp8")
    found = steady(counts, Constants(), batch, 1000, prompt, answer)
    assert all(np.isfinite(value) and value > 0 for value in (found.ttft_s, found.tpot_s, found.tokens_s))
    assert step_s(counts, Constants(), batch, prompt) < step_s(counts, Constants(), batch + 1, prompt + 1000)
    assert prefill_s(counts, Constants(), prompt) < prefill_s(counts, Constants(), 2 * prompt + 100)
    # The identity by which throughput is defined holds to the last digit.
    assert float(found.tokens_s) == pytest.approx(batch * answer / float(found.ttft_s + answer * found.tpot_s))


MODELS = ["Llama-3.1-8B", "Llama-3.1-70B", "Phi-4-mini", "DeepSeek-V3", "Qwen3-235B-A22B"]
LOADS = np.array([1.0, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1024])


@given(
    st.sampled_from(MODELS),
    st.sampled_from(["bf16", "fp8", "int4"]),
    st.sampled_from([1, 2, 8]),
    st.floats(20, 4000),
    st.floats(1, 200),
    st.sampled_from([Constants(), shipped().common]),
)
def test_throughput_never_falls_with_load(
    model: str, weights: str, gpus: int, prompt: float, answer: float, constants: Constants
) -> None:
    counts = made(model, gpus, weights)
    tokens_s = np.asarray(steady(counts, constants, LOADS, 1000, prompt, answer).tokens_s)
    assert np.all(np.diff(tokens_s) > -1e-9 * tokens_s[1:])


@given(
    st.sampled_from(MODELS),
    st.sampled_from(["bf16", "fp8", "int4"]),
    st.sampled_from([("A100 80GB", "H100 SXM"), ("H100 SXM", "H200"), ("H100 SXM", "B200"), ("L40S", "H100 SXM")]),
    st.floats(20, 4000),
    st.floats(1, 200),
)
def test_a_card_that_is_better_in_every_respect_is_no_slower(
    model: str, weights: str, cards: tuple[str, str], prompt: float, answer: float
) -> None:
    worse, better = (
        steady(
            work(Deployment(architecture(model), gpu(card), 8, weights)), shipped().common, LOADS, 1000, prompt, answer
        )
        for card in cards
    )
    assert np.all(np.asarray(better.tokens_s) > 0.97 * np.asarray(worse.tokens_s))


def test_many_short_answers_do_not_wait_for_a_token_as_long_as_for_all_prompts() -> None:
    # Between two tokens lies one pass at most, and a pass reads no more prompts than its budget.
    found = steady(made(), Constants(), 512, 1000, 500, 1)
    a_pass = 8192 / 500 * float(prefill_s(made(), Constants(), 500)) + float(step_s(made(), Constants(), 512, 500))
    assert float(found.tpot_s) < a_pass < float(found.ttft_s)
