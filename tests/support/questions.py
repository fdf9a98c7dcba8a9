"""Questions in a file, and a run of them by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.commands import Terminal


def work_in(folder: Path, name: str = "work.jsonl") -> Path:
    """A file of three questions of its own, of which the scripted ``home`` answers all but the first rightly."""
    rows = [{"input": f"{folder} {n}", "expected": "Four score and seven" if n else "no"} for n in range(3)]
    file = folder / name
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


def ran(terminal: Terminal, *arguments: str) -> dict[str, Any]:
    """A run that went well, as ``--json`` tells it."""
    done = terminal("eval", "run", *arguments, "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found
