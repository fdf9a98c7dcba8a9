"""How long a chunk may be, and how short it should not be."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """Lengths in characters. A chunk has at most `most`; one shorter than `least` joins its neighbour where it may.

    Raises `ValueError` where `most` is under 16 or `least` not below it.
    """

    most: int = 1200
    least: int = 300

    def __post_init__(self) -> None:
        if self.most < 16:
            raise ValueError(f"most = {self.most}: a chunk needs 16 characters at least")
        if not 0 <= self.least < self.most:
            raise ValueError(f"least = {self.least}: choose 0 to {self.most - 1}, less than most")

    @property
    def piece(self) -> int:
        """The longest atom: a heading before it and a heading behind it still fit into one chunk with it."""
        return self.most // 2

    @property
    def head(self) -> int:
        """The longest run of headings that is kept with the text beside it; a longer one is read as a paragraph."""
        return self.most // 4
