"""The measure of reporting speed does its work."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.evaluate import report


def test_rows_have_seconds_and_a_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "EXAMPLES", 60)
    monkeypatch.setattr(report, "ROUNDS", 1)
    rows = list(report.run(Path()))
    assert len(rows) == 4
    assert all(value > 0 for _, _, value, _ in rows)
