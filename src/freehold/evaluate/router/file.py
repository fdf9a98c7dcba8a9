"""A router as one file: figures and a card of JSON, nothing that runs.

It is NumPy's ``.npz``, a ZIP archive of arrays (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html),
read without pickles. No text of a prompt is in it. The vectors are made of prompts and tell something of them, which is
why they carry the prompts' label, and why only this user may read the file. A router's id is the hash of its file.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import tokenize
import zipfile
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.core.errors import NotFound, Unprocessable
from freehold.evaluate.router.card import Card, Known
from freehold.evaluate.router.fit import MOST, Evidence
from freehold.evaluate.router.space import Points

MOST_BYTES = 256 * 2**20
_ARRAYS = ("meaning", "form", "slices", "weak", "strong", "examples")
_CARD = "card"
_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, tokenize.TokenError, msgspec.DecodeError)
"""What reading an archive, and the header of an array, raises for what is none."""
_card = msgspec.json.Decoder(Card).decode
Names = NDArray[np.bytes_]


class Taught(msgspec.Struct, frozen=True):
    """All that a router's file holds."""

    card: Card
    evidence: Evidence
    examples: frozenset[str]
    """The ids of the examples it was taught; a forecast of one of these would know its outcome."""


class Shelf:
    """The routers of one folder. Everything here blocks on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, taught: Taught) -> Known:
        """Keep a router, readable by this user alone, whole or not at all."""
        content = packed(taught)
        router = id_of(content)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, part = self._path(router), self._folder / f".{router}.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return Known(router, taught.card)

    def get(self, router: str) -> Taught:
        """A router; raises `NotFound`, and `Unprocessable` for a file that is not what it was."""
        path = self._path(router)
        try:
            if path.stat().st_size > MOST_BYTES:
                raise Unprocessable(f"{path.name} is larger than any router; remove it")
            content = path.read_bytes()
        except FileNotFoundError:
            raise NotFound(f"there is no router {router[:80]!r}; 'freehold eval router list' lists them") from None
        if id_of(content) != router:
            raise Unprocessable(f"{path.name} is not as it was written; remove it and train the router again")
        return unpacked(content)

    def all(self) -> list[Known]:
        """Every router that can be read, newest first."""
        found = []
        for path in self._folder.glob("rt_*.npz"):
            try:
                with zipfile.ZipFile(path) as archive:
                    found.append(Known(path.stem, _card(_array(archive, _CARD).tobytes())))
            except (OSError, *_BROKEN):
                continue  # It says so where it is asked for by its id.
        return sorted(found, key=lambda each: (-each.card.made_ns, each.id))

    def remove(self, router: str) -> None:
        """Forget a router; raises `NotFound`."""
        try:
            self._path(router).unlink()
        except FileNotFoundError:
            raise NotFound(f"there is no router {router[:80]!r}; 'freehold eval router list' lists them") from None

    def _path(self, router: str) -> Path:
        if not (router.startswith("rt_") and len(router) == 35 and set(router[3:]) <= set("0123456789abcdef")):
            raise NotFound(f"there is no router {router[:80]!r}; 'freehold eval router list' lists them")
        return self._folder / f"{router}.npz"


def id_of(content: bytes) -> str:
    """``rt_`` and 32 hex digits of the SHA-256 of a router's file."""
    return f"rt_{hashlib.sha256(content).hexdigest()[:32]}"


def packed(taught: Taught) -> bytes:
    """A router as the content of a file."""
    points = taught.evidence.points
    buffer = io.BytesIO()
    np.savez(
        buffer,
        card=np.frombuffer(msgspec.json.encode(taught.card), dtype=np.uint8),
        meaning=points.meaning.astype(np.float32),
        form=points.form.astype(np.float32),
        slices=points.slices.astype(np.uint8),
        weak=taught.evidence.weak.astype(np.float32),
        strong=taught.evidence.strong.astype(np.float32),
        examples=np.array(sorted(taught.examples), dtype="S35"),
    )
    return buffer.getvalue()


def unpacked(content: bytes) -> Taught:
    """The router of a file's content; raises `Unprocessable` for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            card = _card(_array(archive, _CARD).tobytes())
            meaning, form, slices, weak, strong, examples = (_array(archive, name) for name in _ARRAYS)
    except _BROKEN as error:
        raise Unprocessable(f"this is no router's file: {error}") from error
    figures = (meaning, form, slices)
    if any(each.ndim != 2 or len(each) != len(weak) for each in figures) or not 0 < len(weak) <= MOST:
        raise Unprocessable("this is no router's file: its figures are not of the same prompts")
    if weak.shape != strong.shape or not all(np.isfinite(each).all() for each in (meaning, form, weak, strong)):
        raise Unprocessable("this is no router's file: not all of its figures are numbers")
    points = Points(*(np.asarray(each, dtype=float) for each in figures))
    evidence = Evidence(points, np.asarray(weak, dtype=float), np.asarray(strong, dtype=float))
    return Taught(card, evidence, frozenset(each.decode() for each in examples.tolist()))


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[np.generic]:
    """One array.

    Raises:
        KeyError: it is not there.
        ValueError: it is packed, of another size than it says, or no figures.
    """
    member = archive.getinfo(f"{name}.npy")
    if member.compress_type != zipfile.ZIP_STORED or member.file_size > MOST_BYTES:
        raise ValueError(f"{name} is not stored as it is")
    with archive.open(member) as file:
        np.lib.format.read_magic(file)
        shape, _, kind = np.lib.format.read_array_header_1_0(file)
        # Before anything is set aside for as much as the header claims.
        if file.tell() + math.prod(shape) * kind.itemsize != member.file_size:
            raise ValueError(f"{name} is of another size than it says")
        file.seek(0)
        found: NDArray[np.generic] = np.lib.format.read_array(file, allow_pickle=False)
    return found
