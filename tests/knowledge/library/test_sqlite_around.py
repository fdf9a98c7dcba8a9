"""A passage with its neighbours: of a long text no more is read than what is asked for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.library.sqlite_file import FILE_NAME
from support.libraries import new_document


def test_what_stands_elsewhere_in_the_text_is_not_read(tmp_path: Path) -> None:
    with closing(SqliteLibrary(tmp_path)) as library:
        new = new_document("a.txt", "Passage one.", "Passage two.", "Passage three.", "Passage four.")
        kept = library.put(new)
        _, second, third, _ = new.chunks
        content = bytearray(new.extracted.text.encode())
        content[: second.start] = content[third.end :] = b"\xff" * second.start  # no text at all
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
            connection.execute("UPDATE content SET text = ?", (bytes(content),))
        around = library.around(kept.id, 1, third.start, third.start)
        assert around is not None
        assert around.text == "Passage two.\n\nPassage three."
