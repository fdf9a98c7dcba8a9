"""A passage with its neighbours: in a long text, no more of it is read than what is asked for."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from support.libraries import new_document
from support.postgres import postgres_home

PASSAGES = tuple(f"Passage {n} — 多 🌍." for n in range(400))


def test_anywhere_in_a_long_text_of_any_script(tmp_path: Path) -> None:
    with postgres_home(tmp_path) as home:
        library = home.open()
        new = new_document("a.txt", *PASSAGES)
        kept = library.put(new)
        for index in (0, 1, 200, 399):
            chunk = new.chunks[index]
            around = library.around(kept.id, 1, chunk.start - 1, chunk.end)
            assert around is not None
            assert around.chunks == new.chunks[max(0, index - 1) : index + 1]
            assert around.text == "\n\n".join(PASSAGES[max(0, index - 1) : index + 1])


def test_chunks_may_overlap(tmp_path: Path) -> None:
    with postgres_home(tmp_path) as home:
        library = home.open()
        new = new_document("a.txt", "é one", "ü two", "多 three")
        first, second, third = new.chunks
        wide = replace(first, end=third.end)
        kept = library.put(replace(new, chunks=(wide, second)))
        around = library.around(kept.id, 1, 0, third.end)
        assert around is not None
        assert (around.chunks, around.text) == ((wide, second), new.extracted.text)
