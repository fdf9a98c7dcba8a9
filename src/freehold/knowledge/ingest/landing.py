"""Where uploads become documents: under which label, and whether at all.

One upload lands at a time, and nothing changes a document's rights meanwhile: so that of two uploads under one name the
later is what stays, and what was decided about a document holds against every upload from before.

Where several processes use one library, each knows only what was decided through itself. An upload that states no label
then still leaves the document's own, whoever gave it; one that states a label is the last word when it lands.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection as AnyOf
from typing import TYPE_CHECKING

import msgspec

from freehold.core.label import Label
from freehold.knowledge.ingest.amendments import Amendment, Amendments
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
        self.default = default
        """What a document gets that nothing else labels. Replaced when the configuration changes."""
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
                return self._in_line(kept, self._stated(item, kept.name))
            # Where a member is missing, or the rights of members are to change, each has to be looked at.
            whole = archive == new.digest and self._stated(item, kept.name).agrees_with(kept)
            return Landed(kept, changed=False) if whole else None

    def put(self, item: Item, read: Read) -> Landed | None:
        """Keep a document that was read. `None`: it was removed while the upload waited."""
        new = item.new
        assert read.extracted is not None
        with self._landing(item):
            stated = self._stated(item, read.name)
            if stated.removed:
                return None
            kept = self._library.named(new.collection, read.name)
            if kept is not None and kept.digest == read.digest:
                return self._in_line(kept, stated)
            settings = self._collection(new.collection)
            document = NewDocument(
                collection=new.collection,
                name=read.name,
                label=stated.label or settings.label or self.default,
                groups=settings.groups if stated.groups is None else stated.groups,
                digest=read.digest,
                size=read.size,
                extracted=read.extracted,
                chunks=read.chunks,
                keeps_label=stated.label is None,
                keeps_groups=stated.groups is None,
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

    def tidy(self) -> None:
        """Forget decisions that no upload has to heed any more."""
        self._amendments.tidy()

    def _landing(self, item: Item) -> _Held:
        return _Held(self.lock, self._queue, item)

    def _in_line(self, kept: Document, stated: Amendment) -> Landed:
        """The document of an unchanged content, under the rights that were stated for it."""
        if stated.agrees_with(kept):
            return Landed(kept, changed=False)
        # Only what was stated: the rest may have been changed by another process since `kept` was read.
        return Landed(self._library.relabel(kept.id, label=stated.label, groups=stated.groups), changed=True)

    def _stated(self, item: Item, name: str) -> Amendment:
        """What was decided since the upload came, else what it states itself; the rest is nobody's word.

        An upload that states nothing never changes the label of a document that is there: a sync run by someone else
        must not undo what was made confidential.
        """
        amended, new = self._amendments.of(item, name), item.new
        groups = new.groups if amended.groups is None else amended.groups
        return Amendment(amended.label or new.label, groups, amended.removed)

    def _collection(self, name: str) -> Collection:
        """The collection's settings; one that is not known has none, and is made with its first document."""
        if time.monotonic() >= self._settings_until:
            self._settings = {each.name: each for each in self._library.settings()}
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
