"""What this machine holds: memory, cores, accelerators. Reads, never changes; knows nothing of models."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import psutil

_CGROUP = Path("/sys/fs/cgroup")
_SMI_SECONDS = 2.0


class Gpu(msgspec.Struct, frozen=True):
    """An accelerator and its memory in bytes."""

    name: str
    memory: int


class Machine(msgspec.Struct, frozen=True):
    """Memory in bytes, as this process may use it: the container's limit where that is lower than the machine's."""

    memory_total: int
    memory_available: int
    cores: int
    gpus: tuple[Gpu, ...] = ()


def machine(*, gpus: bool = False, cgroup: Path = _CGROUP) -> Machine:
    """Look at this machine. `gpus` asks the driver too, which may take a second."""
    memory = psutil.virtual_memory()
    total, available = memory.total, memory.available
    limit, used = _cgroup_memory(cgroup)
    if limit is not None and limit < total:
        total, available = limit, min(available, max(0, limit - used))
    return Machine(total, available, cores(cgroup=cgroup), find_gpus() if gpus else ())


def cores(*, cgroup: Path = _CGROUP) -> int:
    """Cores this process may use: its affinity, or the container's share where that is lower; at least 1."""
    # Not every system can tell affinity (macOS cannot), so all cores count there.
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _read(cgroup / "cpu.max").split()
    if len(quota) == 2 and quota[0] != "max":
        count = min(count, int(quota[0]) // int(quota[1]))
    return max(1, count)


def find_gpus() -> tuple[Gpu, ...]:
    """The NVIDIA accelerators the driver's own tool names; none where there is no such tool or it does not answer."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    query = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        # The arguments are fixed and no shell reads them.
        told = subprocess.run(query, capture_output=True, text=True, timeout=_SMI_SECONDS, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ()
    rows = (line.rpartition(",") for line in told.splitlines())
    return tuple(Gpu(name.strip(), int(mib) * 2**20) for name, _, mib in rows if mib.strip().isdigit())


def _cgroup_memory(cgroup: Path) -> tuple[int | None, int]:
    """The container's limit, `None` if there is none, and its use without what the kernel would give back, in bytes.

    Version 2 of control groups first, then version 1.
    """
    limit, used = _read(cgroup / "memory.max"), _read(cgroup / "memory.current")
    stat = cgroup / "memory.stat"
    if not limit:
        limit = _read(cgroup / "memory" / "memory.limit_in_bytes")
        used = _read(cgroup / "memory" / "memory.usage_in_bytes")
        stat = cgroup / "memory" / "memory.stat"
    if not limit.isdigit():
        return None, 0
    return int(limit), max(0, int(used or 0) - _reclaimable(stat))


def _reclaimable(stat: Path) -> int:
    for line in _read(stat).splitlines():
        key, _, value = line.partition(" ")
        if key in {"inactive_file", "total_inactive_file"}:
            return int(value)
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
