"""The one door to kreuzberg, which reads PDF, workbooks and the older formats.

Its import takes a quarter of a second, so that only the worker process that reads such a file pays for it. It is
compiled and may panic or hang on a hostile file; that is why it runs there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freehold.knowledge.extract.found import Rejected

if TYPE_CHECKING:
    from kreuzberg import ExtractionResult


def parsed(source: Path, media_type: str) -> ExtractionResult:
    """Text by page, tables, and the document's structure; raises `Rejected` in a sentence of ours."""
    from kreuzberg import ExtractionConfig, PageConfig, PostProcessorConfig, extract_file_sync  # noqa: PLC0415
    from kreuzberg.exceptions import KreuzbergError  # noqa: PLC0415

    config = ExtractionConfig(
        use_cache=False,
        enable_quality_processing=False,
        postprocessor=PostProcessorConfig(enabled=False),
        pages=PageConfig(extract_pages=True),
        # Only this form of output makes it look for headings by the size of letters.
        output_format="markdown",
        include_document_structure=True,
    )
    try:
        return extract_file_sync(source, media_type, config)
    except (KreuzbergError, RuntimeError, ValueError, OSError) as error:
        raise Rejected(_reason(str(error))) from error


def page_image(source: Path, page: int, dpi: int) -> bytes:
    """A PDF's page, counted from 1, as a PNG."""
    from kreuzberg import render_pdf_page  # noqa: PLC0415
    from kreuzberg.exceptions import KreuzbergError  # noqa: PLC0415

    try:
        return render_pdf_page(source, page - 1, dpi=dpi)
    except (KreuzbergError, RuntimeError, ValueError, OSError) as error:
        raise Rejected(f"Page {page} could not be drawn.") from error


def nodes(result: ExtractionResult) -> list[Mapping[str, Any]]:
    """The document's structure in reading order: each node's content, with ``page`` where it is known."""
    found = result.document["nodes"] if result.document else []
    return [{**node["content"], "page": node.get("page")} for node in found]


def title_of(result: ExtractionResult) -> str:
    """The title that the file says it has."""
    title = result.metadata.get("title")
    return title if isinstance(title, str) else ""


def _reason(message: str) -> str:
    """Its errors are told apart by their text alone; what it quotes of the file stays out of ours."""
    lowered = message.lower()
    if "password" in lowered or "encrypted" in lowered:
        return "The file is encrypted with a password; save it without one and add it again."
    return "The file is damaged, or is not what it seems: its reader cannot make it out. Save it again and add it anew."
