"""The measure of speed, on few chunks."""

from __future__ import annotations

from pathlib import Path

from benchmarks.knowledge.load import measure, rows


def test_a_small_load_is_measured_whole(tmp_path: Path) -> None:
    load = measure(chunks=200, queries=6, dimensions=8, folder=tmp_path)
    assert load.chunks == 200
    assert 0 < load.p50_ms <= load.p95_ms
    assert load.memory_mib > 0
    assert len(rows(load)) == 5
    assert list(tmp_path.iterdir()) == []
