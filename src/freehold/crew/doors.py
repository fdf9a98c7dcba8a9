"""Which worker a connection goes to: the first takes them all, and gives each to the one that has the least to do.

Were all workers to take connections from the one socket, whichever wakes first would take all that wait: of 32 that
came at once, one of two workers was measured to get every one. A connection is handed over as a descriptor
(``SCM_RIGHTS``, unix(7)), one a packet, on a pair of sockets of its own; what comes back is how many have ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable

_LOG = logging.getLogger("freehold.crew")

UPKEEP = 0.35
"""What a hand's connection costs the first, which keeps its records, of what one of its own costs. Measured."""
_AT_ONCE = 64
"""Connections taken in one turn of the loop, so that those there are have their turn too."""
_REST = 0.1
"""Seconds without new connections after the system refused one, for want of descriptors say."""
_NUMBER = 4
_FEW = 1024
"""Bytes of counts that are read at once."""


def pair() -> tuple[socket.socket, socket.socket]:
    """The two ends between which connections are handed over."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setblocking(False)
    return ends


class HandDoor:
    """The first worker's end of the way to one hand."""

    def __init__(self, end: socket.socket, is_ready: Callable[[], bool]) -> None:
        self.held = 0
        """Connections that it was given and that have not ended."""
        self.is_ready = is_ready
        self._end = end
        asyncio.get_running_loop().add_reader(end, self._hear)

    def give(self, connection: socket.socket) -> bool:
        """Hand it over; false where the hand takes none, so that somebody else must."""
        try:
            socket.send_fds(self._end, [b"c"], [connection.fileno()])
        except OSError:
            return False
        self.held += 1
        return True

    def close(self) -> None:
        """Hand over no more."""
        if self._end.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._end)
            self._end.close()

    def _hear(self) -> None:
        try:
            data = self._end.recv(_FEW)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.held -= int.from_bytes(data, "big")
        else:
            self.close()


class Doorkeeper:
    """Takes every connection. For the event loop of the first worker."""

    def __init__(
        self, listening: socket.socket, *, keep: Callable[[socket.socket], None], kept: Callable[[], int]
    ) -> None:
        """`keep` serves a connection in this worker, which has `kept` of them."""
        self.doors: set[HandDoor] = set()
        """Of all hands there are."""
        self._listening = listening
        self._keep = keep
        self._kept = kept
        self._resting: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Take connections from now on."""
        self._resting = None
        self._listening.setblocking(False)
        asyncio.get_running_loop().add_reader(self._listening, self._take)

    def close(self) -> None:
        """Take no more."""
        if self._resting is not None:
            self._resting.cancel()
        if self._listening.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._listening)

    def _take(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:
                _LOG.error("no connection can be taken for a moment: %s", error)
                self.close()
                self._resting = asyncio.get_running_loop().call_later(_REST, self.open)
                return
            self._give(connection)

    def _give(self, connection: socket.socket) -> None:
        ready = [door for door in self.doors if door.is_ready()]
        door = min(ready, key=lambda each: each.held, default=None)
        own = self._kept() + UPKEEP * sum(each.held for each in ready)
        if door is not None and door.held < own and door.give(connection):
            connection.close()
        else:
            self._keep(connection)


class Doorway:
    """A hand's end: connections come in, and the first is told how many have ended."""

    def __init__(self, end: socket.socket, keep: Callable[[socket.socket], None]) -> None:
        end.setblocking(False)
        self._end = end
        self._keep = keep
        self._ended = 0

    def open(self) -> None:
        """Take what comes from now on."""
        asyncio.get_running_loop().add_reader(self._end, self._take)

    def close(self) -> None:
        """Take what has come by now, and no more: the first worker then sees that it must keep the rest."""
        with contextlib.suppress(OSError):
            self._end.shutdown(socket.SHUT_RD)
        self._take()
        asyncio.get_running_loop().remove_reader(self._end)

    def ended(self) -> None:
        """One of those taken is over."""
        if not self._ended:
            asyncio.get_running_loop().call_soon(self._tell)
        self._ended += 1

    def _tell(self) -> None:
        ended, self._ended = self._ended, 0
        # Where the first is gone, nobody counts, and this process is about to end.
        with contextlib.suppress(OSError):
            self._end.send(ended.to_bytes(_NUMBER, "big"))

    def _take(self) -> None:
        while True:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._end, 1, 1)
            except OSError:
                return
            if not data:
                asyncio.get_running_loop().remove_reader(self._end)
                return
            for descriptor in descriptors:
                self._keep(socket.socket(fileno=descriptor))
