"""A router as one file: figures and a card of JSON, nothing that runs.

It is NumPy's ``.npz``, a ZIP archive of arrays (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html),
read without pickles. No text of a prompt is in it. The vectors are made of prompts and tell something of them, which is
why they carry the prompts' label, and why only this user may read the file. A router's id is the hash of its file
as it was made; what is erased or expires is taken out of it later, and the id stays.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import tokenize
import zipfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.core.errors import NotFound, Unprocessable
from freehold.evaluate.router.card import Card, Known
from freehold.evaluate.router.fit import MOST, Evidence
from freehold.evaluate.router.gathering import Origin
from freehold.evaluate.router.space import Points

MOST_BYTES = 256 * 2**20
_ARRAYS = ("meaning", "form", "slices", "weak", "strong", "examples", "exchanges")
_CARD = "card"
_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, tokenize.TokenError, msgspec.DecodeError)
"""What reading an archive, and the header of an array, raises for what is none."""
_CHANGED = "is not as it was written; remove it and train the router again"
_card = msgspec.json.Decoder(Card).decode
Names = NDArray[np.bytes_]


class Taught(msgspec.Struct, frozen=True):
    """All that a router's file holds."""

    card: Card
    evidence: Evidence
    origins: tuple[Origin, ...]
    """Where each prompt of the evidence comes from."""

    @property
    def examples(self) -> frozenset[str]:
        """The ids of the examples it was taught; a forecast of one of these would know its outcome."""
        return frozenset(origin.example for origin in self.origins if origin.example)


class Shelf:
    """The routers of one folder. Everything here blocks on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, taught: Taught) -> Known:
        """Keep a router, readable by this user alone, whole or not at all."""
        content = packed(taught)
        router = id_of(content)
        self._write(router, content)
        return Known(router, taught.card)

    def forget(self, router: str, gone: Set[str]) -> Known | None:
        """Have a router no longer know what came from these requests; its id stays, and `Card.forgot` counts them.

        Where less than half of what it was taught is left, it goes as a whole, and `None` is told. Raises `NotFound`.
        """
        taught = self.get(router)
        left = [place for place, origin in enumerate(taught.origins) if origin.exchange not in gone]
        card = taught.card
        forgot = card.forgot + len(taught.origins) - len(left)
        if 2 * len(left) < card.size:
            self.remove(router)
            return None
        card = msgspec.structs.replace(card, forgot=forgot)
        evidence = taught.evidence.part(np.array(left, dtype=np.intp))
        self._write(router, packed(Taught(card, evidence, tuple(taught.origins[place] for place in left))))
        return Known(router, card)

    def get(self, router: str) -> Taught:
        """A router; raises `NotFound`, and `Unprocessable` for a file that is not what it was."""
        path = self._path(router)
        try:
            if path.stat().st_size > MOST_BYTES:
                raise Unprocessable(f"{path.name} is larger than any router; remove it")
            content = path.read_bytes()
        except FileNotFoundError:
            raise NotFound(f"there is no router {router[:80]!r}; 'freehold eval router list' lists them") from None
        try:
            taught = unpacked(content)
        except Unprocessable as error:
            raise Unprocessable(f"{path.name} {_CHANGED} ({error.message})") from error
        # What has forgotten some is another file than it was; the archive's own check sums still tell of damage.
        if not taught.card.forgot and id_of(content) != router:
            raise Unprocessable(f"{path.name} {_CHANGED}")
        return taught

    def known(self, router: str) -> Known:
        """A router without its figures; raises `NotFound`, `Unprocessable`."""
        with self._archive(router) as archive:
            return Known(router, _card(_array(archive, _CARD).tobytes()))

    def exchanges(self, router: str) -> frozenset[str]:
        """The requests of the ledger that a router has learned from; raises as `known`."""
        with self._archive(router) as archive:
            names = _array(archive, "exchanges").tolist()
        return frozenset(name.decode() for name in names if name)

    def stamp(self, router: str) -> int:
        """Changes with the router's file; 0 where there is none."""
        try:
            return self._path(router).stat().st_mtime_ns
        except (FileNotFoundError, NotFound):
            return 0

    def all(self) -> list[Known]:
        """Every router that can be read, newest first."""
        found = []
        for path in self.folder.glob("rt_*.npz"):
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

    @contextmanager
    def _archive(self, router: str) -> Iterator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(self._path(router)) as archive:
                yield archive
        except FileNotFoundError:
            raise NotFound(f"there is no router {router[:80]!r}; 'freehold eval router list' lists them") from None
        except _BROKEN as error:
            raise Unprocessable(f"{router} is no router's file: {error}") from error

    def _write(self, router: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, part = self._path(router), self.folder / f".{router}.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def _path(self, router: str) -> Path:
        if not (router.startswith("rt_") and len(router) == 35 and set(router[3:]) <= set("0123456789abcdef")):
            raise NotFound(f"there is no router {router[:80]!r}; 'freehold eval router list' lists them")
        return self.folder / f"{router}.npz"


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
        examples=np.array([origin.example for origin in taught.origins], dtype="S35"),
        exchanges=np.array([origin.exchange for origin in taught.origins], dtype="S35"),
    )
    return buffer.getvalue()


def unpacked(content: bytes) -> Taught:
    """The router of a file's content; raises `Unprocessable` for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            card = _card(_array(archive, _CARD).tobytes())
            meaning, form, slices, weak, strong, *origins = (_array(archive, name) for name in _ARRAYS)
    except _BROKEN as error:
        raise Unprocessable(f"this is no router's file: {error}") from error
    figures = (meaning, form, slices)
    if any(each.ndim != 2 or len(each) != len(weak) for each in figures) or not 0 < len(weak) <= MOST:
        raise Unprocessable("this is no router's file: its figures are not of the same prompts")
    if weak.shape != strong.shape or not all(np.isfinite(each).all() for each in (meaning, form, weak, strong)):
        raise Unprocessable("this is no router's file: not all of its figures are numbers")
    if any(each.shape != weak.shape or each.dtype.kind != "S" for each in origins):
        raise Unprocessable("this is no router's file: it does not say where each prompt comes from")
    points = Points(*(np.asarray(each, dtype=float) for each in figures))
    evidence = Evidence(points, np.asarray(weak, dtype=float), np.asarray(strong, dtype=float))
    examples, exchanges = ([name.decode() for name in each.tolist()] for each in origins)
    return Taught(card, evidence, tuple(map(Origin, examples, exchanges)))


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
