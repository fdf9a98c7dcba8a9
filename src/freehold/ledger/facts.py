"""What each record says that is summed, read from its rows: the one place that says what counts as what.

Totals that are kept and what a query adds to them are made by this module alone, so that they cannot differ. A record
counts once in each dimension, except among targets: there every attempt is a fact of its target, and only the first
of a request at that target counts as a request.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import Any, Literal

from freehold.core.errors import Fault, UnknownModel
from freehold.core.record import Ending
from freehold.ledger.moments import When
from freehold.ledger.tally import Tally

Dimension = Literal["all", "model", "key", "team", "label", "route", "target", "error"]

Place = tuple[int, str]
"""The moment that a record belongs to, and its name in a dimension."""

KIND = f"""CASE WHEN e.ending = '{Ending.LOST}' THEN '{Ending.LOST}'
  WHEN e.ending IN ('{Ending.FAILED}', '{Ending.REFUSED}')
    THEN coalesce(substr(e.error, 1, instr(e.error || ':', ':') - 1), e.ending) END
"""
"""The kind of a request's error: the word before the colon, which outlives the erasure of what follows it."""

NAMES: dict[Dimension, str] = {
    "all": "''",
    # What nobody knows has whatever name a caller made up for it, and there is no end of those.
    "model": f"CASE WHEN e.error LIKE '{UnknownModel.code}:%' THEN '' ELSE e.alias END",
    "key": "e.key_id",
    "team": "coalesce(e.team, '')",
    "label": "coalesce(e.label, '')",
    "route": "coalesce(e.route, '')",
    "target": "a.target",
    "error": f"coalesce({KIND}, '')",
}
"""A record's name in each dimension, in SQL; empty where it has none."""

_OF_REQUESTS: tuple[Dimension, ...] = ("all", "model", "key", "team", "label", "route", "error")

_EXCHANGES = f"""
SELECT e.started_ns, e.total_ms, e.first_ms, {KIND}, e.key_id, e.key_name, {{names}},
  1, e.ending = '{Ending.COMPLETED}', e.ending = '{Ending.FAILED}', e.ending = '{Ending.REFUSED}',
  e.ending = '{Ending.CANCELLED}', e.ending = '{Ending.LOST}',
  e.input_tokens, e.output_tokens, e.cached_input_tokens, e.cache_write_tokens, e.reasoning_tokens, e.cost_nano,
  e.baseline_nano IS NOT NULL, e.baseline_nano, CASE WHEN e.baseline_nano IS NOT NULL THEN e.cost_nano END,
  e.ending = '{Ending.COMPLETED}' AND e.owned, e.escalated
FROM exchanges e WHERE {{which}}
"""  # noqa: S608  Words of ours.

_ATTEMPTS = f"""
SELECT e.started_ns, a.total_ms, a.first_ms, CASE WHEN a.fault <> '{Fault.CANCELLED}' THEN a.fault END, a.target,
  a.number = (SELECT min(b.number) FROM attempts b WHERE b.exchange_id = e.id AND b.target = a.target),
  a.shown AND e.ending = '{Ending.COMPLETED}', a.fault <> '{Fault.CANCELLED}', 0, a.fault = '{Fault.CANCELLED}', 0,
  a.input_tokens, a.output_tokens, a.cached_input_tokens, a.cache_write_tokens, a.reasoning_tokens, a.cost_nano,
  a.shown AND e.baseline_nano IS NOT NULL, CASE WHEN a.shown THEN e.baseline_nano END,
  CASE WHEN a.shown AND e.baseline_nano IS NOT NULL THEN a.cost_nano END,
  a.shown AND e.ending = '{Ending.COMPLETED}' AND a.owned, a.note LIKE 'escalated%'
FROM exchanges e CROSS JOIN attempts a ON a.exchange_id = e.id WHERE {{which}}
"""  # noqa: S608  Words of ours.
"""Both statements end in the columns of `tally.COUNTS`, in their order; null counts nothing."""


class Facts:
    """Tallies by dimension, moment and name.

    `dimensions` are those wanted; `when` says to which moment a record belongs, and without it there is but one.
    """

    def __init__(self, dimensions: Collection[Dimension], when: When | None = None) -> None:
        self.tallies: dict[Dimension, dict[Place, Tally]] = {dimension: {} for dimension in dimensions}
        self.shown: dict[str, str] = {}
        """The names of keys, by their ids."""
        self._when = when or _ever
        self._of_requests = [dimension for dimension in dimensions if dimension in _OF_REQUESTS]

    def read(self, connection: sqlite3.Connection, which: str, values: Mapping[str, Any]) -> None:
        """Take in the records that `which` picks: the words of a WHERE over ``e``, and the values bound to them."""
        if self._of_requests:
            self._read_requests(connection, which, values)
        if "target" in self.tallies:
            for started_ns, total, first, kind, target, *counts in connection.execute(
                _ATTEMPTS.format(which=which), values
            ):
                self.at("target", started_ns, target).count(counts, total, first, kind)

    def at(self, dimension: Dimension, started_ns: int, name: str) -> Tally:
        """The tally to which a record belongs that began then."""
        return self._at(dimension, self.place(started_ns, name))

    def place(self, started_ns: int, name: str) -> Place:
        """Where a record of that name belongs that began then."""
        return self._when(started_ns), name

    def _read_requests(self, connection: sqlite3.Connection, which: str, values: Mapping[str, Any]) -> None:
        """Sum first by all names together, then by each: many records have all of them in common."""
        dimensions, when = self._of_requests, self._when
        names = ", ".join(NAMES[dimension] for dimension in dimensions)
        together: dict[tuple[Any, ...], Tally] = {}
        for row in connection.execute(_EXCHANGES.format(names=names, which=which), values):
            started_ns, total, first, kind, key, key_name, *rest = row
            place = (when(started_ns), *rest[: len(dimensions)])
            tally = together.get(place)
            if tally is None:
                tally = together[place] = Tally()
                self.shown[key] = key_name
            tally.count(rest[len(dimensions) :], total, first, kind)
        for (moment, *called), tally in together.items():
            for dimension, name in zip(dimensions, called, strict=True):
                # What went well has no error, and is no row among them.
                if name or dimension != "error":
                    self._at(dimension, (moment, name)).add(tally)

    def _at(self, dimension: Dimension, place: Place) -> Tally:
        tallies = self.tallies[dimension]
        tally = tallies.get(place)
        if tally is None:
            tally = tallies[place] = Tally()
        return tally


def _ever(_ns: int) -> int:
    return 0
