"""An end to a run that stands still: every thread says where it is, and the process ends.

A test that waits forever would else hold up the whole run, and say nothing. The clock is `faulthandler`'s own thread,
which needs no lock of the interpreter: it also ends a process that hangs within compiled code.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Generator

import pytest

PATIENCE = 300.0
"""Seconds without a step after which a process that runs tests is given up. No test takes a fifth of it."""


class Watchdog:
    """Counts down from `seconds` and begins anew with every step: a test that starts, ends or is reported."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        # What a test writes is caught; this goes to where the run itself writes.
        self._stderr = os.dup(2)
        self._again()

    def _again(self) -> None:
        faulthandler.dump_traceback_later(self._seconds, file=self._stderr, exit=True)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        self._again()
        result = yield
        self._again()
        return result

    def pytest_runtest_logreport(self) -> None:
        """Also where the tests run in other processes and only their reports arrive."""
        self._again()

    def pytest_unconfigure(self) -> None:
        faulthandler.cancel_dump_traceback_later()
        os.close(self._stderr)


def watch(config: pytest.Config) -> None:
    """Have the run that `config` is of end when it stands still."""
    # A process that only collects reports waits longer, so that the one that hangs is the one that speaks.
    distributes = bool(getattr(config.option, "dist", "no") != "no") and not hasattr(config, "workerinput")
    config.pluginmanager.register(Watchdog(PATIENCE * (2 if distributes else 1)), "watchdog")
