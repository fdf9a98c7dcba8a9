from __future__ import annotations

from pathlib import Path

from freehold.knowledge.extract import Bounds
from freehold.knowledge.model import Extracted
from support.documents import zipped
from support.extracted import read, read_one, reason


def test_a_file_beyond_its_bound_is_turned_away(tmp_path: Path) -> None:
    found = reason(tmp_path, "a.txt", b"x" * 101, bounds=Bounds(file_bytes=100))
    assert found == "It has 101 bytes, more than 100; split the file."


def test_text_beyond_its_bound_is_left_out_with_a_note(tmp_path: Path) -> None:
    for name in ("a.txt", "a.md", "a.csv", "a.py", "a.html"):
        extracted = read_one(tmp_path, name, b"one, two\n" * 100, bounds=Bounds(characters=50))
        assert 30 < len(extracted.text) <= 50
        assert extracted.notes[0].startswith("Only the first ")


def test_nesting_is_bounded(tmp_path: Path) -> None:
    body: bytes = b"deep"
    for level in range(4):
        body = zipped({f"{level}.zip" if level else "a.txt": body})
    found = read(tmp_path, "z.zip", body, bounds=Bounds(depth=2))
    assert [one.name for one in found] == ["z.zip", "z.zip/3.zip", "z.zip/3.zip/2.zip", "z.zip/3.zip/2.zip/1.zip"]
    assert [isinstance(one.outcome, Extracted) for one in found] == [True, True, True, False]


def test_the_budget_counts_nested_archives(tmp_path: Path) -> None:
    inner = zipped({f"{n}.txt": "x" * 900 for n in range(3)})
    found = read(tmp_path, "z.zip", zipped({"a.zip": inner, "b.zip": inner}), bounds=Bounds(unpacked_bytes=4000))
    refused = [one.name for one in found if not isinstance(one.outcome, Extracted)]
    assert refused[0].startswith("z.zip/b.zip")
