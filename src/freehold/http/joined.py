"""A transport that sends an answer's head together with what follows it at once."""

from __future__ import annotations

import asyncio
from typing import Any

_HEAD = b"HTTP/1."


class Joined(asyncio.Transport):
    """Wraps the transport of one connection.

    The server writes an answer's head and its body one after the other. Each write is a call of the kernel, a packet
    and, at the other end, somebody woken: for a short answer, a twentieth of what a request costs. So a head waits for
    the next write, and no longer than until the loop comes round.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._head = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send, in the order of the calls."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data[:7] == _HEAD:
            self._head = bytes(data)
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Send what waits, then close."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once; what waits is lost."""
        self._head = b""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Whether it is closing or closed."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What the transport knows of itself."""
        return self._transport.get_extra_info(name, default)

    def get_write_buffer_size(self) -> int:
        """Bytes that have not gone out."""
        return len(self._head) + self._transport.get_write_buffer_size()

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Low and high water mark, bytes."""
        return self._transport.get_write_buffer_limits()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Change the water marks, bytes."""
        self._transport.set_write_buffer_limits(high, low)

    def pause_reading(self) -> None:
        """Have the peer wait."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self._transport.resume_reading()

    def is_reading(self) -> bool:
        """Whether it reads."""
        return self._transport.is_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand the connection to another protocol."""
        self._transport.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Whose connection it is."""
        return self._transport.get_protocol()

    def can_write_eof(self) -> bool:
        """Whether one side may be ended alone."""
        return self._transport.can_write_eof()

    def write_eof(self) -> None:
        """Send what waits, then end this side."""
        self._flush()
        self._transport.write_eof()
