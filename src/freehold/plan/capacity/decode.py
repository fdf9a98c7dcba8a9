"""How fast one user's answer comes on one device: the bytes a token asks for, and what keeps a chip from reading them.

For a token every weight that takes part is read once, and the cache of keys and values. Four things cost time:

    token = weights + cache + layers + hops

    weights = ((W / (bandwidth * efficiency))^4 + (N / (units * rate))^4)^(1/4)
    cache   = K / bandwidth + K / (units * cache_rate)
    layers  = number of layers * launch
    hops    = (GPUs - 1) * hop            a model split by layers: the GPUs work one after another
            = 2 * layers * reduce         a model split within layers: each reads its share of W and K

W and K are bytes, N is the number of weights, `units` the multiprocessors (compute units, cores) times their clock.
The second term of `weights` is what a chip can take in and unpack, whatever its memory gives: it is why llama.cpp on an
A100 is no faster than on a card with half the bandwidth. The sum of fourth powers passes from one limit to the other
as a smoothed maximum. The form follows the roofline (Williams, Waterman and Patterson 2009); its constants are fitted
by ``python -m tools.decode`` and lie, with the spread of the error on devices left out, in ``decode.json``.

It knows nothing of many users at once: that is `capacity.serving`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.catalog.gpus import Gpu
from freehold.plan.capacity.quantisation import bits, family

Numbers: TypeAlias = float | NDArray[np.float64]

GIB = 2.0**30
SHARPNESS = 4.0
REDUCE_S = 10e-6
"""One exchange among the GPUs of a machine (aiconfigurator's latency of a peer-to-peer transfer)."""
APPLE_NEW = "2023-10"
"""Apple's GPUs since the M3 give registers and memory out as a kernel runs, and read weights faster for it."""

LLAMA_CPP = {"llama.cpp", "llamacpp", "ollama", "lm studio", "koboldcpp"}
"""Engines, in small letters, that are llama.cpp inside."""
PLATFORMS = {"NVIDIA": "cuda", "AMD": "rocm", "Apple": "metal"}
"""What llama.cpp runs on, by the GPU's maker. Nobody's measurements of others were at hand: they count as AMD's."""
LLAMA_CPP_ON = {"cuda", "rocm", "metal", "cpu"}
BATCHED = "llama.cpp-batched"
"""llama.cpp under a harness for batches, where its kernels wait: rows of this kind are fitted on their own."""
ENGINES = {
    "vllm": "vllm",
    "sglang": "vllm",
    "tensorrt-llm": "tensorrt-llm",
    "trtllm": "tensorrt-llm",
    "deepspeed": "deepspeed",
    "deepspeed-mii": "deepspeed-mii",
    "llama.cpp on the cpu": "cpu",
    BATCHED: BATCHED,
}
"""Of any other engine's name in small letters, whose constants hold."""
_HOP = {"hop_us": ("hop_us",)}


class Work(msgspec.Struct, frozen=True):
    """What one token asks; the fields are numbers, or arrays of one shape."""

    weights: Numbers
    """10^9 weights that are read."""
    weights_gb: Numbers
    """10^9 bytes of them."""
    cache_gb: Numbers
    """10^9 bytes of cached keys and values that are read."""
    layers: Numbers
    gpus: Numbers
    bandwidth: Numbers
    """Of one GPU, 10^9 bytes a second."""
    units: Numbers
    """Of one GPU, units times GHz; infinite where they are not known, or do not limit."""


class Terms(msgspec.Struct, frozen=True):
    """The constants that hold for a piece of work; numbers, or arrays of one shape."""

    efficiency: Numbers
    """Share of the bandwidth that reading weights reaches at best."""
    rate: Numbers
    """10^9 weights a second, for each unit and GHz."""
    cache_rate: Numbers
    """10^9 bytes of the cache a second, for each unit and GHz."""
    launch_us: Numbers
    """Microseconds a layer: launching kernels, waiting for them, and all small work."""
    hop_us: Numbers
    """Microseconds for each further GPU."""


class Speed(msgspec.Struct, frozen=True):
    """Tokens a second for one user, with the ends of its 80 % interval."""

    value: float
    low: float
    high: float
    evidence: str
    """What the estimate rests on, in words."""


class Fitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``decode.json`` holds."""

    source: str
    fitted: str
    """ISO date."""
    constants: dict[str, float]
    """By the names that `names` gives."""
    spread: dict[str, float]
    """By platform: the 80th percentile of the error's size on devices that were left out, as a logarithm."""
    devices: dict[str, tuple[str, ...]]
    """By platform: those that were measured."""


@cache
def fitted() -> Fitted:
    """The constants that came with this release."""
    data = resources.files("freehold.plan.capacity").joinpath("decode.json").read_bytes()
    return msgspec.json.decode(data, type=Fitted)


def decode_tokens_s(
    gpu: Gpu,
    weights_gib: float,
    kv_gib: float = 0.0,
    *,
    engine: str = "llama.cpp",
    gpus: int = 1,
    quantisation: str = "q4_k_m",
    layers: int | None = None,
    tensor_parallel: bool | None = None,
    old: bool = False,
) -> Speed:
    """Tokens a second of one user's answer.

    `weights_gib`: what a token reads of the weights (of a mixture of experts, the experts it is sent to), `kv_gib`: of
    the cache at that point of the conversation. `layers`: estimated from the weights where it is not known.
    `tensor_parallel`: whether several GPUs split each layer; default as the engine does it, llama.cpp by layers.
    `old`: a build of llama.cpp of 2024, before kernels were launched as one graph.

    Raises:
        ValueError: a size is not a finite number above zero, or there is less than one GPU.
    """
    _check(weights_gib, kv_gib, gpus)
    platform = platform_of(gpu, engine)
    shared = platform not in LLAMA_CPP_ON if tensor_parallel is None else tensor_parallel
    asked = work(gpu, weights_gib, kv_gib, quantisation, layers=layers, gpus=gpus)
    known = terms(gpu, platform, quantisation, old=old)
    seconds = float(token_s_shared(asked, known) if shared and gpus > 1 else token_s(asked, known))
    spread = _spread(gpu, platform)
    value = 1 / seconds
    return Speed(value, value * math.exp(-spread), value * math.exp(spread), _evidence(gpu, platform))


def token_s(work: Work, terms: Terms) -> Numbers:
    """Seconds a token; GPUs take their layers one after another. Shape as the fields."""
    from_memory = work.weights_gb / (work.bandwidth * terms.efficiency)
    through_units = work.weights / (work.units * terms.rate)
    weights = (from_memory**SHARPNESS + through_units**SHARPNESS) ** (1 / SHARPNESS)
    cached = work.cache_gb / work.bandwidth + work.cache_gb / (work.units * terms.cache_rate)
    return weights + cached + (work.layers * terms.launch_us + (work.gpus - 1) * terms.hop_us) * 1e-6


def token_s_shared(work: Work, terms: Terms) -> Numbers:
    """Seconds a token where each GPU holds a share of every layer, and they exchange twice in each."""
    share = msgspec.structs.replace(
        work,
        weights=work.weights / work.gpus,
        weights_gb=work.weights_gb / work.gpus,
        cache_gb=work.cache_gb / work.gpus,
        gpus=1.0,
    )
    return token_s(share, terms) + 2 * work.layers * REDUCE_S


def platform_of(gpu: Gpu, engine: str) -> str:
    """Whose constants hold: what llama.cpp runs on, or the server's own name. An unknown engine counts as vLLM."""
    plain = engine.lower()
    if plain in LLAMA_CPP:
        return "cpu" if gpu.kind == "cpu" else PLATFORMS.get(gpu.maker, "rocm")
    return ENGINES.get(plain, "vllm")


def work(
    gpu: Gpu, weights_gib: float, kv_gib: float, quantisation: str, *, layers: float | None = None, gpus: int = 1
) -> Work:
    """What a token asks of `gpu`."""
    gigabytes = weights_gib * GIB / 1e9
    weights = gigabytes * 8 / bits(quantisation)
    depth = layers or usual_layers(weights)
    limited = gpu.kind != "cpu" and gpu.units and gpu.ghz
    units = gpu.units * gpu.ghz if limited else math.inf
    return Work(weights, gigabytes, kv_gib * GIB / 1e9, depth, float(gpus), gpu.payload_gbs, units)


def usual_layers(weights: float) -> float:
    """The layers of a model of so many 10^9 weights: 32 at 8, 80 at 70, as Llama 3's sizes have it."""
    return float(32 * (weights / 8) ** 0.42)


def names(gpu: Gpu, platform: str, quantisation: str, *, old: bool = False) -> dict[str, tuple[str, ...]]:
    """For each of `Terms` the names of its constants, to be multiplied.

    `old`: as `decode_tokens_s` has it.
    """
    kind = family(quantisation)
    if platform == "cpu":
        return {
            "efficiency": ("efficiency.cpu",),
            "rate": (),
            "cache_rate": (),
            "launch_us": ("launch_us.cpu",),
            **_HOP,
        }
    if platform in LLAMA_CPP_ON:
        launched = "16 bits" if kind == "16" else "quantised"
        new_apple = platform == "metal" and gpu.released >= APPLE_NEW
        new_cuda = platform == "cuda" and not old
        return {
            "efficiency": (f"efficiency.{platform}",),
            "rate": (f"rate.{platform}.{kind}", *(("rate.apple since M3",) if new_apple else ())),
            "cache_rate": (f"cache_rate.{platform}",),
            "launch_us": (f"launch_us.{platform}.{launched}", *(("launch.cuda since 2025",) if new_cuda else ())),
            **_HOP,
        }
    return {
        "efficiency": (f"efficiency.{platform}",),
        "rate": (f"rate.{platform}.{kind}",) if platform == BATCHED else (),
        "cache_rate": ("cache_rate.servers",),
        "launch_us": (f"launch_us.{platform}.{gpu.maker}",),
        **_HOP,
    }


def terms(gpu: Gpu, platform: str, quantisation: str, *, old: bool = False) -> Terms:
    """The constants for a GPU, a platform and a quantisation, or the nearest that were fitted."""
    table = fitted().constants
    wanted = names(gpu, platform, quantisation, old=old)
    return Terms(
        **{
            field: math.prod(_nearest(name, table) for name in each) if each else math.inf
            for field, each in wanted.items()
        }
    )


def _nearest(name: str, table: Mapping[str, float]) -> float:
    """The constant of this name, or the geometric mean of its platform's, or NVIDIA's."""
    if name in table:
        return table[name]
    kind, _, rest = name.partition(".")
    platform = rest.partition(".")[0]
    near = [table[other] for other in table if other.startswith(f"{kind}.{platform}.")]
    if not near:
        near = [table[name.replace(platform, "cuda", 1)]]
    return math.prod(near) ** (1 / len(near))


def _spread(gpu: Gpu, platform: str) -> float:
    """The 80 % interval's half as a logarithm: wider by half where the GPU's units are not known."""
    table = fitted().spread
    spread = table.get(platform, max(table.values()))
    return spread if gpu.units or gpu.kind == "cpu" else 1.5 * spread


def _evidence(gpu: Gpu, platform: str) -> str:
    """In words, what the estimate rests on."""
    seen = fitted().devices.get(platform, ())
    if gpu.name in seen:
        return f"measured on {gpu.name} itself, and on {len(seen) - 1} other devices with {platform}"
    if not seen:
        return f"nothing was measured with {platform}; the constants are those of the nearest engine"
    return f"not measured on {gpu.name}; the constants are those of {len(seen)} other devices with {platform}"


def _check(weights_gib: float, kv_gib: float, gpus: int) -> None:
    """Raises `ValueError` for what is no size."""
    if not (math.isfinite(weights_gib) and weights_gib > 0):
        raise ValueError(f"weights of {weights_gib} GiB cannot be; they are a finite number above zero")
    if not (math.isfinite(kv_gib) and kv_gib >= 0):
        raise ValueError(f"a cache of {kv_gib} GiB cannot be; it is a finite number, zero or more")
    if gpus < 1:
        raise ValueError(f"{gpus} GPUs cannot be; there is one at least")
