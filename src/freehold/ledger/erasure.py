"""Erases what was said, at once: of a request, a key, a user, a document, or wherever some words stand.

What is erased is captured text and what repeats it; of a document, its name, title and headings in records too; and
with any of them all stand-ins that are kept, since those are sealed, and nobody can tell whose they are. Records
themselves stay, and so does the audit log, which never held a word. What is deleted is overwritten in the database file
(SQLite's ``secure_delete``), and the write-ahead log is emptied; copies made before, by a backup or by the file system
beneath, are not reached from here.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import msgspec

from freehold.ledger.audit.leaf import Leaf, note
from freehold.ledger.evaluated import WORDS, remove_answers
from freehold.ledger.texts import remove_texts

_PAGE = 200
_STEP = 50
"""Requests a transaction."""
_EMPTYINGS = 40
"""Times that the write-ahead log is tried to be emptied, while somebody reads."""
_A_LEAF = 500
"""Requests that one leaf of the audit log names."""
_SPACE = re.compile(r"\s+")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

_TEXTS = """
SELECT c.exchange_id, {columns} FROM captures c JOIN exchanges e ON e.id = c.exchange_id
WHERE c.exchange_id > :at {conditions} ORDER BY c.exchange_id LIMIT :page
"""
_WORDS = """c.prompt, c.answer,
  (SELECT json_group_array(json_array(f.corrected, f.comment)) FROM feedback f WHERE f.exchange_id = c.exchange_id)"""
_RECORDS = """
SELECT id FROM exchanges WHERE id > :at AND (instr(grounding, :id) OR instr(grounding, :name)) ORDER BY id LIMIT :page
"""


class Which(msgspec.Struct, frozen=True):
    """Whose text is meant: of all that is given, each must fit."""

    request: str | None = None
    """A request's id."""
    key: str | None = None
    """A key's id."""
    user: str | None = None
    """What requests say in ``user`` (OpenAI) or ``metadata.user_id`` (Anthropic)."""
    document: str | None = None
    """A document's id or name: of requests that were answered from it."""
    text: str | None = None
    """Words that stand in the prompt, the answer or what was said of it, whatever their case and spacing."""

    @property
    def kinds(self) -> list[str]:
        """What is given, without what it is."""
        return [name for name in self.__struct_fields__ if getattr(self, name) is not None]


class Found(msgspec.Struct, frozen=True):
    """What would be erased: the ids of requests with text, and of records that name the document."""

    texts: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    conversations: int = 0
    """Those whose stand-ins are kept; whoever they are of, all of them go."""


class Erasure:
    """The erasing of what was found, as work for the ledger's thread, a little at a time."""

    def __init__(self, found: Found, which: Which, done: Callable[[bool], None]) -> None:
        """`done` is called on that thread: whether the write-ahead log could be emptied too."""
        self._texts = list(found.texts)
        self._records = list(found.records)
        self._document = which.document
        self._done = done
        self._forgot = False
        self._left = _EMPTYINGS

    def __call__(self, connection: sqlite3.Connection) -> bool:
        """Erase some; says whether there is more to do."""
        if not self._forgot:
            connection.execute("DELETE FROM pseudonyms")
            self._forgot = True  # Afterwards, so that it is done again where the disk refused it.
        if self._texts or self._records:
            self._erase(connection, self._texts[:_STEP], self._records[:_STEP])
            del self._texts[:_STEP], self._records[:_STEP]
            return True
        self._left -= 1
        emptied = _emptied(connection)
        if emptied or not self._left:
            self._done(emptied)
            return False
        return True

    def _erase(self, connection: sqlite3.Connection, texts: list[str], records: list[str]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            remove_texts(connection, texts)
            remove_answers(connection, texts)
            for name in records:
                row = connection.execute("SELECT grounding, sources FROM exchanges WHERE id = ?", (name,)).fetchone()
                if row is not None and self._document is not None:
                    changed = unnamed(row[0], row[1], self._document)
                    connection.execute("UPDATE exchanges SET grounding = ?, sources = ? WHERE id = ?", (*changed, name))
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def find(reader: Callable[[], sqlite3.Connection], which: Which) -> Found:
    """What fits, page by page, so that nothing written meanwhile has to wait; blocks on the disk."""
    with closing(reader()) as connection:
        conversations = connection.execute("SELECT count(*) FROM pseudonyms").fetchone()[0]
        return Found(tuple(_texts(connection, which)), tuple(_records(connection, which)), conversations)


def leaves(found: Found, which: Which, by: str) -> Iterator[Leaf]:
    """What the audit log is told: which requests have no text any more and who saw to it; not whose words they were."""
    for start in range(0, max(len(found.texts), 1), _A_LEAF):
        yield note(
            "erasure",
            by=by,
            chosen=which.kinds,
            records=len(found.records) if start == 0 else 0,
            conversations=found.conversations if start == 0 else 0,
            requests=list(found.texts[start : start + _A_LEAF]),
        )


def unnamed(grounding: str, sources: str | None, document: str) -> tuple[str, str | None]:
    """A record's JSON without the name, title and headings of a document, given by id or name; its id stays."""
    held = _decode(grounding)
    origins = set()
    for item in [*held["passages"], *held["citations"]]:
        place = item["place"]
        if place is not None and document in {place["document"], place["name"]}:
            origins.add(f"passage {place['collection']}/{place['name']}")
            place.update(name="", title="", heading=[])
    told = [] if sources is None else _decode(sources)
    for source in told:
        if source["origin"] in origins:
            source["origin"] = "passage (erased)"
    return _encode(held).decode(), None if sources is None else _encode(told).decode()


def _texts(connection: sqlite3.Connection, which: Which) -> Iterator[str]:
    conditions, _ = _conditions(which)
    looked_into = which.user is not None or which.text is not None
    captured = _TEXTS.format(columns=_WORDS if looked_into else "NULL, NULL, NULL", conditions=conditions)
    found = dict.fromkeys(_fitting(connection, which, captured, looked_into=looked_into))
    # What evaluations hold of a request whose text was never captured. Whose words they are, they do not keep.
    if which.user is None:
        evaluated = WORDS.format(conditions=conditions)
        found |= dict.fromkeys(_fitting(connection, which, evaluated, looked_into=looked_into))
    yield from sorted(found)


def _fitting(connection: sqlite3.Connection, which: Which, statement: str, *, looked_into: bool) -> Iterator[str]:
    _, values = _conditions(which)
    wanted = None if which.text is None else _folded(which.text)
    values |= {"at": "", "page": _PAGE}
    while rows := connection.execute(statement, values).fetchall():
        for name, prompt, answer, said in rows:
            if not looked_into or _fits(prompt, answer, said, which.user, wanted):
                yield name
        values["at"] = rows[-1][0]


def _records(connection: sqlite3.Connection, which: Which) -> Iterator[str]:
    """Records that name the document; none where anything else is asked for too, since then text alone is meant."""
    if which.kinds != ["document"]:
        return
    values: dict[str, Any] = {**_naming(which.document), "at": "", "page": _PAGE}
    while rows := connection.execute(_RECORDS, values).fetchall():
        yield from (row[0] for row in rows)
        values["at"] = rows[-1][0]


def _conditions(which: Which) -> tuple[str, dict[str, Any]]:
    """More words of a WHERE, each one of this file, and the values bound to them."""
    words, values = "", dict[str, Any]()
    if which.request is not None:
        words += " AND e.id = :request"
        values["request"] = which.request
    if which.key is not None:
        words += " AND e.key_id = :key"
        values["key"] = which.key
    if which.document is not None:
        words += " AND (instr(e.grounding, :id) OR instr(e.grounding, :name))"
        values |= _naming(which.document)
    return words, values


def _naming(document: str | None) -> dict[str, str]:
    """How a record's JSON names a document."""
    said = _encode(document).decode()
    return {"id": f'"document":{said}', "name": f'"name":{said}'}


def _fits(prompt: str, answer: str | None, said: str | None, user: str | None, wanted: str | None) -> bool:
    asked = _decode(prompt)
    if user is not None and asked.get("user") != user:
        return False
    if wanted is None:
        return True
    answered = None if answer is None else _decode(answer)
    told = None if said is None else _decode(said)
    return any(wanted in _folded(text) for text in _strings([asked, answered, told]))


def _strings(value: Any) -> Iterator[str]:
    """Every text of a decoded JSON value, the keys of objects too."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
            # What a tool was called with, and much that it answers, is JSON within a text.
            if each[:1] in {"{", "["}:
                waiting.append(_within(each))
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each


def _within(text: str) -> Any:
    try:
        return _decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _folded(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold())


def _emptied(connection: sqlite3.Connection) -> bool:
    """Whether the write-ahead log holds nothing any more. It waits a moment only: requests want to be opened."""
    patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout=20")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout={patience:d}")
    return not busy
