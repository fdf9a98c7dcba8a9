"""What takes part in a query in PostgreSQL, and how many passages of that hold a word.

To count a common word the server looks at every passage that holds it, which takes longer than all the rest of a query.
So a word is counted once for every audience of the collections asked, and remembered; each query adds up those
audiences that it may see. What others may read has no part in its sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock

import msgspec

from freehold.knowledge.library.postgres_pool import Connection

_STALE = 0.1
"""Share of a query's passages that may have changed before words are counted anew. A word's weight, usually 2 to 10, is
then off by 0.1 at most."""

_MOST_COUNTS = 500_000
"""For each list of collections; some 50 MB."""
_MOST_LISTS = 16

_COUNT = """
SELECT each.at, held.audience, held.passages
FROM unnest(%(words)s::text[]) WITH ORDINALITY AS each (word, at), LATERAL (
  SELECT audience, count(*) AS passages FROM freehold.words w
  WHERE w.tokens @@ each.word::tsquery AND (%(documents)s::int[] IS NULL OR w.document = ANY(%(documents)s))
  GROUP BY audience OFFSET 0
) AS held WHERE held.audience = ANY(%(audiences)s)
"""
"""To look at each audience once is much quicker than at that of each passage; without the offset, which skips nothing,
the planner does the latter."""


class Scope(msgspec.Struct, frozen=True):
    """The passages that take part in a query: what its reader may see of what was asked for."""

    collections: tuple[str, ...]
    audiences: tuple[int, ...]
    documents: tuple[int, ...] | None
    """Numbers to search within; `None`: all."""
    chunks: int
    changes: Mapping[int, int]
    """How many passages have come and gone so far, for every audience of the collections, whoever may see it."""


class _Counted(msgspec.Struct, frozen=True):
    """How many passages of each audience hold a word; audiences without one are left out."""

    held: dict[int, int]
    changes: int
    """How many passages had come and gone in all when this was counted."""

    def among(self, scope: Scope) -> int:
        return sum(self.held.get(audience, 0) for audience in scope.audiences)


class _List:
    """The words counted in some collections since their passages were those of a first query."""

    def __init__(self, changes: Mapping[int, int]) -> None:
        self._since = changes
        self._words: dict[int, _Counted] = {}
        self._counts = 0

    def serves(self, scope: Scope) -> bool:
        """Whether little of what this query may see has changed, and there is room for more."""
        moved = sum(abs(scope.changes[each] - self._since.get(each, 0)) for each in scope.audiences)
        return moved <= scope.chunks * _STALE and self._counts <= _MOST_COUNTS

    def missing(self, scope: Scope, words: Sequence[int]) -> list[int]:
        """Words to count: those not known, and those that no passage held and one may hold by now."""
        total = sum(scope.changes.values())
        return [
            word
            for word in words
            if (known := self._words.get(word)) is None or (known.changes != total and not known.among(scope))
        ]

    def keep(self, scope: Scope, counted: Mapping[int, dict[int, int]]) -> None:
        total = sum(scope.changes.values())
        for word, held in counted.items():
            self._words[word] = _Counted(held, total)
            self._counts += len(held) + 1

    def of(self, scope: Scope, words: Sequence[int]) -> dict[int, int]:
        return {word: self._words[word].among(scope) for word in words}


class Frequencies:
    """How many passages of a scope hold a word.

    It lives in this process's memory alone: nothing has to be written for it, and nothing of it outlives a text long.
    """

    def __init__(self) -> None:
        self._lists: dict[tuple[str, ...], _List] = {}
        self._lock = Lock()

    def of(self, connection: Connection, scope: Scope, words: Sequence[int]) -> dict[int, int]:
        """How many passages hold each of these words, given as hashes."""
        if scope.documents is not None:
            held = _count(connection, scope.audiences, scope.documents, words)
            return {word: sum(held[word].values()) for word in words}
        with self._lock:
            known = self._list(scope)
            missing = known.missing(scope, words)
        counted = _count(connection, tuple(scope.changes), None, missing) if missing else {}
        with self._lock:
            known.keep(scope, counted)
            return known.of(scope, words)

    def _list(self, scope: Scope) -> _List:
        found = self._lists.pop(scope.collections, None)
        if found is None or not found.serves(scope):
            found = _List(scope.changes)
        # At the end stand the lists that were last asked for.
        self._lists[scope.collections] = found
        if len(self._lists) > _MOST_LISTS:
            del self._lists[next(iter(self._lists))]
        return found


def token(word: int) -> str:
    """A word's hash as it stands in a `tsvector`."""
    return f"x{word:x}"


def _count(
    connection: Connection, audiences: Sequence[int], documents: Sequence[int] | None, words: Sequence[int]
) -> dict[int, dict[int, int]]:
    """For each word the audiences that have passages with it, and how many."""
    rows = connection.execute(
        _COUNT,
        {
            "words": list(map(token, words)),
            "audiences": list(audiences),
            "documents": None if documents is None else list(documents),
        },
    ).fetchall()
    held: dict[int, dict[int, int]] = {word: {} for word in words}
    for at, audience, passages in rows:
        held[words[int(at) - 1]][int(audience)] = int(passages)
    return held
