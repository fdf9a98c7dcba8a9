"""That a process which is confined gets no more memory, and says so."""

from __future__ import annotations

import subprocess
import sys

import pytest

from freehold.knowledge.extract.memory import exhausted

_ASK = """
import sys
from freehold.knowledge.extract.memory import confine
confine(512 * 2**20)
confine(2**40)  # what was set may be set anew
confine(512 * 2**20)
try:
    bytearray(2**30)
except MemoryError:
    sys.exit(7)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not keep to this bound")
def test_what_asks_for_more_is_told() -> None:
    assert subprocess.run([sys.executable, "-c", _ASK], check=False, timeout=60).returncode == 7


def test_the_reason_names_the_bound() -> None:
    assert exhausted(3 * 2**30) == "Reading it takes more than 3,072 MiB of memory; split the file."
