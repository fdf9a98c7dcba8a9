"""How much an engine takes on at once, where nobody has told it otherwise."""

from __future__ import annotations

import msgspec

from freehold.plan.capacity.memory import Deployment

LARGE_GIB = 70.0
"""Of a card, from which on engines take on more."""


class Scheduler(msgspec.Struct, frozen=True):
    """The two bounds of continuous batching, but for memory. The defaults are those of vLLM's server on most cards."""

    sequences: int = 256
    """Requests under way: ``--max-num-seqs`` of vLLM, ``--max-running-requests`` of SGLang."""
    tokens: int = 2048
    """Of a step, prompts and answers together: ``--max-num-batched-tokens`` of vLLM, ``--chunked-prefill-size`` of
    SGLang."""


USUAL = Scheduler()
LARGE = Scheduler(1024, 8192)
LLAMA_CPP = Scheduler(4, 2048)
"""llama.cpp's own server: ``--parallel``, four since November 2025 and one before, and ``--batch-size``."""


def scheduler(deployment: Deployment) -> Scheduler:
    """By engine and card: as llama.cpp's server has it, else as vLLM's (``EngineArgs.get_batch_defaults``).

    The latter takes on more on large cards, other than A100s.

    >>> from freehold.catalog.architectures import architecture
    >>> from freehold.catalog.gpus import gpu
    >>> model = architecture("Llama-3.1-8B")
    >>> [scheduler(Deployment(model, gpu(card))).sequences for card in ("H100 SXM", "A100 80GB")]
    [1024, 256]
    >>> scheduler(Deployment(model, gpu("RTX 4090"), weights="q4_k_m", engine="llama.cpp")).sequences
    4
    """
    if deployment.on_llama_cpp:
        return LLAMA_CPP
    gpu = deployment.gpu
    return LARGE if gpu.memory_gib >= LARGE_GIB and "a100" not in gpu.name.lower() else USUAL
