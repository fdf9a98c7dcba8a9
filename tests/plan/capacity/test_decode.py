"""One user's speed follows from bytes, bandwidth and what a chip can take in, and says how sure it is."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.catalog.gpus import gpu
from freehold.plan.capacity.decode import (
    SHARPNESS,
    Speed,
    Terms,
    Work,
    decode_tokens_s,
    fitted,
    platform_of,
    terms,
    token_s,
    token_s_shared,
    usual_layers,
    work,
)

LLAMA_8B_Q4 = 4.58
EASY = Terms(efficiency=1.0, rate=math.inf, cache_rate=math.inf, launch_us=0.0, hop_us=0.0)
ASKED = Work(weights=8.0, weights_gb=16.0, cache_gb=1.0, layers=32.0, gpus=1.0, bandwidth=1000.0, units=100.0)


def test_with_nothing_in_the_way_a_token_takes_as_long_as_its_bytes() -> None:
    assert token_s(ASKED, EASY) == pytest.approx((16 + 1) / 1000)


def test_a_chip_that_takes_in_less_than_its_memory_gives_is_the_limit() -> None:
    slow = msgspec.structs.replace(EASY, rate=0.1)
    assert token_s(ASKED, slow) == pytest.approx(8 / (100 * 0.1) + 0.001, rel=1e-3)


def test_where_both_limits_are_one_they_meet_smoothly() -> None:
    even = msgspec.structs.replace(EASY, rate=8 / 100 / 0.016)
    assert token_s(ASKED, even) == pytest.approx(0.016 * 2 ** (1 / SHARPNESS) + 0.001)


def test_layers_and_further_gpus_cost_their_time() -> None:
    waiting = msgspec.structs.replace(EASY, launch_us=100.0, hop_us=300.0)
    two = msgspec.structs.replace(ASKED, gpus=2.0)
    assert token_s(two, waiting) - token_s(two, EASY) == pytest.approx(32 * 100e-6 + 300e-6)


def test_gpus_that_share_each_layer_read_at_once_and_exchange_twice() -> None:
    four = msgspec.structs.replace(ASKED, gpus=4.0)
    assert token_s_shared(four, EASY) == pytest.approx((16 + 1) / 4 / 1000 + 64 * 10e-6)


def test_arrays_give_what_their_members_give() -> None:
    many = msgspec.structs.replace(ASKED, weights_gb=np.array([1.0, 16.0]), weights=np.array([0.5, 8.0]))
    one = msgspec.structs.replace(ASKED, weights_gb=1.0, weights=0.5)
    known = terms(gpu("RTX 4090"), "cuda", "f16")
    assert list(np.asarray(token_s(many, known))) == pytest.approx([token_s(one, known), token_s(ASKED, known)])


@pytest.mark.parametrize(
    ("name", "measured"),
    [("RTX 5090", 300.4), ("RTX 4090", 189.0), ("H100 SXM", 280.7), ("A100 80GB", 200.9), ("RTX 3060", 75.6)],
)
def test_what_was_published_for_a_7b_model_is_met(name: str, measured: float) -> None:
    found = decode_tokens_s(gpu(name), 3.56, 0.03, quantisation="q4_0", layers=32)
    assert found.value == pytest.approx(measured, rel=0.15)
    assert found.low < found.value < found.high
    assert name.split(maxsplit=1)[0] in found.evidence


def test_a_card_with_twice_the_bandwidth_is_not_twice_as_fast_where_its_units_are_the_limit() -> None:
    ratio = decode_tokens_s(gpu("A100"), LLAMA_8B_Q4).value / decode_tokens_s(gpu("RTX 4090"), LLAMA_8B_Q4).value
    assert 0.8 < ratio < 1.2


def test_a_device_nobody_measured_says_so_and_one_without_units_has_a_wider_interval() -> None:
    card = gpu("L40S")
    known = decode_tokens_s(card, LLAMA_8B_Q4)
    assert known.evidence.startswith("not measured on L40S; the constants are those of ")
    bare = decode_tokens_s(msgspec.structs.replace(card, units=0), LLAMA_8B_Q4)
    assert bare.high / bare.value > known.high / known.value


@pytest.mark.parametrize(
    ("name", "engine", "platform"),
    [
        ("L4", "llama.cpp", "cuda"),
        ("L4", "Ollama", "cuda"),
        ("MI300X", "llamacpp", "rocm"),
        ("Apple M2 Ultra", "llama.cpp", "metal"),
        ("EPYC 9654", "llama.cpp", "cpu"),
        ("L4", "vLLM", "vllm"),
        ("L4", "SGLang", "vllm"),
        ("L4", "TensorRT-LLM", "tensorrt-llm"),
        ("Gaudi 2", "deepspeed", "deepspeed"),
        ("L4", "an engine of tomorrow", "vllm"),
    ],
)
def test_engine_and_maker_decide_whose_constants_hold(name: str, engine: str, platform: str) -> None:
    assert platform_of(gpu(name), engine) == platform


def test_a_maker_nobody_measured_counts_as_amd() -> None:
    assert platform_of(msgspec.structs.replace(gpu("L4"), maker="Qualcomm"), "llama.cpp") == "rocm"
    assert platform_of(gpu("Arc B580"), "llama.cpp") == "rocm"


@pytest.mark.parametrize("name", ["RTX 4090", "MI300X", "Apple M4 Max", "EPYC 9654", "Gaudi 3", "T4", "Arc B580"])
@pytest.mark.parametrize("engine", ["llama.cpp", "vllm", "tensorrt-llm", "deepspeed"])
@pytest.mark.parametrize("quantisation", ["f16", "q8_0", "q4_0", "q4_k_m"])
def test_there_are_constants_for_every_device_engine_and_quantisation(
    name: str, engine: str, quantisation: str
) -> None:
    found = decode_tokens_s(gpu(name), 8.0, 0.1, engine=engine, quantisation=quantisation)
    assert 0 < found.low < found.value < found.high < math.inf
    assert found.value < gpu(name).bandwidth_gbs / 8.0


@given(
    weights=st.floats(0.1, 200),
    more=st.floats(1.1, 3),
    cache=st.floats(0, 20),
    name=st.sampled_from(["RTX 4090", "A100", "Apple M1 Max", "Core i7-8700", "RX 7900 XTX"]),
)
def test_more_to_read_is_never_faster(weights: float, more: float, cache: float, name: str) -> None:
    def speed(weights: float, cache: float) -> float:
        return decode_tokens_s(gpu(name), weights, cache, layers=32).value

    assert speed(weights * more, cache) < speed(weights, cache)
    assert speed(weights, cache + 1) < speed(weights, cache)


def test_older_builds_are_slower_on_nvidia_alone() -> None:
    def speed(name: str, *, old: bool) -> Speed:
        return decode_tokens_s(gpu(name), LLAMA_8B_Q4, old=old)

    assert speed("RTX 4090", old=True).value < speed("RTX 4090", old=False).value
    assert speed("Apple M1 Max", old=True) == speed("Apple M1 Max", old=False)


def test_apples_gpus_since_the_m3_take_in_more() -> None:
    older = gpu("Apple M2 Ultra 76-core")
    newer = msgspec.structs.replace(older, released="2023-10")
    assert decode_tokens_s(newer, LLAMA_8B_Q4).value > 1.1 * decode_tokens_s(older, LLAMA_8B_Q4).value


def test_servers_split_within_layers_and_llama_cpp_between_them() -> None:
    def pair(engine: str, *, tensor_parallel: bool | None = None) -> float:
        card = gpu("A100")
        return decode_tokens_s(
            card, 130, engine=engine, gpus=4, quantisation="f16", tensor_parallel=tensor_parallel
        ).value

    assert pair("vllm") == pair("vllm", tensor_parallel=True) > 2 * pair("vllm", tensor_parallel=False)
    assert pair("llama.cpp") == pair("llama.cpp", tensor_parallel=False)


def test_codes_against_errors_take_their_share_of_the_bandwidth() -> None:
    card = gpu("L40S")
    assert card.inline_ecc
    assert work(card, 4, 0, "f16").bandwidth == card.bandwidth_gbs * 15 / 16
    assert work(gpu("RTX A6000"), 4, 0, "f16").bandwidth == 768


def test_the_usual_depth_is_that_of_llama() -> None:
    assert usual_layers(8) == 32
    assert usual_layers(70) == pytest.approx(80, abs=1)
    assert work(gpu("L4"), LLAMA_8B_Q4, 0, "q4_k_m").layers == pytest.approx(32, abs=0.3)


@pytest.mark.parametrize(
    ("weights", "cache", "gpus", "message"),
    [
        (0, 0, 1, "weights of 0 GiB"),
        (math.nan, 0, 1, "weights of nan GiB"),
        (math.inf, 0, 1, "weights of inf GiB"),
        (1, -1, 1, "a cache of -1 GiB"),
        (1, 0, 0, "0 GPUs"),
    ],
)
def test_what_is_no_size_is_refused(weights: float, cache: float, gpus: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode_tokens_s(gpu("L4"), weights, cache, gpus=gpus)


def test_the_shipped_constants_are_of_this_world() -> None:
    held = fitted()
    assert all(0 < value < 1000 for value in held.constants.values())
    assert all(value <= 1 for name, value in held.constants.items() if name.startswith("efficiency."))
    assert set(held.spread) == set(held.devices)
    assert all(0.05 < value < 0.5 for value in held.spread.values())
    assert all(gpu(name).name == name for devices in held.devices.values() for name in devices)
