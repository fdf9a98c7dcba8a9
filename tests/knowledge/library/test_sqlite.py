"""What the library of one machine does beside the contract: it survives its end, and mends what is old."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from freehold.knowledge.library import sqlite
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.library.sqlite_file import FILE_NAME
from support.libraries import SPACE, asks, embed_all, new_document, toward

WRITER = """
import sys
from pathlib import Path
from freehold.knowledge.library.sqlite import SqliteLibrary
from support.libraries import new_document, embed_all
library = SqliteLibrary(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(100000):
    library.put(new_document(f"d{n % 7}", *(f"The heron {n} of {part}." for part in range(20))))
    embed_all(library, {"heron": [n % 8]})
    if n % 3 == 0:
        library.remove([library.named("handbook", f"d{n % 7}").id])
"""


@pytest.mark.parametrize("after", [0.05, 0.2])
def test_a_killed_writer_leaves_whole_documents_only(tmp_path: Path, after: float) -> None:
    tests = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": str(tests)}) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(after)
        writer.send_signal(signal.SIGKILL)
        writer.wait(30)
    with closing(SqliteLibrary(tmp_path)) as library:
        embed_all(library, {"heron": [0]})
        library.use_space(SPACE)
        documents = library.documents(None, asks("").reader)
        for document in documents:
            assert document.chunks == document.embedded == 20
            assert library.text(document.id).count("heron") == 20
        found = library.search(asks("heron", limit=500), toward(0), depth=500)
        assert len(found) == 20 * len(documents)
        library.put(new_document("after", "The stork."))
        assert [hit.place.name for hit in library.search(asks("stork"), None)] == ["after"]


def test_texts_are_read_anew_where_words_are_split_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(SqliteLibrary(tmp_path)) as library:
        library.put(new_document("a", "The heron stands."))
        library.put(new_document("b", "", title="On storks"))
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE chunk SET bag = x'', likeness = 0")
        connection.execute("UPDATE state SET analysis = 0")
    with closing(SqliteLibrary(tmp_path)) as library:
        assert [hit.place.name for hit in library.search(asks("heron"), None)] == ["a"]
        assert [hit.place.name for hit in library.search(asks("storks"), None)] == ["b"]
    monkeypatch.setattr(sqlite, "bag", None)
    SqliteLibrary(tmp_path).close()


def test_a_scores_change_tells_nothing_of_what_is_hidden(tmp_path: Path) -> None:
    with closing(SqliteLibrary(tmp_path)) as library:
        for number in range(4):
            library.put(new_document(f"open{number}", f"A heron, {'and reeds ' * number}."))
        before = library.search(asks("heron reeds"), None)
        for number in range(30):
            library.put(new_document(f"hidden{number}", "Herons and reeds.", groups=["board"]))
        assert library.search(asks("heron reeds"), None) == before


def test_one_document_of_many_chunks_is_whole(tmp_path: Path) -> None:
    with closing(SqliteLibrary(tmp_path)) as library:
        passages = [f"Passage {number} – café № {number}." for number in range(400)]
        kept = library.put(new_document("long", *passages))
        text = library.text(kept.id)
        for hit in library.search(asks("café", limit=400), None, depth=400):
            assert text[hit.place.start : hit.place.end] == hit.text
            assert hit.text == passages[int(hit.text.split()[1])]
