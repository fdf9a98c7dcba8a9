"""What this process takes of its machine."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

_STATM = Path("/proc/self/statm")
_KIB = 1024


def resident_bytes() -> int:
    """Memory that it holds now; where the system does not say (no ``/proc``), the most that it ever held."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except (OSError, IndexError, ValueError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * _KIB  # In bytes there, in KiB elsewhere.
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds() -> float:
    """Processor time since it began, its own and the system's for it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
