"""One end of the pair of sockets between the first worker and a hand, on an event loop.

What is said within one turn of the loop goes out as one frame in one write, so that under load a message costs a
fraction of a system call. It is a socket of our own and no transport, since `send_now` must have what it is told in the
kernel before it returns.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from freehold.crew.frames import BadFrame, Reader, encode, frame

_LOG = logging.getLogger("freehold.crew")

Spoken = TypeVar("Spoken")

_READ = 256 * 1024
_KERNEL = 4 * 2**20
"""Bytes that the kernel may hold for either end, where it lets us ask for so much."""
_STEP = 0.005
MOST_UNSENT = 64 * 2**20
"""Bytes that may wait for the other end, beyond which nothing new is begun."""


def pair() -> tuple[socket.socket, socket.socket]:
    """The two ends. Neither is inherited unless it is handed over by name."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    for end in ends:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL)
    return ends


class Channel(Generic[Spoken]):
    """Says messages and hears them, in order. For one event loop."""

    def __init__(
        self, end: socket.socket, spoken: Any, *, heard: Callable[[Spoken], None], lost: Callable[[], None]
    ) -> None:
        """`spoken`: the union that is heard. `heard` is called with each; `lost` once, when the other end is gone."""
        end.setblocking(False)
        self._end = end
        self._heard = heard
        self._lost = lost
        self._reader: Reader[Spoken] = Reader(spoken)
        self._loop = asyncio.get_running_loop()
        self._said: list[bytes] = []
        self._unsent = bytearray()
        self._writing = False
        self._scheduled = False
        self.closed = False
        """Nothing is heard any more, and what is said goes nowhere."""
        self._loop.add_reader(end, self._read)

    @property
    def full(self) -> bool:
        """Whether the other end takes so little that nothing new should be begun."""
        return len(self._unsent) > MOST_UNSENT

    def send(self, message: object) -> None:
        """Say this at the end of the loop's turn, with all else that is said in it; raises `ValueError` as `encode`."""
        if self.closed:
            return
        self._said.append(encode(message))
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._flush)

    def send_now(self, message: object) -> None:
        """Say this, and what was said before it, before anything else that this process does; raises as `send`."""
        if self.closed:
            return
        self._said.append(encode(message))
        self._flush()

    async def finish(self, patience: float) -> None:
        """Have all that was said go out, for so many seconds at most, and hang up."""
        self._flush()
        until = self._loop.time() + patience
        # What the kernel takes it says to `_go_on`, which has no event to set.
        while self._unsent and self._loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(_STEP)
        self.close()

    def close(self) -> None:
        """Hang up; what was said by now goes out as far as the other end takes it at once. Calls `lost`, once."""
        if self.closed:
            return
        self._flush()
        if not self.closed:
            self._hang_up()

    def hear_out(self) -> None:
        """Hear all that the other end, which has ended, had said by then; then hang up."""
        while self._read():
            pass
        self.close()

    def _flush(self) -> None:
        self._scheduled = False
        if self.closed or not self._said:
            return
        said, self._said = self._said, []
        data = frame(said)
        if self._unsent:
            self._unsent += data
            return
        sent = self._write(data)
        if sent is not None and sent < len(data):
            self._unsent += memoryview(data)[sent:]
            self._writing = True
            self._loop.add_writer(self._end, self._go_on)

    def _go_on(self) -> None:
        """Write what the other end had no room for."""
        sent = self._write(self._unsent)
        if sent is None:
            return
        del self._unsent[:sent]
        if not self._unsent:
            self._writing = False
            self._loop.remove_writer(self._end)

    def _write(self, data: bytes | bytearray) -> int | None:
        """How much was taken; `None` where the other end is gone."""
        try:
            return self._end.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self._hang_up()
            return None

    def _read(self) -> bool:
        """Hear what has come; whether more may have."""
        if self.closed:
            return False
        try:
            data = self._end.recv(_READ)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return False
        try:
            for message in self._reader.take(data):
                if self.closed:
                    return False
                self._heard(message)
        except BadFrame as error:
            _LOG.error("what the other worker said cannot be read, so it is left: %s", error)
            self._hang_up()
        except Exception:  # noqa: BLE001  # a bug of ours; whoever waits for what was not heard must be told
            _LOG.exception("a message of the other worker could not be served, so it is left")
            self._hang_up()
        return True

    def _hang_up(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._said.clear()
        self._unsent.clear()
        self._loop.remove_reader(self._end)
        if self._writing:
            self._loop.remove_writer(self._end)
        self._end.close()
        self._lost()
