"""Signed notes and checkpoints, as text: C2SP's signed-note, tlog-checkpoint and tlog-cosignature (https://c2sp.org).

A checkpoint is a note of three lines: the log's origin, the number of leaves, the root. Freehold signs each twice with
one key: as a note, and as a cosignature, whose message has a time in it. The two messages begin differently, so neither
signature can pass for the other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

ED25519 = 0x01
COSIGNATURE = 0x04
"""The types of signature, by the byte that stands for each."""

_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9]\d{0,18}")
_MOST_BYTES = 64 * 1024


class BadNote(ValueError):
    """A note that is malformed, or not signed by whom it should be."""


class PublicKey(msgspec.Struct, frozen=True):
    """Who signs: a name and the 32 bytes of an Ed25519 public key, for one type of signature."""

    name: str
    public: bytes
    type: int = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """``name+id+key``, the form in which verifier keys are handed out."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.type]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> PublicKey:
        """Read a verifier key; raises `BadNote` that says what is wrong."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3 or not parts[0]:
            raise BadNote("a verifier key is name+id+key")
        data = _decoded(parts[2], "the verifier key")
        if len(data) != 33 or data[0] not in {ED25519, COSIGNATURE}:
            raise BadNote("the verifier key is none of Ed25519")
        key = cls(parts[0], data[1:], data[0])
        if key.id.hex() != parts[1]:
            raise BadNote("the verifier key is not whole: its id does not fit it")
        return key

    def as_cosigner(self) -> PublicKey:
        """The same key, for cosignatures."""
        return PublicKey(self.name, self.public, COSIGNATURE)

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether it is this key's signature (Ed25519, RFC 8032) of the message."""
        # Here, because it takes as long to import as much of what a start does, and only who signs or checks needs it.
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer(Protocol):
    """Signs with one key."""

    @property
    def key(self) -> PublicKey: ...

    def sign(self, message: bytes) -> bytes: ...


class Checkpoint(msgspec.Struct, frozen=True):
    """The head of a log: so many leaves, and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def parse(cls, body: str) -> Checkpoint:
        """Read a note's text; raises `BadNote`. Extension lines are refused: nobody would check what they say."""
        lines = body.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise BadNote("the checkpoint is not three lines: an origin, a number of leaves, a root")
        root = _decoded(lines[2], "the checkpoint's root")
        if len(root) != 32:
            raise BadNote("the checkpoint's root is not 32 bytes")
        return cls(lines[0], int(lines[1]), root)


class Opened(msgspec.Struct, frozen=True):
    """A checkpoint whose signatures hold."""

    checkpoint: Checkpoint
    time: int
    """Seconds since the epoch, as the log itself signed them."""
    witnessed: dict[str, int] = {}
    """By the name of each witness that was to be looked for, when it saw it."""


def sign_checkpoint(checkpoint: Checkpoint, time: int, signer: Signer) -> str:
    """The checkpoint as a note with both of the log's signatures; `time` in seconds since the epoch."""
    body = checkpoint.body
    plain = _line(signer.key, signer.sign(body.encode()))
    timed = time.to_bytes(8, "big") + signer.sign(_cosigned(body, time))
    return f"{body}\n{plain}{_line(signer.key.as_cosigner(), timed)}"


def open_checkpoint(note: str, key: PublicKey, witnesses: Sequence[PublicKey] = ()) -> Opened:
    """Check a note's signatures; raises `BadNote` where the log's are missing, or any of a known key does not hold."""
    body, signatures = parse_note(note)
    checkpoint = Checkpoint.parse(body)
    if checkpoint.origin != key.name:
        raise BadNote(f"the checkpoint is of {checkpoint.origin!r}, and the key of {key.name!r}")
    if not any(_holds(key, signature, body) for signature in _by(key, signatures)):
        raise BadNote("the checkpoint is not signed by the key")
    time = _time(key.as_cosigner(), signatures, body)
    if time is None:
        raise BadNote("the checkpoint does not say its time under the key's signature")
    seen = {witness.name: _time(witness, signatures, body) for witness in witnesses}
    return Opened(checkpoint, time, {name: at for name, at in seen.items() if at is not None})


def parse_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A note's text and its signatures, each as name, key id and the rest; raises `BadNote`."""
    if len(note) > _MOST_BYTES:
        raise BadNote("the note is longer than any checkpoint")
    body, blank, rest = note.rpartition("\n\n")
    if not blank or not rest.endswith("\n"):
        raise BadNote("it is no signed note: a text, an empty line, then signatures")
    signatures = []
    for line in rest[:-1].split("\n"):
        found = _SIGNATURE.fullmatch(line)
        data = _decoded(found[2], "a signature") if found else b""
        if found is None or len(data) < 5:
            raise BadNote("a line of the signatures is none")
        signatures.append((found[1], data[:4], data[4:]))
    return body + "\n", signatures


def notes_in(text: str) -> Iterator[str]:
    """The notes of a file to which checkpoints were added one after another, with or without empty lines between."""
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        begins = not line.startswith("— ") and lines and lines[-1].startswith("— ")
        if begins:
            yield "".join(lines)
            lines = []
        if lines or line.strip():
            lines.append(line)
    if lines:
        yield "".join(lines)


def cosignatures_in(answer: str, body: str, witness: PublicKey) -> list[str]:
    """The lines of a witness's answer that are its cosignatures of this text; raises `BadNote` where one is false."""
    found = []
    for line in answer.splitlines():
        match = _SIGNATURE.fullmatch(line)
        if match and match[1] == witness.name:
            data = _decoded(match[2], "a signature")
            if data[:4] == witness.id:
                if not _holds_timed(witness, data[4:], body):
                    raise BadNote(f"the cosignature of {witness.name!r} does not hold")
                found.append(line + "\n")
    return found


def _by(key: PublicKey, signatures: Sequence[tuple[str, bytes, bytes]]) -> list[bytes]:
    return [data for name, id_, data in signatures if name == key.name and id_ == key.id]


def _holds(key: PublicKey, signature: bytes, body: str) -> bool:
    if not key.accepts(signature, body.encode()):
        raise BadNote(f"the signature of {key.name!r} does not hold")
    return True


def _holds_timed(key: PublicKey, signature: bytes, body: str) -> bool:
    return len(signature) == 72 and key.accepts(signature[8:], _cosigned(body, int.from_bytes(signature[:8], "big")))


def _time(key: PublicKey, signatures: Sequence[tuple[str, bytes, bytes]], body: str) -> int | None:
    """The latest time under a cosignature of this key; `None` where it gave none."""
    times = []
    for signature in _by(key, signatures):
        if not _holds_timed(key, signature, body):
            raise BadNote(f"the cosignature of {key.name!r} does not hold")
        times.append(int.from_bytes(signature[:8], "big"))
    return max(times, default=None)


def _cosigned(body: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{body}".encode()


def _line(key: PublicKey, signature: bytes) -> str:
    return f"— {key.name} {_base64(key.id + signature)}\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote(f"{what} is not base64") from None
    if _base64(data) != text:
        raise BadNote(f"{what} is not base64 as it must be written")
    return data
