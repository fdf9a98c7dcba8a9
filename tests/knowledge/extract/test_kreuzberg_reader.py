from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.kreuzberg_reader import nodes, page_image, parsed, title_of
from support.documents import pdf


def test_pages_structure_and_title(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(pdf(["one", "two"], title="T"))
    result = parsed(source, "application/pdf")
    assert [page["content"] for page in result.pages or []] == ["one", "two"]
    assert [(node["text"], node["page"]) for node in nodes(result) if "text" in node] == [("one", 1), ("two", 2)]
    assert title_of(result) == "T"


def test_a_page_is_drawn(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(pdf(["one"]))
    assert page_image(source, 1, 72).startswith(b"\x89PNG")
    with pytest.raises(Rejected, match="Page 2 could not be drawn"):
        page_image(source, 2, 72)


def test_what_it_quotes_of_a_file_stays_out_of_the_reason(tmp_path: Path) -> None:
    source = tmp_path / "secret-name.pdf"
    source.write_bytes(b"%PDF-1.4 secret words")
    with pytest.raises(Rejected) as caught:
        parsed(source, "application/pdf")
    assert "secret" not in str(caught.value)


def test_reading_begins_without_importing_it() -> None:
    check = (
        "import sys, freehold.knowledge.extract; print(sorted({'kreuzberg', 'numpy', 'rapidocr'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
