"""How many bytes a model's weights take, and in which arithmetic a GPU multiplies them."""

from __future__ import annotations

import pytest

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.precision import cache_bits, precision, tflops, weight_bytes


@pytest.mark.parametrize(
    ("model", "weights", "gigabytes"),
    [
        # The sizes of the published files.
        ("Llama-3.1-8B", "bf16", 16.06),
        ("Llama-3.1-70B", "bf16", 141.1),
        ("Llama-3.1-70B", "q4_k_m", 42.5),
        ("Llama-3.1-70B", "int4", 39.8),
        ("Llama-3.3-70B", "fp8", 72.7),
        ("gpt-oss-120b", "mxfp4", 65.2),
        ("gpt-oss-20b", "mxfp4", 13.8),
        ("Kimi-K2.5", "int4", 595.0),
        ("DeepSeek-V3", "fp8", 688.0),
        ("Qwen3-4B", "bf16", 8.04),
    ],
)
def test_weights_take_what_the_published_files_take(model: str, weights: str, gigabytes: float) -> None:
    assert weight_bytes(architecture(model), weights).all / 1e9 == pytest.approx(gigabytes, rel=0.06)


def test_one_matrix_that_is_embedding_and_output_is_counted_once() -> None:
    tied, untied = (weight_bytes(architecture(name), "bf16") for name in ("Llama-3.2-1B", "Llama-3.1-8B"))
    assert tied.embedding == 0
    assert untied.embedding == untied.head > 0


@pytest.mark.parametrize(
    ("asked", "found"), [("fp16", "bf16"), ("NVFP4", "fp4"), ("AWQ", "int4"), ("Q4-K-M", "q4_k_m")]
)
def test_a_precision_has_the_names_that_people_use(asked: str, found: str) -> None:
    assert precision(asked) == precision(found)


def test_an_unknown_precision_is_told_its_nearest() -> None:
    with pytest.raises(ValueError, match="'fp9' is no precision of weights"):
        precision("fp9")
    with pytest.raises(ValueError, match="no precision of the cache"):
        cache_bits("int3")


def test_a_gpu_without_the_arithmetic_multiplies_in_16_bits() -> None:
    assert tflops(gpu("H100 SXM"), "fp8") == 2 * tflops(gpu("H100 SXM"), "bf16")
    assert tflops(gpu("A100 80GB"), "fp8") == tflops(gpu("A100 80GB"), "bf16") == 312
    assert tflops(gpu("H100 SXM"), "mxfp4") == 989
    assert tflops(gpu("B200"), "mxfp4") == 9000
    assert tflops(gpu("RTX 4090"), "int4") == tflops(gpu("RTX 4090"), "bf16")


def test_a_gpu_that_is_slower_in_the_arithmetic_multiplies_in_16_bits_too() -> None:
    assert gpu("B300").tflops["int8"] < 200
    assert tflops(gpu("B300"), "int8") == tflops(gpu("B300"), "bf16")
    assert tflops(gpu("GB300"), "int8") == tflops(gpu("GB300"), "bf16")
