"""What evaluations have taken from the ledger, and what they were answered: found and removed with their requests.

An example of a dataset names the request that it was taken from, and a result the request by which it was asked. Both
hold words, and outlive a captured text that has expired; so an erasure looks here too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

WORDS = """
SELECT x.exchange_id, json_group_array(json(x.body)), NULL, NULL
FROM (
  SELECT exchange_id, body FROM eval_examples WHERE exchange_id > :at
  UNION ALL SELECT exchange_id, body FROM eval_results WHERE exchange_id > :at
) x LEFT JOIN exchanges e ON e.id = x.exchange_id
WHERE 1 {conditions} GROUP BY x.exchange_id ORDER BY x.exchange_id LIMIT :page
"""
"""Requests whose words evaluations hold, in the order of their ids; `conditions` are about the request, as ``e``."""

_NAMES = "(SELECT value FROM json_each(:names))"
_RESULTS = f"""
DELETE FROM eval_results WHERE exchange_id IN {_NAMES} OR (run_id, place) IN (
  SELECT r.id, x.place FROM eval_examples x JOIN eval_runs r ON r.dataset_id = x.dataset_id
  WHERE x.exchange_id IN {_NAMES}
)
"""  # noqa: S608  Words of ours.
_EXAMPLES = f"DELETE FROM eval_examples WHERE exchange_id IN {_NAMES}"  # noqa: S608  as above


def remove_evaluated(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Remove examples that were taken from these requests, with every answer to them, and answers to these requests.

    Within the transaction that is open.
    """
    values = {"names": msgspec.json.encode(names).decode()}
    connection.execute(_RESULTS, values)
    connection.execute(_EXAMPLES, values)
