"""The library's tables in SQLite, one list of changes: a file's ``user_version`` says how many of them it has had."""

from __future__ import annotations

import sqlite3

_FIRST = """
CREATE TABLE state (generation INTEGER NOT NULL, analysis INTEGER NOT NULL);

CREATE TABLE collection (
  name TEXT PRIMARY KEY,
  label TEXT,
  groups TEXT NOT NULL DEFAULT '[]',
  weights TEXT
) WITHOUT ROWID;

CREATE TABLE audience (
  id INTEGER PRIMARY KEY,
  collection TEXT NOT NULL,
  label TEXT NOT NULL,
  groups TEXT NOT NULL,
  UNIQUE (collection, label, groups)
);

CREATE TABLE document (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  collection TEXT NOT NULL,
  name TEXT NOT NULL,
  audience INTEGER NOT NULL REFERENCES audience,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  version INTEGER NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  characters INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  pages INTEGER,
  notes TEXT NOT NULL,
  added_ns INTEGER NOT NULL,
  changed_ns INTEGER NOT NULL,
  UNIQUE (collection, name)
);

CREATE INDEX document_audience ON document (audience);

CREATE TABLE content (document INTEGER PRIMARY KEY REFERENCES document, text BLOB NOT NULL);

CREATE TABLE chunk (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES document,
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  first_byte INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  digest TEXT NOT NULL,
  context TEXT NOT NULL,
  page INTEGER,
  heading TEXT NOT NULL,
  likeness INTEGER NOT NULL,
  bag BLOB NOT NULL
);
CREATE INDEX chunk_document ON chunk (document, start);

CREATE TABLE space (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  dimensions INTEGER NOT NULL,
  active INTEGER NOT NULL
);

CREATE TABLE vector (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  space INTEGER NOT NULL REFERENCES space,
  chunk INTEGER NOT NULL REFERENCES chunk,
  place INTEGER NOT NULL,
  UNIQUE (chunk, space),
  UNIQUE (space, place)
);

CREATE TABLE spare (
  space INTEGER NOT NULL REFERENCES space,
  place INTEGER NOT NULL,
  clean INTEGER NOT NULL,
  PRIMARY KEY (space, place)
) WITHOUT ROWID;

CREATE TABLE journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL)
"""

CHANGES = (_FIRST,)
"""Every change of the schema, oldest first. A change, once released, is never edited: the next one mends it."""

HEAD = len(CHANGES)


def revision(connection: sqlite3.Connection) -> int:
    """How many of `CHANGES` this file has had; more than `HEAD` in a file of a newer Freehold."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, analysis: int) -> None:
    """Apply the changes that are missing, each whole or not at all. `analysis`: what a new file's bags are made by."""
    while (at := revision(connection)) < HEAD:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if revision(connection) == at:  # Another process may have been quicker.
                for statement in CHANGES[at].split(";\n"):
                    connection.execute(statement)
                if at == 0:
                    connection.execute("INSERT INTO state VALUES (0, ?)", (analysis,))
                connection.execute(f"PRAGMA user_version={at + 1:d}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
