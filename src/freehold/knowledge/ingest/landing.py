"""Where uploads become documents: under which label, and whether at all.

One upload lands at a time, and nothing changes a document's rights meanwhile: so that of two uploads under one name the
later is what stays, and what was decided about a document holds against every upload from before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection as AnyOf
from typing import TYPE_CHECKING

import msgspec

from freehold.core.label import Label
from freehold.knowledge.ingest.amendments import Amendments
from freehold.knowledge.ingest.archives import Archives, within
from freehold.knowledge.ingest.queue import Item, Queue
from freehold.knowledge.ingest.reader import Read
from freehold.knowledge.model import Collection, Document, NewDocument

if TYPE_CHECKING:
    from freehold.knowledge.ports import Library  # brings numpy, which the start of the server must not pay for

_SETTINGS_SECONDS = 5.0
"""For how long a collection's own settings are remembered; those changed through this process count at once."""


class Overtaken(Exception):
    """The upload was replaced or removed while it was read; nothing of it may land."""


class Landed(msgspec.Struct, frozen=True):
    """A document as it is in the library now."""

    document: Document
    changed: bool
    """Whether it is new, or its content or rights are."""


class Landing:
    """Puts what was read into the library. Every method may raise `Unavailable`, and can then be called again."""

    def __init__(
        self, library: Library, queue: Queue, amendments: Amendments, archives: Archives, default: Label
    ) -> None:
        self.lock = threading.RLock()
        """Held for each landing, and by whoever changes a document's rights or removes it."""
        self._library = library
        self._queue = queue
        self._amendments = amendments
        self._archives = archives
        self._default = default
        self._settings: dict[str, Collection] = {}
        self._settings_until = 0.0

    def known(self, item: Item) -> Landed | None:
        """What the library holds of this very content already; `None` where the file has to be read.

        A document whose label or groups are to change is brought into line here.
        """
        new = item.new
        with self._landing(item):
            kept = self._library.named(new.collection, new.name)
            if kept is None or kept.digest != new.digest:
                return None
            archive = self._archives.digest(new.collection, new.name)
            if archive is None:
                aligned = self._in_line(item, kept)
                return Landed(aligned, changed=aligned is not kept)
            # Where a member is missing, or the rights of members are to change, each has to be looked at.
            whole = archive == new.digest and self._rights(item, kept.name, kept) == (kept.label, kept.groups)
            return Landed(kept, changed=False) if whole else None

    def put(self, item: Item, read: Read) -> Landed | None:
        """Keep a document that was read. `None`: it was removed while the upload waited."""
        new = item.new
        assert read.extracted is not None
        with self._landing(item):
            amended = self._amendments.of(item, read.name)
            if amended.removed:
                return None
            kept = self._library.named(new.collection, read.name)
            if kept is not None and kept.digest == read.digest:
                aligned = self._in_line(item, kept)
                return Landed(aligned, changed=aligned is not kept)
            label, groups = self._rights(item, read.name, kept)
            document = NewDocument(
                new.collection, read.name, label, groups, read.digest, read.size, read.extracted, read.chunks
            )
            return Landed(self._library.put(document), changed=True)

    def complete(self, item: Item, members: AnyOf[str], *, missing: AnyOf[str]) -> None:
        """All members of an upload are in: drop what an earlier version of it held and this one does not.

        To be called before the document of the archive itself is put, since that one stands for the whole.
        """
        new = item.new
        with self._landing(item):
            if not members and not missing and self._archives.digest(new.collection, new.name) is None:
                return
            stale = [
                id_
                for name, (id_, _) in self._library.digests(new.collection).items()
                if within(name, new.name) and name not in members and name not in missing
            ]
            if stale:
                self._library.remove(stale)
            self._archives.save(new.collection, new.name, "" if missing else new.digest)

    def changed_settings(self) -> None:
        """A collection was saved or removed."""
        self._settings_until = 0.0

    def _landing(self, item: Item) -> _Held:
        return _Held(self.lock, self._queue, item)

    def _in_line(self, item: Item, kept: Document) -> Document:
        """The document under the rights that the upload states; the same object where nothing had to change."""
        label, groups = self._rights(item, kept.name, kept)
        if (label, groups) == (kept.label, kept.groups):
            return kept
        return self._library.relabel(kept.id, label=label, groups=groups)

    def _rights(self, item: Item, name: str, kept: Document | None) -> tuple[Label, frozenset[str]]:
        """What was decided since the upload came, else what it states, else as the document is, else the defaults.

        An upload that states nothing never changes the label of a document that is there: a sync run by someone else
        must not undo what was made confidential.
        """
        amended = self._amendments.of(item, name)
        settings = self._collection(item.new.collection)
        label = amended.label or item.new.label or (kept.label if kept else settings.label or self._default)
        for groups in (amended.groups, item.new.groups, kept.groups if kept else settings.groups):
            if groups is not None:
                return label, groups
        raise AssertionError("the last of them is always given")

    def _collection(self, name: str) -> Collection:
        """The collection's settings; one that is not known has none, and is made with its first document."""
        if time.monotonic() >= self._settings_until:
            self._settings = {each.name: each for each in self._library.collections()}
            self._settings_until = time.monotonic() + _SETTINGS_SECONDS
        return self._settings.get(name, Collection(name))


class _Held:
    """The landing lock, for an upload that still waits; raises `Overtaken` for one that does not."""

    def __init__(self, lock: threading.RLock, queue: Queue, item: Item) -> None:
        self._lock = lock
        self._queue = queue
        self._item = item

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            if not self._queue.waits(self._item.seq):
                raise Overtaken
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._lock.release()
