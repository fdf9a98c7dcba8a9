"""The growing edge of the tree: what must be remembered of it to go on, which is its partial tiles alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from freehold.ledger.audit.tiles import ENTRIES, WIDTH, Fetch, Tile, Tiles, pack
from freehold.ledger.audit.tree import Hash, leaf_hashes, root_of


class Edge:
    """The right edge of a tree of `size` leaves. `grow` says what is to be written; the edge has then moved on."""

    def __init__(self, size: int, levels: list[list[Hash]], leaves: list[bytes]) -> None:
        self.size = size
        self._levels = levels
        """By level, the hashes of its partial tile, up to 255 of them."""
        self._leaves = leaves
        """The leaves of the partial bundle."""

    @classmethod
    def read(cls, fetch: Fetch, size: int) -> Edge:
        """The edge of a log of `size` leaves; raises `Broken` for what is missing or malformed of it."""
        tiles, levels, held = Tiles(fetch, size), list[list[Hash]](), size
        while held:
            number, partial = divmod(held, WIDTH)
            levels.append(list(tiles.hashes(len(levels), number)) if partial else [])
            held = number
        return cls(size, levels, list(tiles.leaves(size // WIDTH)) if size % WIDTH else [])

    @property
    def root(self) -> Hash:
        """The root of the tree."""
        # What stands below a level is its last, incomplete part, which the definition splits off like a whole one.
        below: list[Hash] = []
        for hashes in self._levels:
            if hashes or below:
                below = [root_of([*hashes, *below])]
        return root_of(below)

    def grow(self, leaves: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
        """Take leaves in; yields every tile and bundle that comes of it, with its bytes, whole ones first.

        A partial tile that stays as it is, as those of higher levels often do, is none of them: what a checkpoint
        counts in is never written again.
        """
        taken, stood = 0, {tile for tile, _ in self._partial()}
        while taken < len(leaves):
            some = leaves[taken : taken + WIDTH - len(self._leaves)]
            taken += len(some)
            self._leaves += some
            self.size += len(some)
            if len(self._leaves) == WIDTH:
                yield Tile(ENTRIES, self.size // WIDTH - 1), pack(self._leaves)
                self._leaves = []
            yield from self._carry(0, leaf_hashes(some))
        if leaves and self._leaves:
            yield Tile(ENTRIES, self.size // WIDTH, len(self._leaves)), pack(self._leaves)
        yield from ((tile, data) for tile, data in self._partial() if tile not in stood)

    def _carry(self, level: int, found: list[Hash]) -> Iterator[tuple[Tile, bytes]]:
        """Take hashes in at a level, at most as many as its tile has room for."""
        if level == len(self._levels):
            self._levels.append([])
        hashes = self._levels[level]
        hashes += found
        if len(hashes) == WIDTH:
            number = (self.size >> (8 * (level + 1))) - 1
            yield Tile(level, number), b"".join(hashes)
            self._levels[level] = []
            yield from self._carry(level + 1, [root_of(hashes)])

    def _partial(self) -> Iterator[tuple[Tile, bytes]]:
        for level, hashes in enumerate(self._levels):
            if hashes:
                yield Tile(level, self.size >> (8 * (level + 1)), len(hashes)), b"".join(hashes)
