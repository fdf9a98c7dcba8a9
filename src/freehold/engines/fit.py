"""How much of a machine's memory each model gets, and so how long a context it can hold.

The sum, in bytes: weights as they lie on disk, plus a fixed and a proportional allowance for compute buffers, plus
the key-value cache, which grows with the context. Models with sliding windows need less than this says. Memory of
an accelerator is not counted: the sum is for a model that lies in the machine's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec

from freehold.core.errors import SetupError
from freehold.engines.metadata import EMBEDDING_ARCHITECTURES, GgufMetadata, read_metadata
from freehold.engines.weights import locate, weight_bytes

GIB = 2**30
FIXED_OVERHEAD = 256 * 2**20
PROPORTIONAL_OVERHEAD = 0.05
SHORTEST_CONTEXT = 2048
LONGEST_DEFAULT_CONTEXT = 32_768
"""More is had by saying so: reading a longer prompt takes a machine without an accelerator many minutes."""
_UNKNOWN_CONTEXT = 4096
_CACHE_SHARE = 0.5
"""Of the room beside the weights, for the cache; the rest is for remembered prompts and for everything else."""
_MOST_PROMPT_CACHE = 8 * GIB
_CONTEXT_STEP = 256


class EngineModel(msgspec.Struct, frozen=True):
    """A model to run: its target's name, and what the configuration says of it."""

    name: str
    model: str
    """A GGUF file, a directory that holds one, or ``hf:REPO[:QUANT]`` fetched before."""
    kind: Literal["chat", "embedding"] | None = None
    """`None`: as the file says."""
    context: int | None = None
    """Tokens of context; `None`: what it was trained for, as far as memory allows."""
    slots: int = 4
    """Requests worked on at once. They share the context."""
    threads: int | None = None
    """`None`: as many as there are cores."""
    make: Callable[[Path], Path] | None = None
    """Where set, makes the file in the folder of models and returns it, whatever `model` says; raises `SetupError`."""
    on_demand: bool = False
    """Loaded when it is first asked for, not at the start."""


class Plan(msgspec.Struct, frozen=True):
    """How a model will be served. `weights`, `cache` and `prompt_cache` in bytes, `context` in tokens."""

    path: Path
    metadata: GgufMetadata
    context: int
    weights: int
    cache: int
    prompt_cache: int
    embedding: bool
    mean_pooling: bool

    @property
    def needs(self) -> int:
        """Bytes in use once it has filled its context, the remembered prompts apart."""
        return resident(self.weights) + self.cache


def resident(weights: int) -> int:
    """Bytes a model of this size takes before its first token."""
    return weights + FIXED_OVERHEAD + int(weights * PROPORTIONAL_OVERHEAD)


def plan_all(models: Iterable[EngineModel], folder: Path, memory: int) -> dict[str, Plan | SetupError]:
    """Find each model's file and share `memory` bytes out: weights first, what is left in equal parts.

    A model that cannot be served has its error for a plan, and takes nothing from the others.
    """
    found: dict[str, tuple[EngineModel, Path, int] | SetupError] = {}
    for model in models:
        try:
            path = locate(model.model, folder) if model.make is None else model.make(folder)
            found[model.name] = (model, path, weight_bytes(path))
        except SetupError as error:
            found[model.name] = error
    sized = [entry for entry in found.values() if not isinstance(entry, SetupError)]
    room = (memory - sum(resident(weights) for _, _, weights in sized)) // max(1, len(sized))
    plans: dict[str, Plan | SetupError] = {}
    for name, entry in found.items():
        try:
            plans[name] = entry if isinstance(entry, SetupError) else _plan(*entry, room=room, memory=memory)
        except SetupError as error:
            plans[name] = error
    return plans


def _plan(model: EngineModel, path: Path, weights: int, *, room: int, memory: int) -> Plan:
    metadata = read_metadata(path)
    embedding = metadata.embeds if model.kind is None else model.kind == "embedding"
    context = _context(model, metadata, room)
    cache = context * (metadata.token_bytes or 0)
    if room < 0 or (model.context is None and cache > room):
        needed = resident(weights) + cache
        raise SetupError(
            f"{path.name} needs {needed / GIB:.1f} GiB and {memory / GIB:.1f} GiB are free for all models;"
            " choose a smaller one ('freehold models fit' names some), or stop what else uses memory"
        )
    return Plan(
        path=path,
        metadata=metadata,
        context=context,
        weights=weights,
        cache=cache,
        prompt_cache=max(0, min(_MOST_PROMPT_CACHE, (room - cache) // 2)),
        embedding=embedding,
        mean_pooling=embedding and not metadata.pooling and metadata.architecture not in EMBEDDING_ARCHITECTURES,
    )


def _context(model: EngineModel, metadata: GgufMetadata, room: int) -> int:
    """Tokens: what was asked for, else the least of what was trained for, what memory holds, and the default cap."""
    if model.context is not None:
        return model.context
    trained = min(metadata.context or _UNKNOWN_CONTEXT, LONGEST_DEFAULT_CONTEXT)
    if not metadata.token_bytes:
        return trained
    held = int(room * _CACHE_SHARE) // metadata.token_bytes // _CONTEXT_STEP * _CONTEXT_STEP
    return min(trained, max(SHORTEST_CONTEXT, held))
