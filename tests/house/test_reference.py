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


def test_a_field_s_note_is_found() -> None:
    notes = reference.field_notes(reference.errors.Fault)
    assert notes["BROKEN"] == "The stream ended or failed after its first event."
    assert "CONNECT" not in notes


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("commands.md", "## `freehold keys create`"),
        ("configuration.md", "| `port` | a whole number | `8080` |"),
        ("errors.md", "| 403 | `label_forbidden` | No target that was asked for may see data of this label. |"),
        ("http.md", "| `POST /v1/messages` | any key |"),
        ("providers.md", "| `openai` | OpenAI | openai | `https://api.openai.com/v1` | `OPENAI_API_KEY` |"),
        ("stages.md", "| 1 | `settle` |"),
    ],
)
def test_pages_hold_what_they_promise(name: str, line: str) -> None:
    assert line in reference.PAGES[name]()
