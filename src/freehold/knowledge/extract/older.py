"""What kreuzberg reads besides: the older office formats, OpenDocument, RTF and EPUB, by their structure alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from freehold.knowledge.extract.draft import Draft
from freehold.knowledge.extract.kreuzberg_reader import nodes, parsed, title_of
from freehold.knowledge.model import Extracted


def read_older(source: Path, media_type: str, characters: int) -> Extracted:
    """Headings, paragraphs, lists and tables in order; raises `Rejected` for a file that is damaged."""
    result = parsed(source, media_type)
    draft, items = Draft(characters), list[str]()
    for node in nodes(result):
        kind, text = node["node_type"], node.get("text") or ""
        if kind == "list_item":
            items.append(f"- {text}")
            continue
        draft.items(items)
        items = []
        if kind in {"heading", "title"}:
            draft.heading(text, int(node.get("level") or 1))
        elif kind == "table":
            draft.table(_rows(node["grid"]))
        elif kind == "code":
            draft.code(text)
        else:
            draft.paragraph(text)
    draft.items(items)
    if draft.empty:
        draft.paragraph(result.content)
    return draft.finish(media_type, title=title_of(result))


def _rows(grid: dict[str, Any]) -> list[list[str]]:
    rows: dict[int, dict[int, str]] = {}
    for cell in grid["cells"]:
        rows.setdefault(cell["row"], {})[cell["col"]] = cell["content"]
    return [[rows[row].get(column, "") for column in range(max(rows[row]) + 1)] for row in sorted(rows)]
