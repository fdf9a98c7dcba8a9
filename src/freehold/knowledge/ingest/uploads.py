"""Uploads on their way into the library: staged, queued, read in batches by durable jobs, landed, reported.

A batch of up to `_MOST` files is one durable job, because a job costs tens of milliseconds and a small file takes five.
Which of its files are done stands in the queue, so that a batch that is begun again goes on where it was cut off.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from freehold.core.errors import RequestError, Unavailable
from freehold.jobs import Jobs, Stopped
from freehold.knowledge.ingest.landing import Landing, Overtaken
from freehold.knowledge.ingest.queue import Item, NewItem, Queue
from freehold.knowledge.ingest.readers import Reader, Readers
from freehold.knowledge.ingest.reading import Reading
from freehold.knowledge.ingest.staging import Staged, Staging

_LOG = logging.getLogger(__name__)

INGEST = "ingest"
"""The name of the durable function."""
_MOST = 32
"""Files of a batch: enough that a job's own cost is small beside them, few enough that readers share them."""
_MOST_BYTES = 32 << 20
_RETRY_FIRST, _RETRY_LAST = 0.2, 30.0
_AFTER_READY = 0.5
"""Seconds that resuming leaves to the start of everything else: what it imports would hold that up."""
_IDLE_SECONDS = 60.0
"""After which readers are ended."""
_TIDY_SECONDS = 86_400.0
"""Between two times that reports of long ago are forgotten."""
_Result = TypeVar("_Result")


class Uploads:
    """The work. Methods may be called from any thread; `on_progress` is called from one of its own."""

    def __init__(
        self, queue: Queue, staging: Staging, landing: Landing, jobs: Jobs, readers: Readers,
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._queue = queue
        self._staging = staging
        self._landing = landing
        self._reading = Reading(queue, landing, self._patiently)
        self._jobs = jobs
        self._readers = readers
        self._on_progress = on_progress
        self._trouble: dict[int, str] = {}
        self._batches: set[str] = set()
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._arrived = False
        self._tidy_at = 0.0
        self._thread: threading.Thread | None = None
        jobs.register(INGEST, self._ingest)

    @property
    def trouble(self) -> tuple[str, ...]:
        """What holds the work up now, one sentence each."""
        return tuple(sorted(set(self._trouble.copy().values())))

    def resume(self) -> None:
        """Clean up after an earlier run, and begin what it left; returns at once. Called before the first `add`."""
        self._staging.sweep(self._queue.digests())
        if self._queue.left():
            self._begin(delay=_AFTER_READY)

    def add(self, body: bytes | Path, describe: Callable[[Staged], NewItem]) -> None:
        """Keep an upload durably and queue it; raises `TooLarge`, or `Unavailable` when the disk does not take it."""
        staged = self._staging.keep(body)
        unwanted = [staged.digest]
        try:
            unwanted = self._queue.add(describe(staged))
        finally:
            self._staging.let_go(staged.digest)
            # Where the queue cannot even be asked, they stay until the next start, which sweeps.
            with suppress(Unavailable):
                for digest in unwanted:
                    self._drop(digest)
        self._begin()

    def cancel(self, collection: str, name: str | None, reason: str) -> None:
        """End what waits under a name, or in the whole collection, and remove its bytes."""
        for digest in self._queue.cancel(collection, name, reason):
            self._drop(digest)
        self._on_progress()

    def stop(self) -> None:
        """Stop soon, also in the middle of a file, which is read again at the next start."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        self._readers.end()
        if self._thread is not None:
            self._thread.join()
        self._jobs.stop()
        self._readers.end()

    def _begin(self, delay: float = 0.0) -> None:
        """Wake the thread that makes batches; start it at first need."""
        with self._changed:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._dispatch, args=(delay,), name="uploads", daemon=True)
                self._thread.start()
            self._arrived = True
            self._changed.notify_all()

    def _dispatch(self, delay: float) -> None:
        """Make batches of what waits, and hand them to the jobs, as long as readers are free."""
        self._stop.wait(delay)
        with suppress(Stopped):
            self._doggedly(self._recover)
            while True:
                self._doggedly(self._tidy)
                self._await_room()
                batch = self._doggedly(self._gather)
                if batch is None:
                    self._doggedly(self._await_arrivals)
                else:
                    # Tried again with the same key: should the job have been recorded after all, it is one job.
                    self._doggedly(partial(self._jobs.submit, INGEST, batch, key=batch))

    def _recover(self) -> None:
        """Launch the jobs, which resumes batches that a crash cut off, and free the files of all others."""
        self._jobs.start()
        self._queue.release(except_for=self._jobs.unfinished())

    def _tidy(self) -> None:
        """Forget what no one needs any more, now and then."""
        if time.monotonic() >= self._tidy_at:
            self._queue.tidy()
            self._landing.tidy()
            self._tidy_at = time.monotonic() + _TIDY_SECONDS

    def _await_room(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stop.is_set() or len(self._batches) < self._readers.count)

    def _await_arrivals(self) -> None:
        """Until something is added or it is time to tidy; after a while the readers' memory is given back."""
        with self._changed:
            if not self._changed.wait_for(self._roused, timeout=_IDLE_SECONDS):
                self._readers.end_idle()
                self._changed.wait_for(self._roused, timeout=max(self._tidy_at - time.monotonic(), 0.0))
            self._arrived = False

    def _roused(self) -> bool:
        return self._arrived or self._stop.is_set()

    def _gather(self) -> str | None:
        """A new batch of what waits; `None` where nothing does."""
        batch = f"batch_{secrets.token_hex(12)}"
        if not self._queue.take(batch, _MOST, _MOST_BYTES):
            return None
        with self._changed:
            self._batches.add(batch)
        return batch

    def _ingest(self, batch: str) -> None:
        """The durable function: read what is left of a batch."""
        with self._changed:
            self._batches.add(batch)
        try:
            # Whatever ends it before its time, what is left of the batch is asked for anew.
            self._doggedly(partial(self._read, batch))
        finally:
            with self._changed:
                self._batches.discard(batch)
                self._changed.notify_all()

    def _read(self, batch: str) -> None:
        with self._readers.lend() as reader:
            for item in self._queue.batch(batch):
                self._one(item, reader)

    def _one(self, item: Item, reader: Reader) -> None:
        """One file, from staged bytes to its end in the queue. Nothing about it stops the next one."""
        try:
            task = self._readers.task(self._staging.path(item.new.digest), item.new)
            self._reading.read(item, task, reader)
        except Overtaken:
            _LOG.debug("%s was replaced or removed while it was read", item.new.name)
        except Stopped:
            raise
        except RequestError as error:
            # It is this document that the library cannot take.
            self._patiently(partial(self._queue.end, item.seq, "failed", reason=error.message))
        except Exception as error:  # noqa: BLE001
            # A fault of ours in one file must not keep the others from being read; the log has where it was.
            _LOG.exception("%s could not be added", item.new.name)
            reason = f"Freehold failed on it ({type(error).__name__}); its log has the story"
            self._patiently(lambda: self._queue.end(item.seq, "failed", reason=reason))
        self._patiently(lambda: self._drop(item.new.digest))
        self._on_progress()

    def _drop(self, digest: str) -> None:
        """Remove a content that no row needs any more."""
        try:
            self._staging.drop(digest, self._queue.needs)
        except OSError as error:
            _LOG.warning("an upload's bytes are not removed before the next start: %s", error.strerror or error)

    def _patiently(self, work: Callable[[], _Result]) -> _Result:
        """Do it as soon as what it needs can be reached; meanwhile `trouble` says what is not. Raises `Stopped`."""
        return self._until_done(work, Unavailable)

    def _doggedly(self, work: Callable[[], _Result]) -> _Result:
        """As `_patiently`, and after a fault of ours too: what all else waits for must not end with one."""
        return self._until_done(work, Exception)

    def _until_done(self, work: Callable[[], _Result], passing: type[Exception]) -> _Result:
        delay, thread = _RETRY_FIRST, threading.get_ident()
        try:
            while not self._stop.is_set():
                try:
                    return work()
                except Stopped:
                    raise
                except passing as error:
                    self._complain(thread, error)
                self._stop.wait(delay)
                delay = min(delay * 2, _RETRY_LAST)
            raise Stopped
        finally:
            self._trouble.pop(thread, None)

    def _complain(self, thread: int, error: Exception) -> None:
        ours = not isinstance(error, Unavailable)
        why = f"Freehold failed ({type(error).__name__}), and tries again; its log has the story" if ours else error
        if thread not in self._trouble:
            _LOG.warning("uploads wait: %s", why, exc_info=error if ours else None)
        self._trouble[thread] = f"uploads wait: {why}"
        self._on_progress()
