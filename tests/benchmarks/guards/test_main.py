"""The command that measures the guards."""

from __future__ import annotations

import types
from pathlib import Path

import pytest

from benchmarks.guards import __main__ as command


def test_a_measure_is_the_module_of_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    part = types.SimpleNamespace(run=lambda data: iter([("a measure", data.name, 0.5, 0.4)]))
    monkeypatch.setattr(command.importlib, "import_module", {"benchmarks.guards.speed": part}.__getitem__)

    assert command.main(["--only", "speed", "--data", str(tmp_path / "there")]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["a", "measure", "there", "0.500", "0.400"]


def test_without_the_data_it_says_what_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command.main(["--only", "pii", "--data", str(tmp_path)]) == 0
    assert "pii: skipped" in capsys.readouterr().out
