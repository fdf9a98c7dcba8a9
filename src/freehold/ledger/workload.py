"""What a plan asks of the ledger: each request that was answered, and how often a cascade kept the first answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import NamedTuple

from freehold.core.exchange import MEASURING
from freehold.core.record import Ending
from freehold.ledger.moments import LAST_NS, local, ns_of
from freehold.ledger.scope import EVER, Span

_MEASURING = ", ".join(f"'{origin}'" for origin in sorted(MEASURING))
_ASKED = f"""
SELECT e.started_ns, a.input_tokens, a.output_tokens, a.cached_input_tokens
FROM exchanges e JOIN attempts a ON a.exchange_id = e.id AND a.shown
WHERE e.kind = 'chat' AND e.started_ns >= :since AND e.started_ns < :until
  AND e.origin NOT IN ({_MEASURING}) AND a.input_tokens > 0 AND a.output_tokens IS NOT NULL
ORDER BY e.started_ns, e.id
"""  # noqa: S608  Words of ours.

_NEWEST = f"SELECT max(started_ns) FROM exchanges WHERE kind = 'chat' AND origin NOT IN ({_MEASURING})"  # noqa: S608

_CASCADED = f"""
SELECT count(*), coalesce(sum(NOT coalesce(e.escalated, 0)), 0)
FROM exchanges e WHERE e.ending = '{Ending.COMPLETED}' AND e.started_ns >= :since AND e.started_ns < :until
  AND e.origin NOT IN ({_MEASURING})
  AND EXISTS (SELECT 1 FROM attempts a WHERE a.exchange_id = e.id AND a.score_method IS NOT NULL)
"""  # noqa: S608  Words of ours.


class Asked(NamedTuple):
    """One request, as the target counted it whose answer was shown: other attempts are an option's cost, not work."""

    started_ns: int
    prompt: int
    """Tokens, cached ones included."""
    answer: int
    """Tokens, reasoning included."""
    cached: int


class Cascaded(NamedTuple):
    """Completed requests whose first answer was judged, and those among them that kept it."""

    judged: int
    kept: int


class WorkloadReader:
    """Reads them. `connect` opens a read-only connection; the methods block on the disk."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def asked(self, span: Span = EVER) -> Iterator[Asked]:
        """Chats that a target answered, wholly or in part, in the order in which they began; read as they are taken."""
        with closing(self._connect()) as connection:
            for started_ns, prompt, answer, cached in connection.execute(_ASKED, _within(span)):
                yield Asked(started_ns, prompt, answer, cached or 0)

    def newest(self) -> datetime | None:
        """When the last chat began; `None` where there was none."""
        with closing(self._connect()) as connection:
            [started_ns] = connection.execute(_NEWEST).fetchone()
        return None if started_ns is None else local(started_ns, UTC)

    def cascaded(self, span: Span = EVER) -> Cascaded:
        """How often a cascade kept its first answer."""
        with closing(self._connect()) as connection:
            judged, kept = connection.execute(_CASCADED, _within(span)).fetchone()
        return Cascaded(judged, kept)


def _within(span: Span) -> dict[str, int]:
    return {"since": ns_of(span.since, 0), "until": ns_of(span.until, LAST_NS)}
