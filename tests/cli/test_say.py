"""What reaches a terminal and what reaches a pipe."""

from __future__ import annotations

import re

import pytest

from freehold.cli import say


def test_control_characters_never_reach_a_terminal() -> None:
    assert say.clean("a\x1b[2Jb\x9bc\x7fd\r") == "a�[2Jb�c�d�"
    assert say.clean("Zeile\n\tzwei, déjà") == "Zeile\n\tzwei, déjà"


def test_a_table_in_a_pipe_is_plain_and_one_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    say.table(("name", "n"), [("a\tb\nc\x1b[1m", 1), (None, 2)])
    assert capsys.readouterr().out == "name\tn\na b c�[1m\t1\n\t2\n"


def test_a_table_on_a_terminal_is_aligned_and_never_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "20")
    say.table(("name", "n", "why"), [("[bold]x", 1, "w" * 40), ("y", 200, None)], right=("n",))
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert drawn.split("\n") == ["name       n  why", f"[bold]x    1  {'w' * 40}", "y        200", ""]


def test_a_card_leaves_out_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    say.card({"name": "x", "licence": None, "owned": "yes"})
    assert capsys.readouterr().out == "name\tx\nowned\tyes\n"


def test_remarks_stay_out_of_results(capsys: pytest.CaptureFixture[str]) -> None:
    say.note("a")
    say.aside("b")
    say.fail("c")
    seen = capsys.readouterr()
    assert (seen.out, seen.err) == ("", "a\nb\nfreehold: c\n")


def test_names_are_quoted_only_where_they_have_to_be_and_told_on_one_line() -> None:
    assert say.name("déjà vu.md") == "déjà vu.md"
    assert say.name("a\x1b[2J\n") == r"'a\x1b[2J\n'"
    assert say.several(["a", "b\n", "c"]) == r"a, 'b\n', c"
    assert say.several(["a", "b", "c", "d"]) == "a and 3 more"
