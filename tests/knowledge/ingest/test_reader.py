from __future__ import annotations

import io
from pathlib import Path

from freehold.knowledge.ingest.reader import Over, Part, Read, Task, read, read_frame, write_frame
from support.documents import zipped

TEXT = "# Leave\n\nThirty days of leave.\n"


def test_a_file_is_extracted_and_cut(tmp_path: Path) -> None:
    (tmp_path / "staged").write_text(TEXT)
    (found,) = read(Task(str(tmp_path / "staged"), "handbook/leave.md"))
    assert (found.name, found.size, found.reason) == ("handbook/leave.md", len(TEXT), "")
    assert found.extracted is not None
    text = found.extracted.text
    assert "Thirty days" in text[found.chunks[0].start : found.chunks[-1].end]


def test_members_come_one_by_one_and_a_bad_one_says_why(tmp_path: Path) -> None:
    (tmp_path / "staged").write_bytes(zipped({"a.txt": "Leave.", "b.pdf": b"%PDF-1.7 torn"}))
    found = {each.name: each for each in read(Task(str(tmp_path / "staged"), "x.zip"))}
    assert found["x.zip/a.txt"].extracted is not None
    assert found["x.zip/b.pdf"].extracted is None
    assert found["x.zip/b.pdf"].reason


def test_frames() -> None:
    stream = io.BytesIO()
    write_frame(stream, Part(Read("ä", "d", 1)))
    write_frame(stream, Over())
    whole = stream.getvalue()
    stream.seek(0)
    assert read_frame(stream) is not None
    assert read_frame(stream) is not None
    assert read_frame(stream) is None
    assert read_frame(io.BytesIO(whole[:10])) is None
    assert read_frame(io.BytesIO(b"\0\0")) is None
