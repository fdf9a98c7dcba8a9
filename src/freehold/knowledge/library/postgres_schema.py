"""The library's tables in PostgreSQL, one list of changes: ``freehold.version`` says how many of them there have been.

Everything lies in a schema of its own, ``freehold``. Texts are kept as the bytes of their UTF-8, since PostgreSQL's own
type for text cannot hold every character. What ranks by words is apart from what is cited, so that few pages are read
for a ranking; each space of vectors is a table of its own, which is dropped as a file where a space is given up.
PostgreSQL's planner keeps no samples of what texts say: they would stay after the text.
"""

from __future__ import annotations

import re

import psycopg

from freehold.core.errors import SetupError
from freehold.knowledge.library.postgres_pool import Connection

EXTENSION = "vector"
OLDEST_EXTENSION = (0, 8)
"""pgvector 0.8 can go on looking where a filter leaves too little of what its graph has found."""

_LOCK = 0x66726565686F6C64
"""``freehold`` in ASCII. Whoever changes the schema holds this advisory lock."""

_FIRST = """
CREATE TABLE freehold.version (changes int NOT NULL, analysis int NOT NULL);

CREATE TABLE freehold.collection (
  number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  label text,
  groups text[] NOT NULL DEFAULT '{}',
  weights text,
  pivot double precision
);

CREATE TABLE freehold.audience (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  collection int NOT NULL REFERENCES freehold.collection ON DELETE CASCADE,
  label text NOT NULL,
  groups text[] NOT NULL,
  chunks bigint NOT NULL DEFAULT 0,
  words bigint NOT NULL DEFAULT 0,
  changes bigint NOT NULL DEFAULT 0,
  UNIQUE (collection, label, groups)
);

CREATE TABLE freehold.document (
  number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  collection int NOT NULL REFERENCES freehold.collection ON DELETE CASCADE,
  audience int NOT NULL REFERENCES freehold.audience,
  name text COLLATE "C" NOT NULL,
  title bytea NOT NULL,
  media_type text NOT NULL,
  version int NOT NULL,
  digest text NOT NULL,
  size bigint NOT NULL,
  characters int NOT NULL,
  chunks int NOT NULL,
  words bigint NOT NULL,
  pages int,
  notes bytea NOT NULL,
  added_ns bigint NOT NULL,
  changed_ns bigint NOT NULL,
  UNIQUE (collection, name)
);
CREATE INDEX ON freehold.document (audience);

CREATE TABLE freehold.content (
  document int PRIMARY KEY REFERENCES freehold.document ON DELETE CASCADE,
  text bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE freehold.chunk (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document int NOT NULL REFERENCES freehold.document ON DELETE CASCADE,
  ordinal int NOT NULL,
  "from" int NOT NULL,
  "to" int NOT NULL,
  first_byte int NOT NULL,
  digest text NOT NULL,
  likeness bigint NOT NULL,
  page int,
  heading bytea NOT NULL,
  context bytea NOT NULL,
  text bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX ON freehold.chunk (document, "from");

ALTER TABLE freehold.document ALTER COLUMN name SET STATISTICS 0, ALTER COLUMN title SET STATISTICS 0,
  ALTER COLUMN notes SET STATISTICS 0;
ALTER TABLE freehold.content ALTER COLUMN text SET STATISTICS 0;
ALTER TABLE freehold.chunk ALTER COLUMN heading SET STATISTICS 0, ALTER COLUMN context SET STATISTICS 0,
  ALTER COLUMN text SET STATISTICS 0;

CREATE TABLE freehold.words (
  chunk bigint PRIMARY KEY REFERENCES freehold.chunk ON DELETE CASCADE,
  document int NOT NULL,
  audience int NOT NULL,
  bag sparsevec(1000000000) NOT NULL,
  tokens tsvector NOT NULL
) WITH (toast_tuple_target = 1024, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE freehold.words ALTER COLUMN bag SET STORAGE MAIN, ALTER COLUMN tokens SET STORAGE EXTERNAL;
CREATE INDEX ON freehold.words USING gin (tokens) WITH (fastupdate = off);
CREATE INDEX ON freehold.words (document);

CREATE TABLE freehold.space (
  number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  dimensions int,
  active boolean NOT NULL DEFAULT false,
  graph boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX ON freehold.space (active) WHERE active;

INSERT INTO freehold.version VALUES (0, 0)
"""

_AUDIENCES = "CREATE INDEX ON freehold.words (audience)"
"""Of the passages that hold a word, only those that a reader may see are then fetched: that of all, where the reader
sees a quarter, took twice as long."""

CHANGES = (_FIRST, _AUDIENCES)
"""Every change of the schema, oldest first. A change, once released, is never edited: the next one mends it."""

HEAD = len(CHANGES)


def prepare(connection: Connection, place: str, analysis: int) -> None:
    """Bring a database to `HEAD`, whole or not at all; raises `SetupError` with the mend. Quick where it is there.

    `analysis`: what the bags of a new database are made by.
    """
    at = revision(connection)
    if at < HEAD:
        with connection.transaction():
            connection.execute(
                "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)"
            )
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            at = revision(connection)  # Another process may have been quicker.
            if at < HEAD:
                _change(connection, place, at, analysis)
    if at > HEAD:
        raise SetupError(
            f"{place} was written by a newer Freehold (schema {at}; this one knows up to {HEAD}); upgrade Freehold, or "
            "give another database"
        )


def revision(connection: Connection) -> int:
    """How many of `CHANGES` this database has had; more than `HEAD` in that of a newer Freehold."""
    # Not by to_regclass, which may remember from before the lock that there was no such table.
    query = "SELECT FROM pg_catalog.pg_tables WHERE schemaname = 'freehold' AND tablename = 'version'"
    if connection.execute(query).fetchone() is None:
        return 0
    row = connection.execute("SELECT changes FROM freehold.version").fetchone()
    return int(row[0]) if row else 0


def _change(connection: Connection, place: str, at: int, analysis: int) -> None:
    _prepare_extension(connection, place)
    try:
        connection.execute("CREATE SCHEMA IF NOT EXISTS freehold")
    except psycopg.errors.InsufficientPrivilege:
        raise SetupError(
            f"{place} lets its user make no schema; run GRANT CREATE ON DATABASE for that user, as its owner"
        ) from None
    for change in CHANGES[at:]:
        connection.execute(change)
    connection.execute("UPDATE freehold.version SET changes = %s", (HEAD,))
    if at == 0:
        connection.execute("UPDATE freehold.version SET analysis = %s", (analysis,))


def _prepare_extension(connection: Connection, place: str) -> None:
    """Make pgvector usable in this database, and its names known to this connection."""
    query = "SELECT extversion, extnamespace::regnamespace::text FROM pg_extension WHERE extname = %s"
    found = connection.execute(query, (EXTENSION,)).fetchone()
    if found is None:
        _create_extension(connection, place)
        found = connection.execute(query, (EXTENSION,)).fetchone()
    version, schema = found or ("0", "public")
    if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < OLDEST_EXTENSION:
        raise SetupError(
            f"{place} has pgvector {version}, and 0.8 or newer is needed; install that on the server, and have a "
            "superuser run ALTER EXTENSION vector UPDATE in this database"
        )
    connection.execute("SELECT set_config('search_path', 'pg_catalog,' || %s, false)", (schema,))


def _create_extension(connection: Connection, place: str) -> None:
    try:
        with connection.transaction():
            connection.execute("SELECT set_config('search_path', 'public', true)")
            connection.execute(f"CREATE EXTENSION {EXTENSION}")
    except psycopg.errors.InsufficientPrivilege:
        raise SetupError(
            f"{place} has no pgvector yet, and its user may not add it; have a superuser run CREATE EXTENSION vector "
            "in this database, once"
        ) from None
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile):
        raise SetupError(
            f"the server of {place} has no pgvector; install it there (Debian and Ubuntu: postgresql-NN-pgvector, NN "
            "being the server's version)"
        ) from None
