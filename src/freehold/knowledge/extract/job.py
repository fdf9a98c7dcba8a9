"""What passes between Freehold and a worker that reads files, as length-prefixed MessagePack."""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.kinds import Kind
from freehold.knowledge.extract.mail import Attachment
from freehold.knowledge.model import Extracted

_LENGTH_BYTES = 8


class Job(msgspec.Struct, frozen=True):
    """A file to be read. `scratch` is an empty folder for the attachments of an e-mail."""

    source: str
    kind: Kind
    media_type: str
    scratch: str
    ocr: bool
    bounds: Bounds

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return self.bounds.ocr_seconds if self.ocr and self.kind in {"pdf", "image"} else self.bounds.seconds


class Read(msgspec.Struct, frozen=True, tag="read"):
    """What was in it."""

    extracted: Extracted
    attachments: tuple[Attachment, ...] = ()


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why it could not be read."""

    reason: str


Reply = Read | Refused

_ENCODER = msgspec.msgpack.Encoder()
JOBS = msgspec.msgpack.Decoder(Job)
REPLIES: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def send(pipe: BinaryIO, message: Job | Reply) -> None:
    """Write one message."""
    data = _ENCODER.encode(message)
    pipe.write(len(data).to_bytes(_LENGTH_BYTES, "big"))
    pipe.write(data)
    pipe.flush()


def received(pipe: BinaryIO) -> bytes | None:
    """The bytes of one message; `None` when the other side is gone, in the middle of one or before."""
    head = pipe.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    data = pipe.read(length)
    return data if len(data) == length else None
