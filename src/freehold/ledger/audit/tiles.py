"""Tiles: how a Merkle tree and its leaves lie in files, as C2SP's tlog-tiles (https://c2sp.org/tlog-tiles) says.

A tile holds up to 256 hashes of one level, a bundle the up to 256 leaves below a tile of level 0. A partial one is the
beginning of what it grows into, so a reader that finds only the longer one takes what it wants of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, Literal

import msgspec

from freehold.ledger.audit.tree import EMPTY, Hash, node_hash, root_of, split

WIDTH = 256
HASH = 32
LONGEST_LEAF = 0xFFFF
"""Bytes: a leaf's length stands in 16 bits before it."""

CHECKPOINT = "checkpoint"
ENTRIES: Final = "entries"

Level = int | Literal["entries"]

_PATH = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")

Fetch = Callable[[str], bytes | None]
"""What stands at a path such as ``tile/0/x001/067.p/3``, relative to the log; `None` where nothing does."""


class Broken(ValueError):
    """A file of the log is not what it should be. The text names it and says how."""


class Tile(msgspec.Struct, frozen=True):
    """Which tile: its level or ``entries``, its number from the left, and how many of its 256 places are filled."""

    level: Level
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies.

        >>> Tile(0, 1234067, 3).path
        'tile/0/x001/x234/067.p/3'
        """
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *before, last = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{''.join(f'x{part}/' for part in before)}{last}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile | None:
        """The tile at a path; `None` for what is no tile's path, written as it must be."""
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        level: Level = ENTRIES if found[1] == ENTRIES else int(found[1])
        tile = cls(level, int(found[2].replace("x", "").replace("/", "")), int(found[3] or WIDTH))
        return tile if tile.path == path and tile.width <= WIDTH and (level == ENTRIES or level < 64) else None


def tiles_of(size: int) -> Iterable[Tile]:
    """Every tile and bundle of a tree of `size` leaves, bundles first, then each level from the left."""
    yield from (Tile(ENTRIES, number, min(WIDTH, size - number * WIDTH)) for number in range(-(-size // WIDTH)))
    level, held = 0, size
    while held:
        yield from (Tile(level, number, min(WIDTH, held - number * WIDTH)) for number in range(-(-held // WIDTH)))
        level, held = level + 1, held // WIDTH


def pack(leaves: Iterable[bytes]) -> bytes:
    """A bundle of these leaves."""
    return b"".join([part for leaf in leaves for part in (len(leaf).to_bytes(2, "big"), leaf)])


def unpack(bundle: bytes) -> list[bytes]:
    """The leaves of a bundle; raises `ValueError` where a length leads beyond its end."""
    leaves: list[bytes] = []
    at, end = 0, len(bundle)
    while at < end:
        begin = at + 2
        at = begin + int.from_bytes(bundle[at:begin], "big")
        if at > end:
            raise ValueError(f"its entry {len(leaves)} is cut short")
        leaves.append(bundle[begin:at])
    return leaves


def cut(tile: Tile, longer: bytes) -> bytes:
    """The beginning of a longer tile or bundle, as wide as `tile`; raises `ValueError` where it is not that long."""
    if tile.level == ENTRIES:
        leaves = unpack(longer)
        if len(leaves) < tile.width:
            raise ValueError(f"it has {len(leaves)} entries")
        return pack(leaves[: tile.width])
    if len(longer) < tile.width * HASH:
        raise ValueError(f"it has {len(longer)} bytes")
    return longer[: tile.width * HASH]


class Tiles:
    """A tree of `size` leaves, read from its tiles as they are wanted. What is missing or malformed is `Broken`."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self.size = size
        self._fetch = fetch
        self._hashes = lru_cache(maxsize=64)(self._read_hashes)
        self._leaves = lru_cache(maxsize=4)(self._read_leaves)

    def hashes(self, level: int, number: int) -> list[Hash]:
        """The hashes of a tile."""
        return self._hashes(level, number)

    def leaves(self, number: int) -> list[bytes]:
        """The leaves of a bundle."""
        return self._leaves(number)

    def leaf(self, index: int) -> bytes:
        """One leaf."""
        return self.leaves(index // WIDTH)[index % WIDTH]

    def root(self) -> Hash:
        """The root of the whole tree."""
        return self.stretch(0, self.size) if self.size else EMPTY

    def stretch(self, start: int, end: int) -> Hash:
        """The hash of leaves ``[start, end)`` as a tree of their own.

        `start` is a multiple of a power of two that is not below their number, as it is in every proof.
        """
        count = end - start
        if count & (count - 1):
            middle = start + split(count)
            return node_hash(self.stretch(start, middle), self.stretch(middle, end))
        height = count.bit_length() - 1
        level, within = divmod(height, 8)
        number, place = divmod(start >> (8 * level), WIDTH)
        return root_of(self.hashes(level, number)[place : place + (1 << within)])

    def width(self, level: int, number: int) -> int:
        """How many places of a tile are filled."""
        return min(WIDTH, (self.size >> (8 * level)) - number * WIDTH)

    def _read_hashes(self, level: int, number: int) -> list[Hash]:
        tile = Tile(level, number, self.width(level, number))
        data = self._read(tile)
        if len(data) != tile.width * HASH:
            raise Broken(f"{tile.path} is {len(data)} bytes, and {tile.width} hashes are {tile.width * HASH}")
        return [data[at : at + HASH] for at in range(0, len(data), HASH)]

    def _read_leaves(self, number: int) -> list[bytes]:
        tile = Tile(ENTRIES, number, self.width(0, number))
        data = self._read(tile)
        try:
            leaves = unpack(data)
        except ValueError as error:
            raise Broken(f"{tile.path} is broken: {error}") from None
        if len(leaves) != tile.width:
            raise Broken(f"{tile.path} holds {_count(leaves)}, and {tile.width} belong there")
        return leaves

    def _read(self, tile: Tile) -> bytes:
        data = self._fetch(tile.path)
        if data is None:
            raise Broken(f"{tile.path} is missing")
        return data


def _count(leaves: Sequence[bytes]) -> str:
    return f"{len(leaves)} {'leaf' if len(leaves) == 1 else 'leaves'}"
