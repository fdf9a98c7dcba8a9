from __future__ import annotations

import pytest

from benchmarks.knowledge import ingest


def test_all_measures_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, small in (("TEXTS", 12), ("PDFS", 2), ("PAGES", 2), ("FILES", 30)):
        monkeypatch.setattr(ingest, name, small)
    rows = ingest.run(ingest.Path())
    assert [(measure, goal) for measure, _, _, goal in rows] == [
        ("ingest of text and HTML, documents/s", 100.0),
        ("ingest of PDF, pages/s", 20.0),
        ("sync of unchanged files, seconds (at most)", 5.0),
    ]
    assert all(value > 0 for _, _, value, _ in rows)


def test_the_documents_are_the_same_each_time() -> None:
    assert ingest.text_documents(4) == ingest.text_documents(4)
    assert {name.rsplit(".", 1)[1] for name in ingest.text_documents(4)} == {"html", "md", "txt"}
    assert ingest.pdf_documents(1, 2)["reports/0.pdf"].startswith(b"%PDF")
