"""Whether a model fits on given GPUs, how many requests it can hold at once, and the arithmetic in words."""

from __future__ import annotations

import math

import msgspec

from freehold.catalog.architectures import Architecture
from freehold.catalog.gpus import Gpu
from freehold.plan.capacity.precision import cache_bits, precision, weight_bytes

GIB = 2.0**30
INDEXER = 132
"""Bytes that DeepSeek's sparse attention keeps of a token in a layer, to choose by: 128 values of 8 bits and a scale
(DeepSeek-V3.2-Exp report, section 2)."""

SHARE = {"vllm": 0.90, "sglang": 0.86, "trtllm": 0.90, "llama.cpp": 0.95}
"""Of a GPU's memory, what an engine takes by default: ``--gpu-memory-utilization`` of vLLM, ``--mem-fraction-static``
of SGLang, the free fraction of TensorRT-LLM; llama.cpp takes what it needs."""

ACTIVATIONS_GIB = {"vllm": 2.0, "sglang": 3.0, "trtllm": 2.0, "llama.cpp": 0.5}
"""On each GPU: context of the driver, work space, captured graphs, communication buffers."""

ENGINES = tuple(SHARE)
POWERS = tuple(2**power for power in range(11))
"""Numbers of GPUs that are looked at for the fewest that hold a model."""


class Deployment(msgspec.Struct, frozen=True):
    """One replica of a server: a model, where and how it runs."""

    architecture: Architecture
    gpu: Gpu
    gpus: int = 1
    """Of one replica; servers split each layer over them (tensor parallelism), llama.cpp gives each some layers."""
    weights: str = "bf16"
    """Precision: a key of `precision.PRECISIONS` or one of its other names."""
    kv: str = "bf16"
    """Precision of the cache: ``bf16``, ``fp8`` or ``int8``."""
    engine: str = "vllm"
    """``vllm``, ``sglang``, ``trtllm`` or ``llama.cpp``."""
    split_cache: bool = False
    """Of MLA: whether attention runs data-parallel, each GPU caching its own requests, and not all of them on each."""

    def __post_init__(self) -> None:
        if self.gpus < 1:
            raise ValueError(f"{self.gpus} GPUs cannot hold a model; at least one can")
        if self.engine not in ENGINES:
            raise ValueError(f"{self.engine!r} is no engine that is modelled: one of {', '.join(ENGINES)}")
        precision(self.weights)
        cache_bits(self.kv)

    @property
    def on_llama_cpp(self) -> bool:
        """Whether it runs on llama.cpp; on Apple's chips and on CPUs nothing else was measured, whatever the engine."""
        return self.engine == "llama.cpp" or self.gpu.kind in ("apple", "cpu")


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What a replica's memory holds; GiB over all its GPUs together."""

    fits: bool
    """The weights and one request do."""
    weights_gib: float
    kv_gib: float
    """The cache of one request at the asked length."""
    overhead_gib: float
    usable_gib: float
    """What the engine takes of the GPUs' memory, overhead included."""
    slots: int
    """Requests of that length that it holds at once."""
    gpus_needed: int
    """The fewest such GPUs that would hold the weights and one request, a power of two; 1,024 if not even they do."""
    sentence: str
    """The arithmetic in words."""


def cache_bytes(architecture: Architecture, kv: str, tokens: float) -> float:
    """What one request of so many tokens keeps in the cache, all layers together, in bytes."""
    size = cache_bits(kv) / 8
    shape = architecture
    if shape.attention in ("latent", "sparse"):
        indexer = INDEXER if shape.attention == "sparse" else 0
        return shape.layers * tokens * (shape.latent * size + indexer)
    token = 2 * shape.kv_heads * shape.head_dim * size
    rest = shape.layers - shape.full
    seen = min(tokens, shape.window) if shape.attention == "window" else 0
    return token * (shape.full * tokens + rest * seen) + rest * shape.state * 4


def cache_copies(deployment: Deployment) -> float:
    """How often each cached value lies in memory: more than once where there are more GPUs than heads to share out."""
    shape = deployment.architecture
    if deployment.split_cache or deployment.on_llama_cpp:
        return 1.0
    heads = 1 if shape.attention in ("latent", "sparse") else shape.kv_heads
    return max(1.0, deployment.gpus / heads)


def heads_divide(deployment: Deployment, gpus: int) -> bool:
    """Whether so many GPUs can share out the attention heads of each layer, as tensor parallelism asks.

    vLLM, SGLang and TensorRT-LLM do not start where one GPU would get more heads than another; heads of keys and values
    are copied where there are fewer of them than GPUs.
    """
    shape = deployment.architecture
    if deployment.split_cache or deployment.on_llama_cpp:
        return True
    shared = shape.latent > 0 or shape.kv_heads % gpus == 0 or gpus % shape.kv_heads == 0
    return shape.heads % gpus == 0 and shared


def room(deployment: Deployment, context_tokens: int) -> Room:
    """What the replica's memory holds when each request has `context_tokens` tokens, prompt and answer together."""
    shape, gpu = deployment.architecture, deployment.gpu
    weights = weight_bytes(shape, deployment.weights).all / GIB
    request = cache_bytes(shape, deployment.kv, context_tokens) / GIB

    def left(gpus: int) -> float:
        """GiB for the cache on so many GPUs."""
        return gpus * (gpu.memory_gib * SHARE[deployment.engine] - ACTIVATIONS_GIB[deployment.engine]) - weights

    def held(gpus: int) -> float:
        return request * cache_copies(msgspec.structs.replace(deployment, gpus=gpus))

    parted = heads_divide(deployment, deployment.gpus)
    slots = max(0, math.floor(left(deployment.gpus) / held(deployment.gpus))) if parted else 0
    enough = [gpus for gpus in POWERS if left(gpus) >= held(gpus)]
    needed = next((gpus for gpus in enough if heads_divide(deployment, gpus)), (*enough, POWERS[-1])[0])
    many = f"{needed} x {gpu.name} would hold it" if enough else f"not even {needed} x {gpu.name} would hold it"
    return Room(
        fits=slots > 0,
        weights_gib=weights,
        kv_gib=held(deployment.gpus),
        overhead_gib=deployment.gpus * ACTIVATIONS_GIB[deployment.engine],
        usable_gib=deployment.gpus * gpu.memory_gib * SHARE[deployment.engine],
        slots=slots,
        gpus_needed=needed,
        sentence=_sentence(deployment, context_tokens, weights, request, slots, many)
        if parted
        else _uneven(deployment),
    )


def _uneven(deployment: Deployment) -> str:
    """Which numbers of GPUs would do."""
    shape = deployment.architecture
    even = [str(gpus) for gpus in range(1, shape.heads + 1) if heads_divide(deployment, gpus)]
    return (
        f"{shape.heads} attention heads, {shape.kv_heads} of keys and values, cannot be shared out evenly among "
        f"{deployment.gpus} GPUs, so {deployment.engine} would not start; {', '.join(even)} would do"
    )


def _sentence(deployment: Deployment, tokens: int, weights: float, request: float, slots: int, many: str) -> str:
    """`many`: how many GPUs would do."""
    shape, gpu, gpus = deployment.architecture, deployment.gpu, deployment.gpus
    bits = weights * GIB * 8 / (shape.parameters * 1e9)
    size = f"{shape.parameters:.0f}" if shape.parameters >= 20 else f"{shape.parameters:.2g}"
    what = f"{size}B parameters at {bits:.1f} bits ({deployment.weights}) are {weights:.1f} GiB"
    cards = "the card has" if gpus == 1 else f"the {gpus} cards have"
    memory = f"{gpus * gpu.memory_gib:.4g}"
    if slots:
        many = "1 request" if slots == 1 else f"{slots:,} requests"
        return f"{what}; {cards} {memory}, which leaves room for {many} of {tokens:,} tokens"
    if weights >= gpus * gpu.memory_gib:
        return f"{what}; {cards} {memory}; {many}"
    engine = deployment.engine
    itself = gpus * ACTIVATIONS_GIB[engine]
    return (
        f"{what} and a request of {tokens} tokens {request:.1f}; {cards} {memory}, of which {engine} takes "
        f"{SHARE[engine]:.0%} and needs {itself:.1f} itself; {many}"
    )
