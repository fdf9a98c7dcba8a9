"""The command line in a test: within this process, where it is quick, or as the installed command."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from freehold.cli.main import main
from support.live import COMMANDS

SCRIPTED = """\
[[target]]
name = "home"
provider = "scripted"
model = "say:Four score and seven"
owned = true
clearance = "restricted"

[[target]]
name = "away"
provider = "scripted"
model = "say:From elsewhere"
owned = false
clearance = "public"

[[target]]
name = "breaks"
provider = "scripted"
model = "break:So far and"
clearance = "restricted"

[[target]]
name = "fails"
provider = "scripted"
model = "fail:server"
clearance = "restricted"

[[route]]
name = "auto"
flow = "fallback"
targets = ["home", "away"]
"""
"""Two targets that answer, one that breaks off and one that fails, behind one route."""


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


class Terminal:
    """Runs commands within this process, as if typed; standard input is empty unless it is given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capture = capture

    def __call__(self, *arguments: str, given: str = "") -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["freehold", *arguments])
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        with pytest.raises(SystemExit) as exited:
            main()
        seen = self._capture.readouterr()
        return Ran(int(exited.value.code or 0), seen.out, seen.err)


def installed(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None, given: str = "") -> Ran:
    """Run the installed command to its end."""
    done = subprocess.run(
        [str(COMMANDS / "freehold"), *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
