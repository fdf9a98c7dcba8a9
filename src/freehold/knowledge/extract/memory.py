"""A bound on the memory of a process that reads what strangers have made."""

from __future__ import annotations

import resource
import sys


def confine(memory_bytes: int) -> None:
    """Give this process no more address space than that; what asks for more gets a `MemoryError`."""
    if sys.platform == "linux":  # Elsewhere the kernel does not keep to this bound.
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def exhausted(memory_bytes: int) -> str:
    """Why a file is not read that takes more."""
    return f"Reading it takes more than {memory_bytes // 2**20:,} MiB of memory; split the file."
