"""The benchmark of a report clocks each part of a real one."""

from __future__ import annotations

import pytest

from benchmarks.plan.report_time import inside, main


def test_every_part_of_a_report_is_clocked() -> None:
    found = inside(draws=20)
    assert list(found) == ["import", "read", "plan", "html"]
    assert all(seconds > 0 for seconds in found.values())
    assert found["plan"] > found["html"]


def test_the_whole_holds_its_parts_and_the_machine_stands_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--draws", "20", "--rounds", "1"]) == 0
    rows = {line[:54].strip(): float(line[86:96]) for line in capsys.readouterr().out.splitlines()[1:]}
    parts = sum(rows[f"report with 20 draws: seconds, {part}"] for part in ("import", "read", "plan", "html"))
    assert rows["report with 20 draws: seconds"] > parts
    assert rows["Python started, NumPy imported: seconds"] > 0
