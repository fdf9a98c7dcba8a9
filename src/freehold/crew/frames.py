"""Messages as bytes: many to a frame, which is its length in four bytes, big-endian, and a MessagePack array of them.

Each message is encoded by itself, so that one which cannot be fails its own sender and takes no other with it.
The two ends are one release of one program, so that there are no versions. What is said is in `messages`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from freehold.core.target import Secret

Spoken = TypeVar("Spoken")

MOST_FRAME = 1 << 30
"""Bytes. A longer frame is one that no peer of ours has sent."""
_HEAD = 4
_ARRAY = 5
"""Bytes before the first message of an array."""


class BadFrame(Exception):
    """What came is no frame of ours; nothing after it can be read."""


class Reader(Generic[Spoken]):
    """Takes bytes as they come, and gives the messages that are whole."""

    def __init__(self, spoken: Any) -> None:
        """`spoken`: the union of messages that may come."""
        self._decode = msgspec.msgpack.Decoder(list[spoken], dec_hook=_told).decode
        self._held = bytearray()

    def take(self, data: bytes) -> Iterator[Spoken]:
        """The messages that are whole with these bytes; raises `BadFrame`."""
        held = self._held
        held += data
        start, end = 0, len(held)
        while end - start >= _HEAD:
            length = int.from_bytes(held[start : start + _HEAD], "big")
            if length > MOST_FRAME:
                raise BadFrame(f"a frame of {length} bytes")
            after = start + _HEAD + length
            if after > end:
                break
            with memoryview(held) as view, view[start + _HEAD : after] as frame:
                try:
                    messages: Sequence[Spoken] = self._decode(frame)
                except (msgspec.DecodeError, ValueError) as error:
                    raise BadFrame(str(error)) from error
            yield from messages
            start = after
        if start:
            del held[:start]


def encode(message: object) -> bytes:
    """One message; raises `ValueError` where it holds what none can: a number beyond 64 bits, half a character."""
    try:
        return _encode(message)
    except OverflowError as error:
        raise ValueError(str(error)) from error


def frame(messages: Sequence[bytes]) -> bytes:
    """Messages that are encoded, in one frame; raises `ValueError` where they are too long for it."""
    length = _ARRAY + sum(map(len, messages))
    if length > MOST_FRAME:
        raise ValueError(f"{length} bytes do not go into one frame")
    # The array of 32 bits of MessagePack's specification: its mark, and how many follow.
    head = length.to_bytes(_HEAD, "big") + b"\xdd" + len(messages).to_bytes(4, "big")
    return head + b"".join(messages)


def _said(value: object) -> object:
    """What MessagePack does not know, as what it does. A secret goes in the open: no other process sees the pair."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} is no part of a message")


def _told(kind: type[Any], value: Any) -> Any:
    if kind is Secret or issubclass(kind, Path):
        return kind(value)
    raise NotImplementedError(f"{kind.__name__} is no part of a message")


_encode = msgspec.msgpack.Encoder(enc_hook=_said).encode
