"""One command takes every measure that the planner's numbers rest on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.plan import __main__ as command
from benchmarks.plan import report_time


def test_every_benchmark_runs_from_one_command_and_says_what_data_it_misses(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_time, "DRAWS", 20)
    monkeypatch.setattr(report_time, "ROUNDS", 1)
    rows = tmp_path / "rows.csv"
    assert command.main(["--data", str(tmp_path), "--rows", str(rows)]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, file in (
        ("serving", "plan/silicon/hopper.csv.gz"),
        ("rows", "rows.csv"),
        ("argonne", "plan/argonne_llm_bench/All_results.csv.gz"),
        ("dstack", "plan/dstack_bench/results_flat.csv.gz"),
        ("decode", "local/decode_speed.csv"),
    ):
        assert any(line.startswith(f"{name}: skipped, {tmp_path / file} is not there") for line in lines)
    assert any(line.startswith("report with 20 draws: seconds") for line in lines)


def test_its_help_tells_every_measure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(name in said for name in command.MEASURES)
    assert "    python -m benchmarks.plan --only serving" in said


def test_numbers_that_are_kept_are_those_that_were_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    monkeypatch.setattr(command, "MEASURES", {"one": lambda _options: [("speed", "first", 0.5, 0.4)]})
    command.main(["--only", "one"])
    assert not list(tmp_path.iterdir())
    command.main(["--only", "one", "--save"])
    (kept,) = tmp_path.iterdir()
    assert json.loads(kept.read_text())["plan"] == [{"measure": "speed", "method": "first", "value": 0.5, "goal": 0.4}]
    assert f"kept in {kept}" in capsys.readouterr().out
