"""One command takes every measure that the planner's numbers rest on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.plan import __main__ as command
from benchmarks.plan import report_time
from benchmarks.plan.measurements import SILICON


def test_every_benchmark_runs_from_one_command_and_says_what_data_it_misses(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_time, "DRAWS", 20)
    monkeypatch.setattr(report_time, "ROUNDS", 1)
    assert command.main(["--data", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, file in (
        ("serving", "plan/silicon/hopper.csv.gz"),
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


def test_rows_of_ones_own_are_measured_though_some_cannot_be_used(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "backend,model_path,system,precision,isl,osl,batch_size,silicon_ttft_ms,silicon_tpot_ms\n"
        "vllm,Llama-3.1-8B,h100_sxm,bf16,1000,200,8,60,9\n"
        "vllm,Llama-3.1-8B,h1000,bf16,1000,200,8,60,9\n"
    )
    assert command.main(["--only", "rows", "--rows", str(file)]) == 0
    said = capsys.readouterr().out
    assert "mine.csv: row 2: system: no GPU called 'h1000'" in said
    assert "1 rows used, 1 left out as unusable" in said
    assert "throughput, 1 rows: median error" in said
    assert "nan" not in said


def test_the_folder_of_the_plans_own_data_is_taken_too(tmp_path: Path) -> None:
    file = tmp_path / "plan" / SILICON.relative_to("plan")
    file.parent.mkdir(parents=True)
    file.touch()
    assert command.data_folder(tmp_path / "plan") == tmp_path
    assert command.data_folder(tmp_path) == tmp_path
