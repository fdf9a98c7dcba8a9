"""What passes between Freehold and a worker that reads files, in frames."""

from __future__ import annotations

import msgspec

from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.kinds import Kind
from freehold.knowledge.extract.mail import Attachment
from freehold.knowledge.model import Extracted


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

JOBS = msgspec.msgpack.Decoder(Job)
REPLIES: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)
