"""Which open model fits a machine: a short table of well-known ones, and the sum that chooses.

Each row is a repository of ready GGUF files, so that one command brings it. The order is by how much a model can do,
least first, as its size and its makers' own reports have it; no ranking of our own is claimed.
"""

from __future__ import annotations

import msgspec

from freehold.engines.fit import GIB, resident
from freehold.engines.weights import HubRef

_SPARE = 0.15
"""Of the machine's memory, left to the system and to Freehold itself."""
_CONTEXT = 4096
"""Tokens that a model must hold to be worth suggesting."""


class KnownModel(msgspec.Struct, frozen=True):
    """A model in a quantisation. `weights` in bytes as the hub lists the files; `token_bytes` a token of 16-bit cache.

    `token_bytes` is 2 x layers x key-value heads x head width x 2 bytes, from the model's own ``config.json``.
    """

    name: str
    ref: HubRef
    weights: int
    token_bytes: int
    licence: str
    source: str
    """Where the model itself is published, with its licence."""
    active: float | None = None
    """Billions of parameters used for a token, where not all are: these answer faster than their size suggests."""

    def needs(self, context: int = _CONTEXT) -> int:
        """Bytes for weights, overhead, and a cache of `context` tokens."""
        return resident(self.weights) + context * self.token_bytes

    def sum(self, context: int = _CONTEXT) -> str:
        """The same, spelt out for people."""
        weights, cache = self.weights / GIB, context * self.token_bytes / GIB
        overhead = (resident(self.weights) - self.weights) / GIB
        total = self.needs(context) / GIB
        parts = f"{weights:.1f} weights + {cache:.1f} cache for {context} tokens + {overhead:.1f} overhead"
        return f"{parts} = {total:.1f} GiB"


def _row(
    name: str, ref: str, gigabytes: float, token_bytes: int, licence: str, source: str, active: float | None = None
) -> KnownModel:
    return KnownModel(name, HubRef.parse(ref), round(gigabytes * 1e9), token_bytes, licence, source, active)


def _cache(layers: int, heads: int, width: int) -> int:
    return 2 * layers * heads * width * 2


_QWEN = "https://huggingface.co/Qwen"

KNOWN: tuple[KnownModel, ...] = (
    _row("Qwen3 0.6B", "Qwen/Qwen3-0.6B-GGUF:Q8_0", 0.64, _cache(28, 8, 128), "apache-2.0", f"{_QWEN}/Qwen3-0.6B"),
    _row(
        "Llama 3.2 1B",
        "bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M",
        0.81,
        _cache(16, 8, 64),
        "llama3.2",
        "https://huggingface.co/meta-llama/Llama-3.2-1B-Instruct",
    ),
    _row(
        "Gemma 3 1B",
        "ggml-org/gemma-3-1b-it-GGUF:Q4_K_M",
        0.81,
        _cache(26, 1, 256),
        "gemma",
        "https://huggingface.co/google/gemma-3-1b-it",
    ),
    _row("Qwen3 1.7B", "Qwen/Qwen3-1.7B-GGUF:Q8_0", 1.83, _cache(28, 8, 128), "apache-2.0", f"{_QWEN}/Qwen3-1.7B"),
    _row(
        "Llama 3.2 3B",
        "bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
        2.02,
        _cache(28, 8, 128),
        "llama3.2",
        "https://huggingface.co/meta-llama/Llama-3.2-3B-Instruct",
    ),
    _row(
        "Gemma 3 4B",
        "ggml-org/gemma-3-4b-it-GGUF:Q4_K_M",
        2.49,
        _cache(34, 4, 256),
        "gemma",
        "https://huggingface.co/google/gemma-3-4b-it",
    ),
    _row("Qwen3 4B", "Qwen/Qwen3-4B-GGUF:Q4_K_M", 2.50, _cache(36, 8, 128), "apache-2.0", f"{_QWEN}/Qwen3-4B"),
    _row(
        "Llama 3.1 8B",
        "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF:Q4_K_M",
        4.92,
        _cache(32, 8, 128),
        "llama3.1",
        "https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct",
    ),
    _row("Qwen3 8B", "Qwen/Qwen3-8B-GGUF:Q4_K_M", 5.03, _cache(36, 8, 128), "apache-2.0", f"{_QWEN}/Qwen3-8B"),
    _row(
        "Gemma 3 12B",
        "ggml-org/gemma-3-12b-it-GGUF:Q4_K_M",
        7.30,
        _cache(48, 8, 256),
        "gemma",
        "https://huggingface.co/google/gemma-3-12b-it",
    ),
    _row(
        "Phi-4 14B",
        "bartowski/phi-4-GGUF:Q4_K_M",
        9.05,
        _cache(40, 10, 128),
        "mit",
        "https://huggingface.co/microsoft/phi-4",
    ),
    _row("Qwen3 14B", "Qwen/Qwen3-14B-GGUF:Q4_K_M", 9.00, _cache(40, 8, 128), "apache-2.0", f"{_QWEN}/Qwen3-14B"),
    _row(
        "gpt-oss 20B",
        "ggml-org/gpt-oss-20b-GGUF:MXFP4",
        12.11,
        _cache(24, 8, 64),
        "apache-2.0",
        "https://huggingface.co/openai/gpt-oss-20b",
        active=3.6,
    ),
    _row(
        "Qwen3 30B-A3B",
        "Qwen/Qwen3-30B-A3B-GGUF:Q4_K_M",
        18.6,
        _cache(48, 4, 128),
        "apache-2.0",
        f"{_QWEN}/Qwen3-30B-A3B",
        active=3.3,
    ),
    _row(
        "Llama 3.3 70B",
        "bartowski/Llama-3.3-70B-Instruct-GGUF:Q4_K_M",
        42.5,
        _cache(80, 8, 128),
        "llama3.3",
        "https://huggingface.co/meta-llama/Llama-3.3-70B-Instruct",
    ),
)

_OPEN = frozenset({"apache-2.0", "mit"})
"""Licences that put no conditions on use. Only these are suggested unasked; the others are in the list."""
_BEARABLE = 9.0
"""Billions of parameters a token that a machine without an accelerator answers with at a reading pace."""


def fitting(memory: int) -> list[KnownModel]:
    """The models that a machine with this much memory, in bytes, can hold, most able last."""
    return [model for model in KNOWN if model.needs() <= memory * (1 - _SPARE)]


def best_fit(memory: int, *, accelerator: bool = False) -> KnownModel | None:
    """The most able model with an open licence that fits, and without an accelerator answers at a bearable pace."""
    fit = [model for model in fitting(memory) if model.licence in _OPEN]
    if not accelerator:
        # Four-bit weights take about 0.6 bytes a parameter, which is close enough to tell quick from slow.
        fit = [model for model in fit if (model.active or model.weights / 0.6e9) <= _BEARABLE]
    return fit[-1] if fit else None


def suggestion(memory: int, *, accelerator: bool = False) -> str | None:
    """The one command that brings a real model to this machine; `None` if it can hold none."""
    model = best_fit(memory, accelerator=accelerator)
    return f"freehold models pull {model.ref}" if model else None
