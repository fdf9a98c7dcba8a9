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


def test_digests_are_kept_and_forgotten_by_collection(tmp_path: Path) -> None:
    rows = Rows(tmp_path / "queue.db")
    archives = Archives(rows)
    archives.save("c", "a.zip", "d1")
    archives.save("c", "b.zip", "")
    archives.save("other", "a.zip", "d2")
    archives.save("c", "a.zip", "d3")
    assert [archives.digest("c", name) for name in ("a.zip", "b.zip", "z.zip")] == ["d3", "", None]
    archives.forget("c")
    assert [archives.digest(collection, "a.zip") for collection in ("c", "other")] == [None, "d2"]
    rows.close()
