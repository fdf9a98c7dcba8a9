from __future__ import annotations

from pathlib import Path

from freehold.knowledge.ingest.archives import Archives, enclosing, within
from freehold.knowledge.ingest.rows import Rows


def test_names() -> None:
    assert enclosing("a.zip/b/c.txt") == ["a.zip", "a.zip/b"]
    assert enclosing("a.txt") == []
    assert within("a.zip/b", "a.zip")
    assert not within("a.zipper/b", "a.zip")
    assert not within("a.zip", "a.zip")


def test_only_whole_archives_count_as_in(tmp_path: Path) -> None:
    rows = Rows(tmp_path / "queue.db")
    archives = Archives(rows)
    archives.opened("c", ["a.zip/x"])
    assert not rows.exists, "asking is no reason to make a file"
    archives.save("c", "a.zip", "d1")
    archives.save("c", "b.zip", "")
    archives.save("c", "e/c.zip", "d3")
    assert archives.whole("c") == {"a.zip": "d1", "e/c.zip": "d3"}
    assert [archives.digest("c", name) for name in ("a.zip", "b.zip", "z.zip")] == ["d1", "", None]
    archives.opened("c", ["e/c.zip/inner/x.txt"])
    assert archives.whole("c") == {"a.zip": "d1"}
    archives.forget("c")
    assert archives.whole("c") == {}
    rows.close()
