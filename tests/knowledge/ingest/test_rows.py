from __future__ import annotations

import stat
from pathlib import Path

import pytest

from freehold.core.errors import Unavailable
from freehold.knowledge.ingest.rows import Rows


def test_the_file_is_made_at_first_use_for_its_owner_alone(tmp_path: Path) -> None:
    rows = Rows(tmp_path / "deep" / "queue.db")
    assert not rows.exists
    assert rows.read("SELECT count(*) FROM items") == [(0,)]
    assert rows.exists
    assert stat.S_IMODE((tmp_path / "deep" / "queue.db").stat().st_mode) == 0o600
    rows.close()


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    rows = Rows(tmp_path / "queue.db")
    with pytest.raises(Unavailable, match="no such table"), rows.writing() as connection:  # noqa: PT012
        connection.execute("INSERT INTO archives VALUES ('c', 'a.zip', 'd')")
        connection.execute("INSERT INTO nowhere VALUES (1)")
    assert rows.read("SELECT * FROM archives") == []
    with rows.writing(flushed=True) as connection:
        connection.execute("INSERT INTO archives VALUES ('c', 'a.zip', 'd')")
    rows.close()
    assert rows.read("SELECT * FROM archives") == [("c", "a.zip", "d")]
    rows.close()


def test_a_database_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "queue.db").write_bytes(b"no database at all" * 100)
    rows = Rows(tmp_path / "queue.db")
    with pytest.raises(Unavailable, match="queue of uploads cannot be used"):
        rows.read("SELECT 1 FROM items")
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be made"):
        Rows(tmp_path / "file" / "queue.db").read("SELECT 1")
