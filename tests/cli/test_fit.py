"""``freehold models fit``."""

from __future__ import annotations

import json

from freehold.engines.suggest import KNOWN
from support.commands import Terminal


def test_every_known_model_with_its_sum(terminal: Terminal) -> None:
    ran = terminal("models", "fit", "--memory", "8")
    names, *rows = [line.split("\t") for line in ran.out.splitlines()]
    assert names == ["model", "fits", "what it needs", "licence", "ref"]
    assert len(rows) == len(KNOWN)
    fits = {row[0]: row[1] for row in rows}
    assert (fits["Qwen3 4B"], fits["Llama 3.3 70B"]) == ("yes", "no")
    assert "weights + " in rows[0][2]
    assert "Suggested: freehold models pull hf:" in ran.err


def test_too_little_memory_for_any(terminal: Terminal) -> None:
    ran = terminal("models", "fit", "--memory", "0.5")
    assert "None fits" in ran.err
    assert json.loads(terminal("models", "fit", "--memory", "0.5", "--json").out)["command"] is None


def test_json(terminal: Terminal) -> None:
    found = json.loads(terminal("models", "fit", "--memory", "8", "--json").out)
    assert found["reckoned_with"] == 8 * 2**30
    assert found["command"].startswith("freehold models pull hf:")
    assert {"memory_total", "memory_available", "cores", "gpus"} <= found["machine"].keys()


def test_no_memory_at_all_is_wrong_use(terminal: Terminal) -> None:
    assert terminal("models", "fit", "--memory", "0").code == 2
