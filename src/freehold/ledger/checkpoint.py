"""Moves what the write-ahead log holds into the database file, beside the writer rather than in its way.

By default SQLite does it inside some unlucky commit, with two waits for the disk. Here a second connection does it: at
first without blocking anyone; only where the log still grows, because new rows keep coming while old ones are moved,
with the writer held off for the little that remains.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing

_LOG = logging.getLogger(__name__)

_MOST_PAGES = 8192
"""Pages of log (32 MiB) from which on the writer is held off once, so that the log begins anew."""


class Checkpointer:
    """One thread with one connection, idle until nudged."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._wanted = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="ledger-checkpoint", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def nudge(self) -> None:
        """There is something to move. Returns at once."""
        self._wanted.set()

    def stop(self) -> None:
        """End after what is being done."""
        self._stopping = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._stopping:
                return
            try:
                with closing(self._connect()) as connection:
                    self._move(connection)
            except sqlite3.Error as error:
                # The rows are safe in the log, and the next nudge tries again.
                _LOG.warning("the ledger's log could not be moved into its file: %s", error)

    def _move(self, connection: sqlite3.Connection) -> None:
        _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages > _MOST_PAGES:
            connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
