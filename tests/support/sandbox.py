"""Running a model's code as tests do: with short limits, and in a child of its own where a layer is tried alone."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

from freehold.evaluate.confined.limits import Limits
from freehold.evaluate.confined.run import Ran, run

SHORT = Limits(cpu_s=1, wall_s=5.0, memory_mb=256, file_mb=1, disk_mb=4, output_kb=8)
ADD = "def add(a, b):\n    return a + b\n"
TESTS = "assert add(2, 3) == 5\n"


def ran(code: str, tests: str = TESTS, limits: Limits = SHORT) -> Ran:
    """What becomes of the code, `ADD` behind it, so that it would pass if it did nothing else."""
    return run(f"{textwrap.dedent(code)}\n{ADD}", tests, limits)


def child(code: str, folder: Path) -> str:
    """What a program of the test's own prints, in a process that may then be confined for good."""
    command = [sys.executable, "-c", textwrap.dedent(code), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, cwd=folder)
    return done.stdout + done.stderr
