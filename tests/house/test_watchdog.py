"""A run that stands still ends, and says where it stood."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
CONFTEST = """
from support import watchdog


def pytest_configure(config):
    # Whoever only collects reports outlasts the start of another worker too, which takes its time on a busy machine.
    collects = bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")
    watchdog.PATIENCE = 60.0 if collects else 8.0
    watchdog.watch(config)
"""
TEST = """
import threading


def test_that_passes():
    pass


def test_that_waits():
    threading.Event().wait()
"""


@pytest.mark.parametrize("arguments", [[], ["-n", "1"]], ids=["one process", "spread"])
def test_a_test_that_waits_forever_ends_the_process_it_runs_in(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_waits.py").write_text(TEST)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert run.returncode == 1
    assert "Timeout (0:00:08)!" in run.stderr
    assert "in test_that_waits" in run.stderr
    if arguments:
        assert "1 failed, 1 passed" in run.stdout
