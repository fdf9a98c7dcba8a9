"""Whose chunks get their vectors next, so that a new collection does not wait behind one long text.

Collections take turns, a chunk each; within one, the documents with the fewest chunks come first. A document of more
than `LONG` chunks waits for all shorter ones of every collection. What waits is remembered, since finding it out anew
looks at every chunk there is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from freehold.core.label import Label

LONG = 1000
"""Chunks of a document that is embedded only while no shorter one waits: about 2 MB of text."""


class Waiting(NamedTuple):
    """A document with chunks that have no vector. `chunks`: all that it has."""

    collection: str
    document: int
    chunks: int


class Store(NamedTuple):
    """What is asked of the database, all within one transaction."""

    last: Callable[[], int]
    """The highest id of a chunk, 0 where there is none."""
    waiting: Callable[[int], Iterable[Waiting]]
    """Documents that have a chunk without a vector whose id is above this one."""
    missing: Callable[[Sequence[int]], Iterable[tuple[int, int]]]
    """The chunks of these documents that have no vector, as ``(document, chunk)``, in the order of each one's text."""


class Turns:
    """The documents that wait, for one space and one set of labels passed over. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._for: tuple[str, frozenset[Label]] | None = None
        self._reached = 0
        self._lines: dict[str, list[Waiting]] = {}
        """For each collection its documents, the shortest first."""

    def next(self, store: Store, space: str, without: frozenset[Label], limit: int) -> list[tuple[int, int]]:
        """At most `limit` chunks that have no vector, as ``(document, chunk)``, in the order of their turns.

        A chunk with an id below one that was seen already, as when its transaction took longer, is found once nothing
        else waits.
        """
        with self._lock:
            if self._for != (space, without):
                self._for = (space, without)
                self._forget()
            resumed = self._reached > 0
            found = self._take(store, limit)
            if not found and resumed:
                self._forget()
                found = self._take(store, limit)
            return found

    def clear(self) -> None:
        """Look at every chunk again the next time."""
        with self._lock:
            self._for = None

    def _forget(self) -> None:
        self._reached = 0
        self._lines = {}

    def _take(self, store: Store, limit: int) -> list[tuple[int, int]]:
        last = store.last()
        if last > self._reached:
            self._line_up(store.waiting(self._reached))
            self._reached = last
        found = self._first_of_each(store, limit)
        short, long = _in_turn(lines.short for lines in found), _in_turn(lines.long for lines in found)
        return list(islice((*short, *long), limit))

    def _line_up(self, arrived: Iterable[Waiting]) -> None:
        by_number = {each.document: each for line in self._lines.values() for each in line}
        by_number.update((each.document, each) for each in arrived)
        self._lines = {}
        for each in sorted(by_number.values(), key=lambda each: (each.chunks, each.document)):
            self._lines.setdefault(each.collection, []).append(each)

    def _first_of_each(self, store: Store, limit: int) -> list[_Found]:
        """The first chunks of each collection, `limit` where it has as many. Documents that wait no more are let go."""
        found = {name: _Found([], []) for name in self._lines}
        rest = {name: iter(line) for name, line in self._lines.items()}
        done: set[int] = set()
        while heads := {name: _heads(line, limit - found[name].total) for name, line in rest.items()}:
            rest = {name: rest[name] for name, head in heads.items() if head}
            asked = [each for head in heads.values() for each in head]
            chunks: dict[int, list[int]] = {each.document: [] for each in asked}
            if asked:
                for document, chunk in store.missing(list(chunks)):
                    chunks[document].append(chunk)
            for each in asked:
                found[each.collection].add(each, chunks[each.document])
            done.update(document for document, missing in chunks.items() if not missing)
        self._lines = {
            name: left for name, line in self._lines.items() if (left := [w for w in line if w.document not in done])
        }
        return list(found.values())


class _Found(NamedTuple):
    """Chunks of one collection, as ``(document, chunk)``."""

    short: list[tuple[int, int]]
    long: list[tuple[int, int]]

    @property
    def total(self) -> int:
        return len(self.short) + len(self.long)

    def add(self, document: Waiting, chunks: Iterable[int]) -> None:
        line = self.long if document.chunks > LONG else self.short
        line.extend((document.document, chunk) for chunk in chunks)


def _heads(line: Iterator[Waiting], wanted: int) -> list[Waiting]:
    """The next documents of a line, until they have as many chunks as are wanted."""
    heads: list[Waiting] = []
    while wanted > 0 and (each := next(line, None)) is not None:
        heads.append(each)
        wanted -= each.chunks
    return heads


def _in_turn(lines: Iterable[Sequence[tuple[int, int]]]) -> Iterator[tuple[int, int]]:
    """The first of each line, then the second of each, and so on."""
    return (each for turn in zip_longest(*lines) for each in turn if each is not None)
