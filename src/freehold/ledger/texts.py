"""Removes captured text, and whatever else of a record may repeat it.

That is a target's own words about its failure, what people said of the answer in words of theirs, and the examples
that evaluations have taken from it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from freehold.ledger.evaluated import remove_taken
from freehold.ledger.rows import FOREIGN_WORDS

EXPIRED = "SELECT exchange_id FROM captures WHERE expires_ns <= ? ORDER BY expires_ns LIMIT 200"

REMOVE = "DELETE FROM captures WHERE exchange_id IN (SELECT value FROM json_each(:names))"

_BLANK_FEEDBACK = """
UPDATE feedback SET corrected = NULL, comment = NULL WHERE exchange_id IN (SELECT value FROM json_each(:names))
"""
_FOREIGN = "fault IN (SELECT value FROM json_each(:faults))"
_BLANK_ENDS = f"""
UPDATE exchanges SET error = substr(error, 1, instr(error || ':', ':') - 1)
WHERE id IN (SELECT value FROM json_each(:names)) AND error IS NOT NULL
  AND EXISTS (SELECT 1 FROM attempts a WHERE a.exchange_id = exchanges.id AND a.{_FOREIGN})
"""  # noqa: S608  Words of ours.
_BLANK_ATTEMPTS = f"""
UPDATE attempts SET error = NULL WHERE exchange_id IN (SELECT value FROM json_each(:names)) AND {_FOREIGN}
"""  # noqa: S608  Words of ours.


def remove_texts(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Remove the text of these requests, within the transaction that is open. Records stay, with an error's code."""
    values = {"names": _json(names), "faults": _json(sorted(FOREIGN_WORDS))}
    connection.execute(_BLANK_ENDS, values)
    connection.execute(_BLANK_ATTEMPTS, values)
    connection.execute(_BLANK_FEEDBACK, values)
    remove_taken(connection, names)
    connection.execute(REMOVE, values)


def purge_texts(connection: sqlite3.Connection, now_ns: int) -> bool:
    """Remove some of the text that has expired; says whether there may be more."""
    names = [name for (name,) in connection.execute(EXPIRED, (now_ns,))]
    if names:
        connection.execute("BEGIN IMMEDIATE")
        try:
            remove_texts(connection, names)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    return bool(names)


def _json(names: Sequence[str]) -> str:
    return msgspec.json.encode(names).decode()
