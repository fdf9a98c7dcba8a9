"""One upload: is it known, what is in it, where does it land, and what is to be reported of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any, Protocol

from freehold.knowledge.ingest.landing import Landed, Landing
from freehold.knowledge.ingest.queue import Ended, Item, Queue
from freehold.knowledge.ingest.reader import Read, Task
from freehold.knowledge.ingest.readers import Reader

_MOST_NOTES = 50


class Patiently(Protocol):
    """Does a thing as soon as what it needs can be reached."""

    def __call__(self, work: Callable[[], Any], /) -> Any: ...


class Reading:
    """Reads uploads, any number at once. What it raises: `Overtaken`, and what `patiently` does."""

    def __init__(self, queue: Queue, landing: Landing, patiently: Patiently) -> None:
        self._queue = queue
        self._landing = landing
        self._patiently = patiently

    def read(self, item: Item, task: Task, reader: Reader) -> None:
        """See an upload to its end. Done a second time, after a crash, it comes to the same."""
        outcome = _Outcome(item)
        known: Landed | None = self._patiently(lambda: self._landing.known(item))
        if known is not None:
            outcome.landed(item.new.name, known)
        else:
            self._read(item, task, reader, outcome)
        self._patiently(lambda: outcome.write(self._queue))

    def _read(self, item: Item, task: Task, reader: Reader, outcome: _Outcome) -> None:
        """Land the members of an archive, then the document of the upload itself.

        In this order, because that one's digest is what tells that nothing has to be read again: cut off in the
        middle, the archive must not look as if it were in.
        """
        own: Read | None = None
        with closing(reader.read(task)) as documents:
            for document in documents:
                if document.name == item.new.name:
                    own = document
                else:
                    self._member(item, document, outcome)
        # The reader may have been ended because Freehold is; then this raises, and the file is read again.
        self._patiently(lambda: None)
        if own is not None and own.extracted is None:
            outcome.reason = own.reason
            return
        members, missing = outcome.members, outcome.missing
        self._patiently(lambda: self._landing.complete(item, members, missing=missing))
        if own is not None:
            self._put(item, own, outcome)

    def _member(self, item: Item, document: Read, outcome: _Outcome) -> None:
        if document.extracted is not None:
            self._put(item, document, outcome)
            return
        outcome.missing.add(document.name)
        self._patiently(lambda: self._queue.fail_part(item, document.name, document.reason))

    def _put(self, item: Item, document: Read, outcome: _Outcome) -> None:
        outcome.landed(document.name, self._patiently(lambda: self._landing.put(item, document)))


class _Outcome:
    """What comes of an upload."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self.members: set[str] = set()
        """Names of documents out of an archive or e-mail."""
        self.missing: set[str] = set()
        """Those that could not be read."""
        self.reason = ""
        self._document: str | None = None
        self._changed = False
        self._notes: list[str] = []

    def landed(self, name: str, landed: Landed | None) -> None:
        """A document is in, or was removed meanwhile."""
        member = name != self._item.new.name
        if member:
            self.members.add(name)
        if landed is None:
            return
        self._changed = self._changed or landed.changed
        if not member:
            self._document = landed.document.id
        if landed.changed:
            self._notes += [f"{name}: {note}" if member else note for note in landed.document.notes]

    def write(self, queue: Queue) -> None:
        """Say it in the queue."""
        notes = self._notes[:_MOST_NOTES]
        if len(self._notes) > _MOST_NOTES:
            notes.append(f"and {len(self._notes) - _MOST_NOTES} more")
        reason = self.reason
        if self.missing and not self.members and self._document is None:
            reason = reason or "nothing in it could be read"
        state: Ended = "failed" if reason else "done" if self._changed else "unchanged"
        queue.end(self._item.seq, state, document=self._document, reason=reason, notes=notes)
