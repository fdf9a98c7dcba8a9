"""The command that measures the wing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.knowledge import __main__ as command


def test_rows_are_printed_as_they_come(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def rows(data: Path, cache: Path | None, database: str) -> Iterator[command.Row]:
        assert (data, cache, database) == (tmp_path, None, "sqlite")
        yield ("a measure", "a method", 0.5, 0.4)

    monkeypatch.setitem(command.MEASURES, "ranking", rows)
    assert command.main(["--only", "ranking", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["a", "measure", "a", "method", "0.500", "0.400"]


def test_without_the_data_it_says_what_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command.main(["--only", "chunking", "--data", str(tmp_path)]) == 0
    assert "skipped" in capsys.readouterr().out


def test_an_unknown_measure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--only", "luck"])
    assert "choose from" in capsys.readouterr().err
