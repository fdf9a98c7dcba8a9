"""The face of the wing: adding, finding, removing, checking. What the HTTP side and the commands use.

Lives in one event loop; everything that touches a disk runs in threads. Starting costs almost nothing: the engine of
durable work, the readers of files and the embedding are begun when there is something to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, NotFound, Unavailable
from freehold.core.label import Label
from freehold.jobs import Jobs
from freehold.knowledge.fill import Filler
from freehold.knowledge.ingest.amendments import Amendment, Amendments
from freehold.knowledge.ingest.archives import Archives, within
from freehold.knowledge.ingest.landing import Landing
from freehold.knowledge.ingest.names import checked_collection, checked_name
from freehold.knowledge.ingest.queue import NewItem, Queue
from freehold.knowledge.ingest.readers import Readers
from freehold.knowledge.ingest.report import JobReport
from freehold.knowledge.ingest.rows import Rows
from freehold.knowledge.ingest.staging import MOST_BYTES, Staging
from freehold.knowledge.ingest.uploads import Uploads
from freehold.knowledge.model import Collection, Document, Hit, Query, Reader
from freehold.knowledge.retrieve import Reranker, Retriever
from freehold.knowledge.verdict import Cited, Verdict, judge

if TYPE_CHECKING:
    # These bring numpy, a tenth of a second that the start of the server must not pay.
    from freehold.knowledge.ports import Embedder, Library

_LOG = logging.getLogger(__name__)
_JOB = re.compile(r"job_[0-9a-f]{24}")
_REPORT_SECONDS = 0.05
"""Between two looks at a job that is waited for."""
_REMOVED = "it was removed while it waited"


class Upload(msgspec.Struct, frozen=True):
    """A file to add. `body`: its bytes, or a file of this machine to copy."""

    collection: str
    name: str
    body: bytes | Path
    label: Label | None = None
    """`None`: as the document is, if it is there already; else the collection's; else the policy's."""
    groups: frozenset[str] | None = None
    """Who may read it; `None` as for `label`, empty: everyone who holds a key."""
    media_type: str | None = None
    job: str | None = None
    """The job to report it under, as `add` returned it or `new_job` made it; `None`: one of its own."""


class Knowledge:
    """Documents and their use. Made by `assemble`; `start` before anything else, `stop` at the end.

    Raises `NotFound` for an unknown id and for one that the reader may not read, in the same words, and `Unavailable`
    while the database cannot be reached or the disk is full.
    """

    def __init__(
        self,
        library: Library,
        directory: Path,
        *,
        documents_label: Label,
        embedder: Embedder | None = None,
        reranker: Reranker | None = None,
        jobs: Jobs | None = None,
        readers: Readers | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """`directory`: where uploads wait; `jobs`: by default on a file in it; `most_bytes`: of one upload."""
        self._library = library
        self._retriever = Retriever(library, embedder, reranker)
        self._rows = Rows(directory / "queue.db")
        staging = Staging(directory / "incoming", most_bytes=most_bytes)
        self._queue = Queue(self._rows, staging.flush)
        self._amendments = Amendments(self._rows)
        self._archives = Archives(self._rows)
        self._landing = Landing(library, self._queue, self._amendments, self._archives, documents_label)
        readers = readers or Readers()
        jobs = jobs or Jobs(f"sqlite:///{directory / 'jobs.db'}")
        self._uploads = Uploads(self._queue, staging, self._landing, jobs, readers, self._progressed)
        self._filler = Filler(library, embedder) if embedder is not None else None
        self._filling: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._progress = asyncio.Event()
        """Replaced each time it is set: whoever waits for one misses nothing."""
        self._stopped = False

    async def start(self) -> None:
        """Resume, in the background, what an earlier run left unfinished."""
        self._loop = asyncio.get_running_loop()
        if self._rows.exists:
            try:
                await asyncio.to_thread(self._resume)
            except Unavailable as error:
                # Answers are given all the same, and whoever adds something is told.
                _LOG.error("what an earlier run left unfinished cannot be resumed: %s", error)
        if self._filler is not None:
            self._filling = asyncio.create_task(self._filler.run(), name="embedding")

    async def stop(self) -> None:
        """End what runs; it goes on at the next start. Does not close the library."""
        self._stopped = True
        self._announce()
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)
        await asyncio.to_thread(self._uploads.stop)
        await asyncio.to_thread(self._rows.close)

    def _resume(self) -> None:
        self._amendments.tidy()
        self._uploads.resume()

    @staticmethod
    def new_job() -> str:
        """An id under which uploads can be reported together."""
        return f"job_{secrets.token_hex(12)}"

    async def add(self, upload: Upload) -> str:
        """Keep the bytes durably and queue them; returns the job's id. What becomes of them is in its report.

        Raises `BadRequest` for a name that cannot be, `TooLarge`, and `Unavailable` when the disk does not take it.
        """
        job = upload.job or self.new_job()
        if not _JOB.fullmatch(job):
            raise BadRequest(f"{job[:80]!r} is not the id of a job", param="job")
        collection, name = checked_collection(upload.collection), checked_name(upload.name)
        await asyncio.to_thread(
            self._uploads.add,
            upload.body,
            lambda staged: NewItem(
                job, collection, name, staged.digest, staged.size, upload.label, upload.groups, upload.media_type
            ),
        )
        return job

    async def job(self, job: str) -> JobReport:
        """How a job stands."""
        report = await asyncio.to_thread(self._queue.report, job) if self._rows.exists else None
        if report is None:
            raise NotFound(f"there is no job {job[:80]}")
        filling = self._filler.trouble if self._filler is not None else None
        notes = (*self._uploads.trouble, *([filling] if filling else []))
        return msgspec.structs.replace(report, notes=notes)

    async def wait(self, job: str) -> JobReport:
        """The report of a job once all its files have been seen to; for how long, is for the caller to bound."""
        while True:
            progress = self._progress  # taken before looking, so that what happens meanwhile is not missed
            report = await self.job(job)
            if report.state == "done":
                return report
            if self._stopped:
                raise Unavailable("Freehold is stopping; the job goes on when it starts again")
            await progress.wait()
            await asyncio.sleep(_REPORT_SECONDS)

    async def search(self, query: Query, label: Label, caller: Caller) -> list[Hit]:
        """The best passages, for a request of that label by that key; what may be read is said by the query."""
        return await self._retriever.find(query, label, caller)

    async def documents(
        self, collection: str | None, reader: Reader, *, after: str = "", limit: int = 100
    ) -> list[Document]:
        """What the reader may read, by collection and name; `after` is the last id of the page before."""
        return await asyncio.to_thread(self._library.documents, collection, reader, after=after, limit=limit)

    async def document(self, document: str, reader: Reader) -> Document:
        """One document."""
        return await asyncio.to_thread(self._readable, document, reader)

    async def text(self, document: str, reader: Reader) -> str:
        """The text of a document, in which every span of a citation counts."""
        _, text = await self.read(document, reader)
        return text

    async def read(self, document: str, reader: Reader) -> tuple[Document, str]:
        """A document and its text, both of one version."""
        return await asyncio.to_thread(self._read, document, reader)

    async def named(self, collection: str, name: str, reader: Reader) -> Document | None:
        """The document of that name; `None` where there is none that the reader may read."""
        found = await asyncio.to_thread(self._library.named, collection, checked_name(name))
        return found if found is not None and may_read(reader, found) else None

    async def digests(self, collection: str) -> dict[str, tuple[str, str]]:
        """What is in a collection, as ``name: (id, SHA-256)``."""
        return await asyncio.to_thread(self._library.digests, collection)

    async def remove(self, ids: Iterable[str]) -> int:
        """Remove documents, with what still waits under their names; returns how many there were."""
        return await asyncio.to_thread(self._remove, list(ids))

    async def withdraw(self, collection: str, name: str) -> int:
        """Take back an upload, landed or under way, with all members where it is an archive or an e-mail.

        Returns how many documents had been made of it. Nothing of an upload from before lands afterwards.
        """

        def withdraw() -> int:
            with self._landing.lock:
                if self._rows.exists:
                    self._amendments.add(collection, name, Amendment(removed=True))
                    self._uploads.cancel(collection, name, _REMOVED)
                there = self._library.digests(collection).items()
                return self._remove([id_ for each, (id_, _) in there if each == name or within(each, name)])

        return await asyncio.to_thread(withdraw)

    async def relabel(
        self, document: str, *, label: Label | None = None, groups: frozenset[str] | None = None
    ) -> Document:
        """Change who and what may see a document, now and against every upload that waits."""

        def change() -> Document:
            with self._landing.lock:
                # First against what waits: cut off between the two, no older upload undoes what is asked again.
                self._amend(self._library.document(document), Amendment(label, groups))
                return self._library.relabel(document, label=label, groups=groups)

        return await asyncio.to_thread(change)

    async def collections(self) -> list[Collection]:
        """All collections with their counts."""
        return await asyncio.to_thread(self._library.collections)

    async def settings(self) -> list[Collection]:
        """All collections with their settings alone, which is quick; their counts are 0."""
        return await asyncio.to_thread(self._library.settings)

    async def save_collection(self, collection: Collection) -> None:
        """Make a collection, or change its settings; what is in it stays as it is."""
        checked_collection(collection.name)
        await asyncio.to_thread(self._library.save_collection, collection)
        self._landing.changed_settings()

    async def remove_collection(self, name: str) -> int:
        """Remove a collection, its documents and what waits for it; returns how many documents there were."""

        def remove() -> int:
            with self._landing.lock:
                if self._rows.exists:
                    self._uploads.cancel(name, None, _REMOVED)
                    self._archives.forget(name)
                removed = self._library.remove_collection(name)
                self._landing.changed_settings()
                return removed

        return await asyncio.to_thread(remove)

    def documents_label(self, label: Label) -> None:
        """What a document gets that nothing else labels, from now on; also one that has been queued already."""
        self._landing.default = label

    async def labels(self, collections: Sequence[str], reader: Reader) -> frozenset[Label]:
        """The labels of what the reader may read there."""
        return await asyncio.to_thread(self._library.labels, collections, reader)

    async def check(self, document: str, version: int, start: int, end: int, digest: str, reader: Reader) -> Verdict:
        """Whether a citation still holds: `digest` is that of the passage, ``text[start:end]`` of that version."""

        def look() -> Verdict:
            try:
                kept, text = self._read(document, reader)
            except NotFound:
                return Verdict("gone", document)
            return judge(kept, text, Cited(version, start, end, digest))

        return await asyncio.to_thread(look)

    def _readable(self, document: str, reader: Reader) -> Document:
        with contextlib.suppress(NotFound):
            kept = self._library.document(document)
            if may_read(reader, kept):
                return kept
        raise NotFound(f"there is no document {document[:80]}")

    def _read(self, document: str, reader: Reader) -> tuple[Document, str]:
        """A document and its text. Another content, or another right, may come between any two looks at a library."""
        kept = self._readable(document, reader)
        while True:
            text = self._library.text(document)
            before, kept = kept, self._readable(document, reader)
            if (before.version, before.digest) == (kept.version, kept.digest):
                return kept, text

    def _remove(self, ids: list[str]) -> int:
        with self._landing.lock:
            going = self._known(ids)
            # First what waits: cut off between the two, nothing brings back what is gone, and asked again for a
            # document that is gone, nobody would look for what waits under its name.
            for each in going:
                self._amend(each, Amendment(removed=True))
            return self._library.remove([each.id for each in going])

    def _known(self, ids: list[str]) -> list[Document]:
        known = []
        for document in ids:
            with contextlib.suppress(NotFound):
                known.append(self._library.document(document))
        return known

    def _amend(self, document: Document, amendment: Amendment) -> None:
        """Have uploads that wait heed what was decided. The caller holds the landing lock."""
        if not self._rows.exists:
            return
        self._amendments.add(document.collection, document.name, amendment)
        if amendment.removed:
            self._uploads.cancel(document.collection, document.name, _REMOVED)

    def _progressed(self) -> None:
        """Called from the threads that ingest."""
        if self._loop is not None:
            # The loop may have been closed meanwhile: then no one waits any more.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._announce)

    def _announce(self) -> None:
        """Wake everyone who waits for a job, and the embedding."""
        self._progress.set()
        self._progress = asyncio.Event()
        if self._filler is not None:
            self._filler.wake()


def may_read(reader: Reader, document: Document) -> bool:
    """Whether a document's groups let this reader see it."""
    return reader.everything or not document.groups or not document.groups.isdisjoint(reader.groups)
