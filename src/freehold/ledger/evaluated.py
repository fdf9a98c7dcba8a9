"""What evaluations have taken from the ledger, and what they were answered: found and removed with their requests.

An example of a dataset names the request that it was taken from, and a result the request by which it was asked. An
example is a copy of captured text, so it ends when that does, by its time or by an erasure, and with it every answer
to it. An answer by itself is nobody's captured text, and ends with its run; an erasure reaches it all the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

WORDS = """
SELECT x.id, (SELECT json_group_array(json(body)) FROM (
  SELECT body FROM eval_examples WHERE exchange_id = x.id UNION ALL
  SELECT body FROM eval_results WHERE exchange_id = x.id
)), NULL, NULL
FROM (
  SELECT exchange_id AS id FROM eval_examples WHERE exchange_id > :at
  UNION SELECT exchange_id FROM eval_results WHERE exchange_id > :at ORDER BY 1
) x LEFT JOIN exchanges e ON e.id = x.id
WHERE 1 {conditions} ORDER BY x.id LIMIT :page
"""
"""Requests whose words evaluations hold, in the order of their ids; `conditions` are about the request, as ``e``."""

_NAMES = "(SELECT value FROM json_each(:names))"
_ANSWERS_TO = f"""
DELETE FROM eval_results WHERE (run_id, place) IN (
  SELECT r.id, x.place FROM eval_examples x JOIN eval_runs r ON r.dataset_id = x.dataset_id
  WHERE x.exchange_id IN {_NAMES}
)
"""  # noqa: S608  Words of ours.
_EXAMPLES = f"DELETE FROM eval_examples WHERE exchange_id IN {_NAMES}"  # noqa: S608  as above
_OUTCOMES = f"DELETE FROM eval_outcomes WHERE exchange_id IN {_NAMES}"  # noqa: S608  as above
_ANSWERS_BY = f"DELETE FROM eval_results WHERE exchange_id IN {_NAMES}"  # noqa: S608  as above


def remove_taken(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Remove examples that were taken from these requests, every answer to them, and what routers have yet to learn.

    Within the transaction that is open. What a router has learned is no row, and is left to `Routers.forget`.
    """
    values = {"names": msgspec.json.encode(names).decode()}
    connection.execute(_ANSWERS_TO, values)
    connection.execute(_EXAMPLES, values)
    connection.execute(_OUTCOMES, values)


def remove_answers(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Remove the answers that were given to these requests themselves. Within the transaction that is open."""
    connection.execute(_ANSWERS_BY, {"names": msgspec.json.encode(names).decode()})
