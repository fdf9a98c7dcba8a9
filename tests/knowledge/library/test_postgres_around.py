"""A passage with its neighbours: of a long text no more is read than what is asked for."""

from __future__ import annotations

from pathlib import Path

from support.libraries import new_document
from support.postgres import postgres_home, server


def test_what_stands_elsewhere_in_the_text_is_not_read(tmp_path: Path) -> None:
    with postgres_home(tmp_path) as home:
        library = home.open()
        new = new_document("a.txt", "Passage one.", "Passage two.", "Passage three.", "Passage four.")
        kept = library.put(new)
        _, second, third, _ = new.chunks
        content = bytearray(new.extracted.text.encode())
        content[: second.start] = content[third.end :] = b"\xff" * second.start  # no text at all
        server().execute(f"UPDATE freehold.content SET text = decode('{content.hex()}', 'hex')", home.name)
        around = library.around(kept.id, 1, third.start, third.start)
        assert around is not None
        assert around.text == "Passage two.\n\nPassage three."
