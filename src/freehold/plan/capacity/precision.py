"""How many bits a weight or a cached value takes, and in which arithmetic a GPU multiplies it."""

from __future__ import annotations

import msgspec

from freehold.catalog.architectures import Architecture
from freehold.catalog.gpus import Gpu
from freehold.catalog.words import mend_for


class Precision(msgspec.Struct, frozen=True):
    """One way to store weights."""

    bits: float
    """A weight, its share of the scales included."""
    arithmetic: str
    """Of the multiplication, where the GPU has it and is faster in it; else it is done in ``bf16``."""
    whole: bool = False
    """Whether embedding and output matrix are stored so too (`bits` is then the mean of the file); else they are in 16
    bits, as are, at 4 bits, all parts of a mixture of experts but its experts."""


PRECISIONS: dict[str, Precision] = {
    "bf16": Precision(16, "bf16", whole=True),
    "fp8": Precision(8, "fp8"),
    "int8": Precision(8, "int8"),
    "fp4": Precision(4.5, "fp4"),  # NVFP4: 16 values share a scale of 8 bits
    "mxfp4": Precision(4.25, "fp4"),  # OCP MX: 32 values share a scale of 8 bits
    "int4": Precision(4.25, "bf16"),  # AWQ, GPTQ: 128 values share a scale and a zero point
    # Means over the files of Llama 3.1 8B and 70B that llama.cpp makes (tools/quantize/README.md there).
    "q8_0": Precision(8.5, "bf16", whole=True),
    "q6_k": Precision(6.56, "bf16", whole=True),
    "q5_k_m": Precision(5.69, "bf16", whole=True),
    "q4_k_m": Precision(4.82, "bf16", whole=True),
    "q4_k_s": Precision(4.58, "bf16", whole=True),
    "q4_0": Precision(4.55, "bf16", whole=True),
    "iq4_xs": Precision(4.3, "bf16", whole=True),
    "q3_k_m": Precision(3.91, "bf16", whole=True),
    "q2_k": Precision(2.96, "bf16", whole=True),
}

SPELLINGS = {
    "fp16": "bf16",
    "f16": "bf16",
    "w8a8": "int8",
    "nvfp4": "fp4",
    "awq": "int4",
    "gptq": "int4",
    "w4a16": "int4",
}
"""Other names of the same."""

CACHES = {"bf16": 16, "fp8": 8, "int8": 8}
"""Bits of a cached value."""


def precision(name: str) -> Precision:
    """The row of a precision by any of its names.

    Raises:
        ValueError: there is none, with the nearest.
    """
    plain = name.lower().replace("-", "_")
    found = PRECISIONS.get(SPELLINGS.get(plain, plain))
    if found is None:
        raise ValueError(f"{name!r} is no precision of weights: {mend_for(plain, (*PRECISIONS, *SPELLINGS))}")
    return found


def cache_bits(name: str) -> int:
    """Bits of a cached value.

    Raises:
        ValueError: there is no such precision, with the nearest.
    """
    plain = SPELLINGS.get(name.lower(), name.lower())
    if plain not in CACHES:
        raise ValueError(f"{name!r} is no precision of the cache: {mend_for(plain, CACHES)}")
    return CACHES[plain]


class Bytes(msgspec.Struct, frozen=True):
    """A model's weights at one precision, in bytes, all GPUs together."""

    experts: float
    """The routed experts of all layers."""
    body: float
    """All else that every token passes."""
    head: float
    """The output matrix."""
    embedding: float
    """Of which a token reads one line; nothing where it is the output matrix too."""

    @property
    def all(self) -> float:
        """What lies in memory."""
        return self.experts + self.body + self.head + self.embedding


def weight_bytes(architecture: Architecture, name: str) -> Bytes:
    """What the weights take at a precision.

    Raises:
        ValueError: there is no such precision.
    """
    kind = precision(name)
    experts = architecture.expert_parameters
    head = architecture.head_parameters
    embedding = 0.0 if _tied(architecture) else head
    body = architecture.parameters - experts - head - embedding
    ends = kind.bits if kind.whole else 16.0
    middle = 16.0 if experts and kind.bits < 8 and not kind.whole else kind.bits
    giga = 1e9 / 8
    return Bytes(experts * kind.bits * giga, body * middle * giga, head * ends * giga, embedding * ends * giga)


def tflops(gpu: Gpu, name: str) -> float:
    """Dense 10^12 operations a second that `gpu` does on weights of this precision.

    In the precision's own arithmetic or in 16 bits, whichever is faster: an engine widens the weights where its GPU has
    hardly any units for narrow ones, as a B300 has for ``int8``.
    """
    return max(gpu.tflops.get(precision(name).arithmetic, 0.0), gpu.half)


def _tied(architecture: Architecture) -> bool:
    """Whether one matrix is embedding and output: the layers and one of them already make up the parameters."""
    shape = architecture
    attention = shape.head_dim * (2 * shape.heads + 2 * shape.kv_heads) * shape.hidden * shape.layers / 1e9
    if shape.experts > 1 or shape.latent:
        return False
    layers = attention + 3 * shape.hidden * shape.intermediate * shape.layers / 1e9
    return abs(layers + shape.head_parameters - shape.parameters) < abs(
        layers + 2 * shape.head_parameters - shape.parameters
    )
