"""XLSX: sheets as pages, each with its name as heading and one table of its filled rows."""

from __future__ import annotations

from pathlib import Path

from freehold.knowledge.extract.draft import Draft
from freehold.knowledge.extract.kreuzberg_reader import parsed, title_of
from freehold.knowledge.model import Extracted


def read_sheets(source: Path, media_type: str, characters: int) -> Extracted:
    """The sheets in their order, empty ones left out; raises `Rejected` for a file that is damaged."""
    result = parsed(source, media_type)
    names = result.metadata.get("sheet_names") or []
    draft = Draft(characters)
    for table in sorted(result.tables, key=lambda table: table.page_number):
        page = max(1, table.page_number)
        if page != draft.page:
            draft.page = page
            draft.heading(names[page - 1] if page <= len(names) else f"Sheet {page}", 1)
        draft.table(table.cells)
    return draft.finish(media_type, title=title_of(result), pages=len(names) or None)
