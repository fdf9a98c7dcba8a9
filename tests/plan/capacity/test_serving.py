"""One replica's speed, and how sure it is."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.constants import shipped
from freehold.plan.capacity.decode import decode_tokens_s
from freehold.plan.capacity.memory import Deployment
from freehold.plan.capacity.serving import Serving


def serving(
    model: str = "Llama-3.1-70B", card: str = "H100 SXM", gpus: int = 4, weights: str = "fp8", engine: str = "vllm"
) -> Serving:
    return Serving(Deployment(architecture(model), gpu(card), gpus, weights, engine=engine))


@pytest.mark.parametrize(
    ("server", "concurrency", "prompt", "answer", "tokens_s"),
    [
        # Measured points of aiconfigurator's sample, in answer tokens a second.
        (serving("gpt-oss-120b", gpus=8, weights="mxfp4"), 64, 8192, 1024, 4319),
        (serving("Kimi-K2.5", "H200", 8, "int4"), 16, 1024, 1024, 967),
        (serving("MiniMax-M2.5", "H200", 8), 16, 8192, 1024, 1226),
        (serving("Llama-3.1-70B", gpus=4), 32, 1024, 1024, 1921),
        (serving("Llama-3.1-8B", gpus=1, weights="bf16", engine="trtllm"), 32, 2048, 512, 2421),
        (serving("Qwen3-32B", gpus=2, weights="bf16", engine="sglang"), 64, 2048, 512, 1690),
    ],
)
def test_speeds_are_near_measured_ones(
    server: Serving, concurrency: int, prompt: int, answer: int, tokens_s: float
) -> None:
    low, high = server.interval(0.8)
    assert low < tokens_s / server.point(concurrency, prompt, answer).tokens_s < high


def test_steps_and_prefills_take_arrays() -> None:
    steps = serving().step_s(np.array([1.0, 8.0, 64.0]), np.array([100.0, 1000.0, 4000.0]))
    assert np.shape(steps) == (3,)
    assert np.all(np.diff(steps) > 0)
    prompts = serving().prefill_s(np.array([100.0, 4000.0]), np.array([0.0, 3000.0]))
    assert np.shape(prompts) == (2,)


def test_load_raises_throughput_and_both_times() -> None:
    points = [serving().point(load, 2000, 500) for load in (1, 4, 16, 64)]
    for name in ("ttft_s", "tpot_s", "tokens_s"):
        values = [getattr(point, name) for point in points]
        assert values == sorted(values)


def test_requests_beyond_the_memory_wait() -> None:
    tight = serving("Qwen3-32B", "A100 80GB", 1, "bf16")
    slots = tight.slots(2300)
    assert 1 <= slots < 40
    assert tight.point(4 * slots, 2000, 500).ttft_s > 10 * tight.point(slots, 2000, 500).ttft_s


@pytest.mark.parametrize(
    ("server", "says"),
    [
        (serving(), "measured: 45 points of this model on this GPU, with vllm"),
        (serving("Qwen3-14B"), "other models on this GPU, none of this one"),
        (serving(card="B200"), "no measurement on this GPU, only its data sheet"),
        (serving(card="MI300X"), "others of AMD reached 66%"),
        (serving(card="RTX 5080", engine="llama.cpp"), "not measured on RTX 5080; the constants are those of"),
        (serving(engine="llama.cpp"), "more users, by a model that llama.cpp was not held against"),
        (serving(card="RTX 4090", engine="llama.cpp"), "for one user at once, measured on RTX 4090 itself"),
    ],
)
def test_it_says_what_it_knows(server: Serving, says: str) -> None:
    assert says in server.evidence


def test_what_was_not_measured_has_a_wider_range() -> None:
    far = shipped().error.far
    known = serving().sigma
    assert serving(card="B200").sigma == pytest.approx(known * far)
    assert serving(card="MI300X").sigma == pytest.approx(known * far**2)
    assert serving(card="RTX 4090", engine="llama.cpp").sigma > known * far
    assert serving("gpt-oss-120b").sigma > known


def test_an_interval_is_even_on_a_logarithmic_scale_and_grows_with_confidence() -> None:
    server = serving()
    low, high = server.interval(0.8)
    assert low * high == pytest.approx(1)
    assert server.interval(0.5)[1] < high < server.interval(0.95)[1]
    assert server.sigma == pytest.approx(math.log(high) / 1.2816)


def test_own_constants_take_the_place_of_the_shipped_ones() -> None:
    slow = msgspec.structs.replace(shipped().common, memory=0.1, expert_memory=0.1)
    own = msgspec.structs.replace(shipped(), engines={"vllm": slow})
    assert Serving(serving().deployment, own).step_s(1, 100) > 4 * serving().step_s(1, 100)


def test_gpus_of_another_maker_are_slower_than_their_data_sheets() -> None:
    usual = msgspec.structs.replace(shipped(), makers={})
    server = serving(card="MI300X")
    assert server.step_s(64, 1000) > Serving(server.deployment, usual).step_s(64, 1000)


def alone(model: str, card: str, weights: str = "q4_k_m", gpus: int = 1) -> Serving:
    """On llama.cpp."""
    return serving(model, card, gpus, weights, "llama.cpp")


@pytest.mark.parametrize(
    ("server", "gib"),
    [
        (alone("Llama-3.1-8B", "RTX 4090"), 4.51),
        (alone("Llama-3.1-8B", "Apple M2 Ultra 76-core"), 4.51),
        (alone("Llama-3.1-70B", "RTX 3090", gpus=2), 39.6),
        (alone("Llama-3.1-8B", "Core i9-13900K DDR5-6400"), 4.51),
    ],
)
def test_one_user_of_llama_cpp_is_served_as_the_decode_model_says(server: Serving, gib: float) -> None:
    """`gib`: the file, as the decode model was fitted on files."""
    here = server.deployment
    cache = 1000 * (320 if here.architecture.layers == 80 else 128) / 2**20
    said = decode_tokens_s(
        here.gpu, gib, cache, gpus=here.gpus, quantisation=here.weights, layers=here.architecture.layers
    )
    assert 1 / float(server.step_s(1, 1000)) == pytest.approx(said.value, rel=0.01)
    assert server.point(1, 1000, 100).tpot_s == pytest.approx(1 / said.value, rel=0.05)
    assert server.interval(0.8)[1] > said.high / said.value


@pytest.mark.parametrize(
    ("server", "prompt", "tokens_s"),
    [
        # llama-bench of May 2024: github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference, prompts of Llama 3 8B.
        (alone("Llama-3.1-8B", "RTX 3090"), 512, 4030),
        (alone("Llama-3.1-8B", "RTX 3090", "bf16"), 4096, 3410),
        (alone("Llama-3.1-8B", "RTX 4090"), 512, 7139),
        (alone("Llama-3.1-8B", "RTX 4080"), 4096, 3791),
        (alone("Llama-3.1-8B", "Apple M1 Max 32-core"), 4096, 330),
        (alone("Llama-3.1-8B", "Apple M2 Ultra 76-core"), 8192, 914),
    ],
)
def test_prompts_of_llama_cpp_are_near_measured_ones(server: Serving, prompt: int, tokens_s: float) -> None:
    low, high = server.interval(0.8)
    assert low < tokens_s * float(server.prefill_s(prompt)) / prompt < high


def test_a_prompt_takes_no_less_than_a_step_and_more_users_no_less_than_one() -> None:
    server = alone("Llama-3.1-8B", "Core i9-13900K DDR5-6400")
    assert server.prefill_s(1.0) >= server.step_s(1, 1)
    steps = server.step_s(np.array([1.0, 2.0, 4.0]), np.full(3, 500.0))
    assert np.shape(steps) == (3,)
    assert np.all(np.diff(steps) > 0)


@pytest.mark.parametrize(
    ("model", "weights", "tokens_s", "off"),
    [
        # llama-batched-bench at 32 sequences: benches/dgx-spark/dgx-spark.md of llama.cpp.
        ("Qwen2.5-7B", "q8_0", 593, 1.53),
        ("gpt-oss-20b", "mxfp4", 615, 1.14),
        ("gpt-oss-120b", "mxfp4", 313, 0.69),
    ],
)
def test_many_users_of_llama_cpp_are_as_far_off_as_the_docs_say(
    model: str, weights: str, tokens_s: float, off: float
) -> None:
    server = alone(model, "DGX Spark", weights)
    assert 32 / float(server.step_s(32, 50)) / tokens_s == pytest.approx(off, rel=0.03)
