"""How messages pass between Freehold and the processes that read files: each by its length, then in MessagePack."""

from __future__ import annotations

from typing import IO

import msgspec

_HEAD = 8
"""Bytes of the length, big-endian."""


def write_frame(stream: IO[bytes], message: msgspec.Struct) -> None:
    """Write one message, and have it on its way."""
    body = msgspec.msgpack.encode(message)
    stream.write(len(body).to_bytes(_HEAD, "big"))
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The MessagePack of the next message; `None` when the other side is gone, in the middle of one or before."""
    head = stream.read(_HEAD)
    if len(head) < _HEAD:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return body if len(body) == size else None
