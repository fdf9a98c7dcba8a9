"""What is PostgreSQL's own: restarts, wrong addresses, other processes, what stays after a removal.

What every library does is in ``tests/contract/test_library.py``.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.core.errors import BadRequest, NotFound, SetupError, Unavailable
from freehold.core.target import Secret
from freehold.knowledge.library.postgres import PostgresLibrary
from freehold.knowledge.model import Reader
from support.libraries import SPACE, asks, embed_all, new_document, toward
from support.postgres import Database, Server, postgres_home, server

EVERYTHING = Reader(everything=True)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Database]:
    with postgres_home(tmp_path) as home:
        yield home


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that may be halted without others noticing."""
    own = Server()
    yield own
    own.stop()


def test_a_library_outlives_a_restart_of_its_server(own_server: Server) -> None:
    library = PostgresLibrary(Secret(own_server.url("postgres")))
    kept = library.put(new_document("a", "A zebra."))
    own_server.halt()
    with pytest.raises(Unavailable, match="is its server running") as caught:
        library.search(asks("zebra"), None)
    assert caught.value.retry_after
    with pytest.raises(Unavailable):
        library.put(new_document("b", "A horse."))
    with pytest.raises(SetupError, match="is its server running"):
        PostgresLibrary(Secret(own_server.url("postgres")))
    own_server.start()
    assert library.document(kept.id) == kept
    assert [hit.place.name for hit in library.search(asks("zebra"), None)] == ["a"]
    assert library.named("handbook", "b") is None
    library.close()


@pytest.mark.parametrize(
    ("user", "database", "mend"),
    [
        ("ada:wrong-hunter2", "{name}", "it refused the user or the password"),
        ("ada", "{name}", "it refused the user or the password"),
        ("nobody-known", "{name}", "CREATE ROLE"),
        ("postgres", "no-such", "createdb"),
    ],
)
def test_an_address_that_is_wrong_is_told_with_the_mend(home: Database, user: str, database: str, mend: str) -> None:
    server().execute(
        "DO $$ BEGIN CREATE ROLE ada LOGIN PASSWORD 'right'; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    url = server().url(database.format(name=home.name), user)
    with pytest.raises(SetupError) as caught:
        PostgresLibrary(Secret(url))
    assert mend in str(caught.value)
    assert "hunter2" not in str(caught.value) + repr(caught.value.__cause__)


def test_a_host_that_does_not_answer_is_told() -> None:
    with pytest.raises(SetupError, match=r"'x' at 127\.0\.0\.1:9 cannot be used: it cannot be reached"):
        PostgresLibrary(Secret("postgresql://ada:hunter2@127.0.0.1:9/x"))


def test_two_processes_fill_one_library(home: Database) -> None:
    library = home.open()
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from freehold.core.target import Secret\n"
        "from freehold.knowledge.library.postgres import PostgresLibrary\n"
        "from support.libraries import new_document\n"
        "library = PostgresLibrary(Secret(sys.argv[1]))\n"
        "for n in range(15):\n"
        "    library.put(new_document(f'{sys.argv[2]}{n}', f'The heron {n}.'))\n"
        "    library.put(new_document('shared', f'The heron of {sys.argv[2]}, {n}.'))\n"
    )
    root = Path(__file__).parents[3]
    started = [
        subprocess.Popen([sys.executable, "-c", program, server().url(home.name), who], cwd=root) for who in ("a", "b")
    ]
    assert [process.wait(60) for process in started] == [0, 0]
    assert len(library.documents(None, EVERYTHING)) == 31
    shared = library.named("handbook", "shared")
    assert shared is not None
    assert shared.version == 30
    assert len(library.search(asks("heron", limit=50), None)) == 31 - 15  # of 15 names each has the same words twice
    (collection,) = library.collections()
    assert (collection.documents, collection.chunks) == (31, 31)


def test_the_counts_of_audiences_are_true_after_every_kind_of_change(home: Database) -> None:
    library = home.open()
    a = library.put(new_document("a", "One passage.", "Another one."))
    b = library.put(new_document("b", "A third passage.", groups=["hr"]))
    library.put(new_document("a", "Only this one now."))
    library.relabel(b.id, groups=frozenset())
    library.put(new_document("c", "A fourth.", groups=["hr"]))
    library.remove([a.id])
    counted = server().execute(
        "SELECT a.id, a.chunks, a.words FROM freehold.audience a WHERE a.chunks <> 0 OR a.words <> 0 ORDER BY 1",
        home.name,
    )
    true = server().execute(
        "SELECT audience, sum(chunks)::bigint, sum(words)::bigint FROM freehold.document GROUP BY 1 ORDER BY 1",
        home.name,
    )
    assert counted == true
    assert len(true) == 2


def test_rights_that_change_while_vectors_are_kept_hold(home: Database) -> None:
    library, other = home.open(), home.open()
    kept = [library.put(new_document(f"d{n}", f"A zebra {n}.")) for n in range(6)]
    chunks = [chunk for chunk, _, _ in library.unembedded(SPACE, 10)]
    embed = threading.Thread(target=lambda: [library.embed(SPACE, [chunk], toward(0)) for chunk in chunks])
    embed.start()
    for document in kept:
        other.relabel(document.id, groups=frozenset({"hr"}))
    embed.join(30)
    library.use_space(SPACE)
    assert library.search(asks(""), toward(0)) == []
    assert len(library.search(asks("", groups=["hr"]), toward(0))) == 6


def test_nothing_that_was_removed_stays_in_what_the_planner_knows(home: Database) -> None:
    library = home.open()
    secret = library.put(new_document("quetzalcoatlus", "The quetzalcoatlus flies.", title="On the quetzalcoatlus"))
    for n in range(5):
        library.put(new_document(f"other{n}", f"Passage {n}."))
    embed_all(library, {"quetz": [0]})
    server().execute("ANALYZE", home.name)
    library.remove([secret.id])
    statistics = server().execute("SELECT * FROM pg_stats WHERE schemaname = 'freehold'", home.name)
    assert statistics
    assert "quetz" not in str(statistics)
    assert b"quetz".hex() not in str(statistics)


def test_the_room_of_what_was_removed_is_reclaimed(home: Database) -> None:
    library = home.open()
    kept = [library.put(new_document(f"d{n}", f"A zebra {n}. " * 50)) for n in range(20)]
    before = server().execute("SELECT pg_relation_size('freehold.chunk')", home.name)
    for _ in range(3):
        library.remove([document.id for document in kept])
        assert library.settle(30)
        kept = [library.put(new_document(f"d{n}", f"A zebra {n}. " * 50)) for n in range(20)]
    assert server().execute("SELECT pg_relation_size('freehold.chunk')", home.name) == before


@pytest.mark.parametrize("name", ["a\x00b", "n" * 3000])
def test_a_name_that_no_index_can_hold_is_refused(home: Database, name: str) -> None:
    with pytest.raises(BadRequest, match="at most 2048 bytes"):
        home.open().put(new_document(name, "text"))


def test_groups_that_no_index_can_hold_are_that_document_s_fault(home: Database) -> None:
    library = home.open()
    kept = library.put(new_document("a", "A zebra."))
    groups = [f"{n:036x}"[::-1] + secrets.token_hex(16) for n in range(200)]
    with pytest.raises(BadRequest, match="fewer or shorter groups"):
        library.put(new_document("b", "A horse.", groups=groups))
    with pytest.raises(BadRequest, match="fewer or shorter groups"):
        library.relabel(kept.id, groups=frozenset(groups))
    assert library.document(kept.id) == kept
    assert library.named("handbook", "b") is None


def test_a_text_may_hold_any_character(home: Database) -> None:
    library = home.open()
    kept = library.put(new_document("a", "before\x00after the zero", title="a\x00title", context="a\x00context"))
    assert library.text(kept.id) == "before\x00after the zero"
    (hit,) = library.search(asks("zero"), None)
    assert (hit.text, hit.place.title) == ("before\x00after the zero", "a\x00title")
    assert library.unembedded(SPACE, 1)[0][1] == "a\x00context\nbefore\x00after the zero"


def test_what_can_be_no_id_name_or_group_is_not_found_and_does_not_fail(home: Database) -> None:
    library = home.open()
    library.put(new_document("a", "A zebra."))
    with pytest.raises(NotFound):
        library.document("doc_\x00")
    assert library.named("handbook", "\x00") is None
    assert library.remove(["\x00", "'; DROP SCHEMA freehold CASCADE; --"]) == 0
    assert len(library.search(asks("zebra", "hand\x00book", "handbook", groups=["\x00"]), None)) == 1
    assert library.search(asks("zebra", documents=["\x00"]), None) == []
    assert len(library.documents("handbook", Reader(frozenset({"\x00"})), after="\x00")) == 1


def test_a_schema_that_is_gone_is_told(home: Database) -> None:
    library = home.open()
    server().execute("DROP SCHEMA freehold CASCADE", home.name)
    with pytest.raises(Unavailable, match="freehold is gone"):
        library.search(asks("zebra"), None)
