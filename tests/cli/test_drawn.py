"""What is drawn for people, and reports written whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.text import Text

from freehold.cli.drawn import draw, write_report
from freehold.cli.errors import CommandFailed


def test_off_a_terminal_it_is_plain_lines_without_blanks_at_their_ends(capsys: pytest.CaptureFixture[str]) -> None:
    draw(Text("bold  ", style="bold"))
    assert capsys.readouterr().out == "bold\n"


def test_a_report_is_written_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_report(tmp_path / "r.html", "all of it")
    assert (tmp_path / "r.html").read_text() == "all of it"
    assert "r.html" in capsys.readouterr().err
    with pytest.raises(CommandFailed, match="name another file"):
        write_report(tmp_path / "none" / "r.html", "x")
