"""How much an engine takes on at once, where nobody has told it otherwise."""

from __future__ import annotations

import msgspec

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


def scheduler(gpu: str, memory_gib: float) -> Scheduler:
    """As vLLM's server chooses (``EngineArgs.get_batch_defaults``): more on large cards, other than A100s.

    >>> scheduler("H100 SXM", 80).sequences, scheduler("A100 80GB", 80).sequences
    (1024, 256)
    """
    return LARGE if memory_gib >= LARGE_GIB and "a100" not in gpu.lower() else USUAL
