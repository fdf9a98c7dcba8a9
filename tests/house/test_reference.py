"""The reference pages say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import reference


def test_no_page_has_drifted() -> None:
    assert reference.drifted() == [], "run `make docs`"


def test_drift_is_seen(tmp_path: Path) -> None:
    assert reference.drifted(tmp_path) == sorted(reference.PAGES)
    for name, write in reference.PAGES.items():
        (tmp_path / name).write_text(write())
    assert reference.drifted(tmp_path) == []
    (tmp_path / "stages.md").write_text("other")
    (tmp_path / "gone.md").write_text("no code writes this")
    assert reference.drifted(tmp_path) == ["gone.md", "stages.md"]


class Noted:
    """Some fields."""

    silent: int = 0
    told: int = 0
    """What ``told``
    is for."""


def test_a_field_s_note_is_found() -> None:
    assert reference.field_notes(Noted) == {"told": "What `told` is for."}


def rows(page: str) -> list[list[str]]:
    """The cells of every table's rows, heads left out."""
    lines = reference.PAGES[page]().splitlines()
    body = [line for line, after in zip(lines, [*lines[1:], ""], strict=True) if not after.startswith("| ---")]
    return [line[2:-2].split(" | ") for line in body if line.startswith("| ") and not line.startswith("| ---")]


@pytest.mark.parametrize("page", ["commands.md", "configuration.md", "errors.md", "stages.md"])
def test_everything_has_a_meaning(page: str) -> None:
    assert rows(page)
    assert [row for row in rows(page) if not row[-1].strip()] == []


def test_every_setting_has_a_default() -> None:
    assert [row for row in rows("configuration.md") if not all(cell.strip() for cell in row)] == []


def test_a_header_that_nobody_tells_of_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.http.directions._KNOWN", ("label", "tone"))
    with pytest.raises(ValueError, match=r"say what cache, collections, tone, trace is for"):
        reference.PAGES["http.md"]()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("commands.md", "## `freehold keys create`"),
        ("configuration.md", "| `port` | a whole number | `8080` |"),
        ("configuration.md", "| `FREEHOLD_SERVER_PORT` | `server.port` |"),
        ("dialects.md", "| `n` | refused |"),
        ("errors.md", "| 403 | `label_forbidden` | No target that was asked for may see data of this label. |"),
        ("http.md", "| `POST /v1/messages` | any key |"),
        ("http.md", "| `x-freehold-id` | the id of the record"),
        ("providers.md", "| `openai` | OpenAI | openai | `https://api.openai.com/v1` | `OPENAI_API_KEY` |"),
        ("stages.md", "| 1 | `settle` |"),
    ],
)
def test_pages_hold_what_they_promise(name: str, line: str) -> None:
    assert line in reference.PAGES[name]()
