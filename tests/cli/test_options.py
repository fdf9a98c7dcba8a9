"""The options that several commands take."""

from __future__ import annotations

import pytest
import typer

from freehold.cli.options import group_names, label_option, new_app, share, words


@pytest.mark.parametrize(("text", "parts"), [(None, None), ("", []), ("a", ["a"]), (" a, b,,c ", ["a", "b", "c"])])
def test_words(text: str | None, parts: list[str] | None) -> None:
    assert words(text) == parts


def test_a_label_is_checked_before_anything_is_asked() -> None:
    assert label_option(None) is None
    assert label_option("confidential;eu,health") == "confidential;eu,health"
    with pytest.raises(typer.BadParameter, match="the levels are public, internal, confidential, restricted"):
        label_option("secret")
    with pytest.raises(typer.BadParameter, match="is not a tag"):
        label_option("internal;two words")


def test_a_group_that_came_out_empty_is_refused() -> None:
    assert group_names(None) == []
    assert group_names(["hr, staff", "hr"]) == ["hr", "staff"]
    for said in ([""], ["hr", " "], ["hr,"], ["a b"]):
        with pytest.raises(typer.BadParameter, match="group"):
            group_names(said)


@pytest.mark.parametrize(("terminal", "mode"), [(True, "rich"), (False, None)])
def test_help_is_drawn_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch, terminal: bool, mode: str | None) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    assert new_app().rich_markup_mode == mode


def test_a_share_is_a_percentage_or_a_number() -> None:
    assert (share("2%"), share("0.5"), share(None)) == (0.02, 0.5, None)
    for text in ("two", "140%", "-1"):
        with pytest.raises(typer.BadParameter, match="is no share"):
            share(text)
