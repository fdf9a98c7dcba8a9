from __future__ import annotations

import io
import sys

import pytest

from freehold.cli.moving import moving


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with moving() as tell:
        tell("copied", 1_000_000)
        tell("packed", 2_500_000)
        tell("copied", 500_000)
    assert "copied" in screen.getvalue()
    assert "1.5" in screen.getvalue()
    assert "2.5" in screen.getvalue()


def test_nothing_is_said_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with moving() as tell:
        tell("copied", 1_000_000)
    assert pipe.getvalue() == ""
