from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from freehold.observe import process


def test_memory_is_what_the_system_says() -> None:
    assert process.resident_bytes() == pytest.approx(psutil.Process().memory_info().rss, rel=0.2)


def test_where_there_is_no_proc_it_is_the_most_that_was_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_STATM", Path("/nowhere/statm"))
    assert process.resident_bytes() >= 1024 * 1024


def test_processor_time_grows() -> None:
    before = process.cpu_seconds()
    sum(range(2_000_000))
    assert process.cpu_seconds() > before
