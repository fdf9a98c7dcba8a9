"""Whether a model fits, how many requests it holds, and what is said of it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.catalog.architectures import Architecture, architecture, architectures
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.memory import GIB, Deployment, cache_bytes, cache_copies, heads_divide, room


def deployment(
    model: str = "Llama-3.1-70B", card: str = "A100 80GB", gpus: int = 1, weights: str = "bf16"
) -> Deployment:
    return Deployment(architecture(model), gpu(card), gpus, weights)


def test_seventy_billion_at_four_bits_do_not_fit_24_gib() -> None:
    made = room(deployment(card="RTX 4090", weights="q4_k_m"), 2500)
    assert not made.fits
    assert made.slots == 0
    assert made.weights_gib == pytest.approx(39.6, abs=0.1)
    assert "39.6 GiB; the card has 24" in made.sentence
    assert f"{made.gpus_needed} x RTX 4090 would hold it" in made.sentence


def test_seventy_billion_at_sixteen_bits_need_two_a100() -> None:
    one, two = room(deployment(), 2500), room(deployment(gpus=2), 2500)
    assert not one.fits
    assert one.gpus_needed == 2
    assert two.fits
    assert two.slots > 0
    assert "leaves room for 11 requests of 2,500 tokens" in two.sentence


def test_weights_that_fit_may_leave_no_room_for_a_request() -> None:
    tight = room(deployment("Qwen3-32B", "A100 80GB"), 40_000)
    assert tight.weights_gib < 80
    assert not tight.fits
    assert "a request of 40000 tokens" in tight.sentence
    assert room(deployment("Qwen3-32B", "A100 80GB", tight.gpus_needed), 40_000).fits


@pytest.mark.parametrize(
    ("model", "kib"),
    [
        ("Llama-3.1-8B", 128),  # 2 x 8 heads x 128 x 2 bytes x 32 layers
        ("Llama-3.1-70B", 320),
        ("Llama-2-7B", 512),
        ("DeepSeek-V3", 68.6),  # 576 x 2 bytes x 61 layers
    ],
)
def test_a_token_in_the_cache_takes_what_its_shape_says(model: str, kib: float) -> None:
    assert cache_bytes(architecture(model), "bf16", 1000) / 1000 / 1024 == pytest.approx(kib, rel=0.01)
    assert cache_bytes(architecture(model), "fp8", 1000) * 2 == cache_bytes(architecture(model), "bf16", 1000)


def test_windows_and_linear_layers_keep_no_more_of_a_long_text() -> None:
    oss, plain = architecture("gpt-oss-120b"), msgspec.structs.replace(architecture("gpt-oss-120b"), attention="full")
    full = msgspec.structs.replace(plain, full_layers=None, window=0)
    assert cache_bytes(oss, "bf16", 100) == cache_bytes(full, "bf16", 100)
    assert cache_bytes(oss, "bf16", 100_000) == pytest.approx(cache_bytes(full, "bf16", 100_000) / 2, rel=0.01)
    linear = architecture("Qwen3-Next-80B-A3B")
    grown = cache_bytes(linear, "bf16", 2000) - cache_bytes(linear, "bf16", 1000)
    assert grown == 1000 * 12 * 2 * 2 * 256 * 2


def test_sparse_attention_caches_every_token_and_what_it_chooses_by() -> None:
    shape = architecture("GLM-5")
    assert cache_bytes(shape, "bf16", 100_000) == 100_000 * 78 * (576 * 2 + 132)


def test_more_gpus_than_heads_hold_copies() -> None:
    assert cache_copies(deployment(gpus=8)) == 1
    assert cache_copies(deployment("Qwen3-235B-A22B", gpus=8)) == 2
    latent = deployment("DeepSeek-V3", "H200", 8, "fp8")
    assert cache_copies(latent) == 8
    assert cache_copies(msgspec.structs.replace(latent, split_cache=True)) == 1


def test_faults_of_a_deployment_are_named() -> None:
    with pytest.raises(ValueError, match="at least one"):
        deployment(gpus=0)
    with pytest.raises(ValueError, match="one of vllm, sglang, trtllm"):
        Deployment(architecture("Qwen3-8B"), gpu("L4"), engine="abacus")
    with pytest.raises(ValueError, match="no precision"):
        deployment(weights="bf17")


@given(st.sampled_from(architectures()), st.sampled_from(["L4", "RTX 4090", "H100", "B200"]), st.integers(1, 16))
def test_room_grows_with_gpus_and_shrinks_with_length(shape: Architecture, card: str, gpus: int) -> None:
    made = msgspec.structs.replace(deployment(card=card, gpus=gpus, weights="fp8"), architecture=shape)
    short, long = room(made, 500), room(made, 4000)
    assert short.slots >= long.slots
    assert short.fits == (short.slots > 0)
    assert short.weights_gib * GIB <= shape.parameters * 1e9 * 2.01
    more = room(msgspec.structs.replace(made, gpus=2 * gpus), 500)
    assert more.slots >= short.slots or not heads_divide(made, 2 * gpus)
    assert more.usable_gib == pytest.approx(2 * short.usable_gib)


@pytest.mark.parametrize(
    ("model", "gpus", "engine", "starts"),
    [
        ("Llama-3.1-8B", 3, "vllm", False),
        ("Llama-3.1-8B", 3, "llama.cpp", True),
        ("Llama-3.1-8B", 16, "vllm", True),
        ("Qwen2.5-7B", 4, "vllm", True),
        ("Qwen2.5-7B", 8, "vllm", False),
        ("DeepSeek-V3", 16, "sglang", True),
    ],
)
def test_servers_need_gpus_that_share_the_heads_out(model: str, gpus: int, engine: str, starts: bool) -> None:
    made = room(Deployment(architecture(model), gpu("H200"), gpus, "fp8", engine=engine), 2000)
    assert made.fits == starts
    assert ("cannot be shared out evenly" in made.sentence) != starts


def test_gpus_that_would_do_are_named() -> None:
    made = room(Deployment(architecture("Qwen2.5-7B"), gpu("H100 SXM"), 3), 2000)
    assert made.sentence.startswith(
        "28 attention heads, 4 of keys and values, cannot be shared out evenly among 3 GPUs"
    )
    assert made.sentence.endswith("1, 2, 4, 28 would do")
    assert made.gpus_needed == 1


def test_llama_cpp_gives_each_gpu_some_layers_and_copies_no_cache() -> None:
    many = Deployment(architecture("Qwen2.5-7B"), gpu("RTX 3090"), 8, engine="llama.cpp")
    assert cache_copies(many) == 1
    assert cache_copies(msgspec.structs.replace(many, engine="vllm")) == 2


def test_a_card_that_an_engine_fills_by_itself_holds_no_model_however_many_there_are() -> None:
    card = msgspec.structs.replace(gpu("L4"), memory_gib=1.5)
    made = room(Deployment(architecture("Llama-3.1-8B"), card), 2000)
    assert made.sentence.endswith("are 15.0 GiB; the card has 1.5; not even 1024 x L4 would hold it")
    assert made.gpus_needed == 1024
