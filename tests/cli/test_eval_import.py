"""``freehold eval import``: another tool's file becomes a run, on a dataset of what it asked or one that is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.commands import Terminal

NAME = "samples_sums_2026-11-22T22-40-06.665362.jsonl"


def harness(folder: Path, model: str | None = "small") -> Path:
    rows = [
        {"doc_id": n, "target": str(2 * n), "arguments": {"gen_args_0": {"arg_0": f"{n}+{n}?"}},
         "filtered_resps": ["2"], "metrics": ["exact_match"], "exact_match": float(n == 1)}
        for n in range(4)
    ]  # fmt: skip
    file = folder / NAME
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    if model is not None:
        beside = file.name.replace("samples_sums", "results").replace(".jsonl", ".json")
        file.with_name(beside).write_text(json.dumps({"model_name": model}))
    return file


def inspected(folder: Path) -> Path:
    samples = [
        {
            "input": f"{n}+{n}?",
            "target": str(2 * n),
            "output": {"completion": str(2 * n)},
            "scores": {"match": {"value": "C"}},
        }
        for n in range(4)
    ]
    file = folder / "log.json"
    file.write_text(json.dumps({"version": 2, "eval": {"task": "sums", "model": "large"}, "samples": samples}))
    return file


def told(terminal: Terminal, *arguments: str) -> dict[str, Any]:
    ran = terminal("eval", "import", *arguments, "--json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


@pytest.mark.usefixtures("scripted")
def test_two_tools_that_asked_the_same_can_be_compared(terminal: Terminal, tmp_path: Path) -> None:
    first, second = told(terminal, str(harness(tmp_path))), told(terminal, str(inspected(tmp_path)))
    assert first["dataset"] == second["dataset"]
    assert (first["subject"], first["scores"]["exact_match"]["mean"]) == ("small", 0.25)
    assert (second["subject"], second["scores"]["match"]["mean"]) == ("large", 1.0)
    again = told(terminal, str(harness(tmp_path)), "--data", "sums", "--subject", "mine")
    assert (again["dataset"], again["subject"]) == (first["dataset"], "mine")


@pytest.mark.usefixtures("scripted")
def test_what_cannot_be_taken_says_why(terminal: Terminal, tmp_path: Path) -> None:
    nameless = terminal("eval", "import", str(harness(tmp_path, None)))
    assert nameless.code == 2
    assert "--subject" in nameless.err
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert "neither Inspect AI's log" in terminal("eval", "import", str(other)).err
    assert terminal("eval", "import", str(tmp_path / "nowhere.json")).code == 2
    data = tmp_path / "work.jsonl"
    data.write_text('{"input": "9+9?", "ideal": "18"}\n')
    lost = terminal("eval", "import", str(harness(tmp_path)), "--data", str(data))
    assert (lost.code, "4 of 4 samples ask what no example" in lost.err) == (1, True)
