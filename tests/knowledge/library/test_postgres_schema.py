"""Making and migrating the schema: once, whole or not at all, and with a mend for what stands in the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.core.errors import SetupError
from freehold.core.target import Secret
from freehold.knowledge.library import postgres_schema
from freehold.knowledge.library.postgres_address import read_address
from freehold.knowledge.library.postgres_pool import Connection, connect
from freehold.knowledge.library.postgres_schema import HEAD, prepare, revision
from support.postgres import server


@pytest.fixture
def name() -> Iterator[str]:
    with server().schema() as name:
        yield name


@pytest.fixture
def connection(name: str) -> Iterator[Connection]:
    with closing(opened(name)) as connection:
        yield connection


def opened(name: str, user: str = "postgres") -> Connection:
    return connect(read_address(Secret(server().url(name, user))))


def test_an_empty_database_gets_every_table(connection: Connection) -> None:
    assert revision(connection) == 0
    prepare(connection, "here", 7)
    assert revision(connection) == HEAD
    assert connection.execute("SELECT changes, analysis FROM freehold.version").fetchall() == [(HEAD, 7)]


def test_one_from_before_passages_were_found_by_audience_gets_that_index(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(postgres_schema, "CHANGES", postgres_schema.CHANGES[:1])
        patch.setattr(postgres_schema, "HEAD", 1)
        prepare(connection, "here", 7)
    assert "words_audience_idx" not in indexes(connection)
    prepare(connection, "here", 7)
    assert "words_audience_idx" in indexes(connection)


def indexes(connection: Connection) -> list[str]:
    found = connection.execute("SELECT indexname FROM pg_catalog.pg_indexes WHERE schemaname = 'freehold'")
    return [name for (name,) in found]


def test_what_is_there_is_left_alone(connection: Connection) -> None:
    prepare(connection, "here", 7)
    connection.execute("INSERT INTO freehold.collection (name) VALUES ('handbook')")
    prepare(connection, "here", 8)
    assert connection.execute("SELECT name FROM freehold.collection").fetchall() == [("handbook",)]
    assert connection.execute("SELECT analysis FROM freehold.version").fetchone() == (7,)


def test_an_older_one_gets_what_it_lacks(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(connection, "here", 7)
    later = ("ALTER TABLE freehold.collection ADD COLUMN colour text",)
    monkeypatch.setattr(postgres_schema, "CHANGES", (*postgres_schema.CHANGES, *later))
    monkeypatch.setattr(postgres_schema, "HEAD", HEAD + 1)
    prepare(connection, "here", 8)
    assert connection.execute("SELECT changes, analysis FROM freehold.version").fetchone() == (HEAD + 1, 7)
    connection.execute("SELECT colour FROM freehold.collection")


def test_a_change_that_fails_leaves_all_as_it_was(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_schema, "CHANGES", (*postgres_schema.CHANGES, "SELECT 1 / 0"))
    monkeypatch.setattr(postgres_schema, "HEAD", HEAD + 1)
    with pytest.raises(Exception, match="division by zero"):
        prepare(connection, "here", 7)
    assert connection.execute("SELECT to_regnamespace('freehold')").fetchone() == (None,)


def test_one_of_a_newer_freehold_is_refused(connection: Connection) -> None:
    prepare(connection, "here", 7)
    connection.execute("UPDATE freehold.version SET changes = 99")
    with pytest.raises(SetupError, match=r"newer Freehold \(schema 99.*upgrade Freehold"):
        prepare(connection, "here", 7)


def test_several_that_start_at_once_make_it_once(name: str) -> None:
    faults: list[BaseException] = []
    gate = threading.Barrier(4, timeout=20)

    def start() -> None:
        try:
            with closing(opened(name)) as connection:
                gate.wait()
                prepare(connection, "here", 7)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    with closing(opened(name)) as connection:
        assert connection.execute("SELECT count(*) FROM freehold.version").fetchone() == (1,)


def test_pgvector_is_added_where_that_may_be() -> None:
    with server().database() as fresh, closing(opened(fresh)) as connection:
        prepare(connection, "here", 7)
        connection.execute("SELECT '[1]'::vector")
        with closing(opened(fresh)) as another:
            another.execute("SELECT '[1]'::vector")


def test_a_user_who_may_not_add_pgvector_is_told_who_may() -> None:
    with server().database() as fresh:
        server().execute("DROP ROLE IF EXISTS eve")
        server().execute("CREATE ROLE eve LOGIN")
        try:
            with closing(opened(fresh, "eve")) as connection, pytest.raises(SetupError) as caught:
                prepare(connection, "here", 7)
            assert str(caught.value) == (
                "here has no pgvector yet, and its user may not add it; have a superuser run CREATE EXTENSION vector "
                "in this database, once"
            )
            server().execute("CREATE EXTENSION vector", fresh)
            with closing(opened(fresh, "eve")) as connection, pytest.raises(SetupError, match="GRANT CREATE"):
                prepare(connection, "here", 7)
            server().execute(f"GRANT CREATE ON DATABASE {fresh} TO eve")
            with closing(opened(fresh, "eve")) as connection:
                prepare(connection, "here", 7)
        finally:
            server().execute("DROP OWNED BY eve CASCADE", fresh)
            server().execute("DROP ROLE eve")


def test_a_server_without_pgvector_is_told_what_to_install(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_schema, "EXTENSION", "vector_of_no_server")
    with pytest.raises(SetupError, match="install it there"):
        prepare(connection, "here", 7)


def test_a_pgvector_that_is_too_old_is_told(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_schema, "OLDEST_EXTENSION", (9, 0))
    with pytest.raises(SetupError, match="ALTER EXTENSION vector UPDATE"):
        prepare(connection, "here", 7)


def test_pgvector_may_lie_in_any_schema() -> None:
    with server().database() as fresh:
        server().execute("CREATE SCHEMA extensions", fresh)
        server().execute("CREATE EXTENSION vector SCHEMA extensions", fresh)
        with closing(opened(fresh)) as connection:
            prepare(connection, "here", 7)
            assert connection.execute("SELECT '[3]'::vector <#> '[2]'").fetchone() == (-6.0,)
