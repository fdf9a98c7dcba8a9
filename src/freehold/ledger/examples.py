"""What was said of answers, read: of one request, or all of it as a dataset, with what was asked and answered."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import msgspec

from freehold.ledger.decision import feedback_row, moment

_PAGE = 200
_PAGE_BYTES = 4 * 1024 * 1024
"""Of text at a time, beyond which no further example is taken: one alone may hold a whole document, or an image."""

_SOME = """
SELECT f.*, e.alias, e.target, e.label, e.route, e.key_id AS asker, e.started_ns, c.prompt, c.answer
FROM feedback f JOIN exchanges e ON e.id = f.exchange_id LEFT JOIN captures c ON c.exchange_id = e.id
WHERE f.at_ns >= ? AND (f.at_ns, f.id) > (?, ?) ORDER BY f.at_ns, f.id LIMIT ?
"""

_TEXTS = ("prompt", "answer", "corrected", "comment")

Place = tuple[int, str]
FIRST: Place = (-1, "")


class Examples(msgspec.Struct, frozen=True):
    """Some examples, oldest first, and where to go on; `None` at the end."""

    items: list[dict[str, Any]]
    next: Place | None


class ExampleReader:
    """Reads the dataset. `connect` opens a read-only connection with named columns; it blocks on the disk."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def examples(self, since_ns: int, after: Place = FIRST) -> Examples:
        """Some of what was said since then, in the order in which it was said or last changed."""
        rows: list[sqlite3.Row] = []
        size = 0
        with closing(self._connect()) as connection:
            for row in connection.execute(_SOME, (since_ns, *after, _PAGE)):
                rows.append(row)
                size += sum(len(row[name] or "") for name in _TEXTS)
                if size >= _PAGE_BYTES:
                    break
        more = (rows[-1]["at_ns"], rows[-1]["id"]) if len(rows) == _PAGE or size >= _PAGE_BYTES else None
        return Examples([example(row) for row in rows], more)


def example(row: sqlite3.Row) -> dict[str, Any]:
    """One example. ``consent``: the key that asked consented to its text being kept, and it is; else there is none.

    ``input`` is the request and ``answer`` the choices of the answer, as Freehold holds them, in no vendor's dialect.
    """
    prompt = None if row["prompt"] is None else msgspec.json.decode(row["prompt"])
    answer = None if row["answer"] is None else msgspec.json.decode(row["answer"])["choices"]
    return {
        **feedback_row(row),
        "asked": moment(row["started_ns"]),
        "asker": {"id": row["asker"]},
        "model": row["alias"],
        "route": row["route"],
        "target": row["target"],
        "label": row["label"],
        "consent": prompt is not None,
        "input": prompt,
        "answer": answer,
    }
