"""A file that is sent, as the body or as a part of a form. It goes to disk as it comes, never whole into memory."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from freehold.core.errors import BadRequest, TooLarge
from freehold.http.asgi import Http
from freehold.http.multipart import Head, Splitter, boundary_of
from freehold.stores import disk

_PREFIX = "sent-"
_LONGEST_FIELD = 64 * 1024
_FRAMING = 1024 * 1024
"""What a form may hold beside its file, in bytes."""
_AT_ONCE = 1024 * 1024
"""Bytes that are gathered before they are written, in a thread: to start one takes longer than to copy less."""


class Sent(msgspec.Struct):
    """What was sent. `path` is a file of ours that is gone afterwards; `filename` is what the sender calls it."""

    path: Path
    size: int = 0
    filename: str = ""
    media_type: str | None = None
    fields: dict[str, str] = {}


@asynccontextmanager
async def received(
    http: Http, folder: Path, limit: int, *, mend: str = "see [knowledge] max_file_mb"
) -> AsyncIterator[Sent]:
    """Take the file of a request into `folder`, for as long as the context lasts.

    A form has it as its part ``file``; any other body is the file itself. Raises `TooLarge` beyond `limit`
    bytes, with the `mend`, `BadRequest` for a form without a file or one that cannot be read, and `Unavailable` when
    the disk does not take it.
    """
    with await asyncio.to_thread(_opened, folder) as file:
        sink = _Sink(file, folder, limit, mend)
        boundary = boundary_of(http.header(b"content-type"))
        if boundary is None:
            sent = Sent(Path(file.name), media_type=http.header(b"content-type"))
            try:
                async for piece in http.pieces(limit):
                    await sink.take(piece)
            except TooLarge:  # It may have been announced by its head alone, of which what helps is not known.
                raise sink.too_large() from None
        else:
            sent = await _form(http, Splitter(boundary), Sent(Path(file.name)), sink)
        await sink.flush()
        sent.size = sink.size
        yield sent


def _opened(folder: Path) -> IO[bytes]:
    """A file of ours in the folder, gone when it is closed. Unbuffered, so that closing it has nothing to write."""
    with disk.kept(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return tempfile.NamedTemporaryFile(dir=folder, prefix=_PREFIX, buffering=0)


def sweep(folder: Path) -> None:
    """Remove what an earlier run was receiving when it was killed. For the start, while nothing is received."""
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            path.unlink()


async def _form(http: Http, splitter: Splitter, sent: Sent, sink: _Sink) -> Sent:
    """Read a form: its part ``file`` into the sink, every other into a field."""
    fields: dict[str, bytearray] = {}
    current: bytearray | None = None
    files = 0
    async for piece in http.pieces(sink.limit + _FRAMING):
        for part in splitter.feed(piece):
            if isinstance(part, Head):
                current = None if part.name == "file" else fields.setdefault(part.name, bytearray())
                if current is None:
                    files += 1
                    sent.filename, sent.media_type = part.filename or "", part.media_type
            elif current is None:
                await sink.take(part)
            elif len(current) + len(part) > _LONGEST_FIELD:
                raise TooLarge(
                    f"a field of the form is longer than {_LONGEST_FIELD} bytes; the file is the part 'file'"
                )
            else:
                current += part
    splitter.close()
    if files != 1:
        raise BadRequest(f"the form has {files} parts named 'file'; send one file with each request", param="file")
    sent.fields = {name: value.decode("utf-8", "replace") for name, value in fields.items()}
    return sent


class _Sink:
    """A file that is written in large pieces, beside the event loop, up to a limit in bytes."""

    def __init__(self, file: IO[bytes], folder: Path, limit: int, mend: str) -> None:
        self.limit = limit
        self._mend = mend
        self.size = 0
        self._file = file
        self._folder = folder
        self._gathered = bytearray()

    async def take(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self.limit:
            raise self.too_large()
        self._gathered += data
        if len(self._gathered) >= _AT_ONCE:
            await self._write()

    def too_large(self) -> TooLarge:
        """What is said of a file beyond the limit."""
        return TooLarge(f"the file is larger than {self.limit // 2**20} MiB; {self._mend}")

    async def flush(self) -> None:
        if self._gathered:
            await self._write()

    async def _write(self) -> None:
        data, self._gathered = bytes(self._gathered), bytearray()
        await asyncio.to_thread(self._put, data)

    def _put(self, data: bytes) -> None:
        """A raw write may take less than it was given, as on a disk that is nearly full."""
        left = memoryview(data)
        with disk.kept(self._folder):
            while left:
                left = left[self._file.write(left) :]
