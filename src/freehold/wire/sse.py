"""Server-sent events: bytes that arrive anyhow, cut into frames.

The grammar is the WHATWG HTML standard's "Interpreting an event stream". A frame keeps its own bytes, so that it can go
on unchanged: the `raw` of all frames put together is the stream as it came. Two things are kinder than the standard: a
last frame that lacks its blank line is still read, and a frame without data (a keep-alive comment) is reported too,
with empty `data`, because a caller behind us may be waiting for that very sign of life.
"""

from __future__ import annotations

import re

import msgspec

from freehold.core.errors import AttemptFailed, Fault

FRAME_LIMIT = 64 * 1024 * 1024
"""Bytes one frame may have. A stream that never ends a frame must not fill the memory."""

_BLANK_LINE = re.compile(rb"\n(?:\n|\r\n?)|\r\r\n?")
"""A line's end and then another. A line ends with LF, CR or CRLF; of two CRLF the match begins at the first LF."""

_BOM = b"\xef\xbb\xbf"


class Frame(msgspec.Struct, frozen=True):
    """One frame. `data` is its data lines joined by LF; `raw` its bytes, ending in a blank line."""

    event: str | None
    data: bytes
    raw: bytes


class Splitter:
    r"""Cuts one stream into frames. Takes time linear in the bytes, however they are cut up.

    >>> splitter = Splitter()
    >>> splitter.feed(b"data: on")
    []
    >>> splitter.feed(b"e\n\n")[0].data
    b'one'
    """

    def __init__(self, limit: int = FRAME_LIMIT) -> None:
        self._limit = limit
        self._pending = bytearray()
        self._scanned = 0
        """Bytes of `_pending` in which no blank line can begin."""
        self._begun = False
        self._after_cr = False
        """The last frame ended in a CR at the end of the bytes; an LF that comes next belongs to that line's end."""

    def feed(self, chunk: bytes) -> list[Frame]:
        """The frames that `chunk` completes; raises `AttemptFailed` (``PROTOCOL``) when one grows beyond the limit."""
        if self._holds_whole_frames(chunk):
            return [_frame(part + b"\n\n") for part in chunk[:-2].split(b"\n\n")]
        self._pending += chunk
        if not self._begin():
            return []
        frames = self._cut()
        if len(self._pending) > self._limit:
            raise AttemptFailed(Fault.PROTOCOL, f"the stream sent a frame of more than {self._limit} bytes")
        return frames

    def end(self) -> list[Frame]:
        """The frame that the end of the stream left without its blank line, if there is one."""
        rest = bytes(self._pending)
        self._pending.clear()
        self._scanned = 0
        return [_frame(rest + b"\n\n")] if rest.strip(b"\r\n") else []

    def _holds_whole_frames(self, chunk: bytes) -> bool:
        """The common case, worth a short way: nothing pends, lines end with LF, and the chunk ends with a frame."""
        return (
            chunk.endswith(b"\n\n")
            and self._begun
            and not self._pending
            and not self._after_cr
            and b"\r" not in chunk
            and b"\n\n\n" not in chunk
        )

    def _begin(self) -> bool:
        """Drop a byte order mark; false while the bytes so far may still become one."""
        if self._begun or not self._pending:
            return self._begun
        if len(self._pending) < len(_BOM) and _BOM.startswith(self._pending):
            return False
        if self._pending.startswith(_BOM):
            del self._pending[: len(_BOM)]
        self._begun = True
        return True

    def _cut(self) -> list[Frame]:
        pending, frames, start = self._pending, [], 0
        if self._after_cr and pending:
            self._scanned = int(pending[0] == 0x0A)
            self._after_cr = False
        while found := _BLANK_LINE.search(pending, max(start, self._scanned)):
            frames.append(_frame(bytes(pending[start : found.end()])))
            start = found.end()
        if start:
            self._after_cr = start == len(pending) and pending[-1] == 0x0D
            del pending[:start]
            self._scanned = 0
        self._scanned = max(self._scanned, len(pending) - 1)
        return frames


def _frame(raw: bytes) -> Frame:
    if raw.startswith(b"data: ") and raw.find(b"\n") == len(raw) - 2 and raw.endswith(b"\n\n"):
        return Frame(None, raw[6:-2], raw)
    event: str | None = None
    data: list[bytes] = []
    for line in raw.splitlines():
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
        elif name == b"event":
            event = value.removeprefix(b" ").decode("utf-8", "replace")
    return Frame(event, b"\n".join(data), raw)
