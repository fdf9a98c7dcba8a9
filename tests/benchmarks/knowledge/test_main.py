"""The command that measures the wing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.goals import Row
from benchmarks.knowledge import __main__ as command


def test_a_measure_gets_what_the_command_was_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def run(data: Path, cache: Path | None, database: str) -> Iterator[list[Row]]:
        assert (data, cache, database) == (tmp_path, None, "sqlite")
        yield [("a measure", "a method", 0.5, 0.4)]

    monkeypatch.setattr(command.ranking, "run", run)
    assert command.main(["--only", "ranking", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["a", "measure", "a", "method", "0.500", "0.400"]


def test_without_the_data_it_says_what_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command.main(["--only", "chunking", "--data", str(tmp_path)]) == 0
    assert "skipped" in capsys.readouterr().out
