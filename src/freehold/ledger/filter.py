"""Says of a digest that it was never added, or that it probably was: B. H. Bloom, CACM 13(7), 1970."""

from __future__ import annotations

_BITS = 25
"""2 to this power bits are 4 MiB. With 3.5 million digests one "probably" in a hundred is wrong; no "never" ever is."""
_MASK = (1 << _BITS) - 1
_PLACES = 4


class Filter:
    """Digests of 16 bytes, each marked at four places, which its own bytes name: they are random as they are."""

    __slots__ = ("_marks",)

    def __init__(self) -> None:
        self._marks = bytearray(1 << (_BITS - 3))

    def add(self, digest: bytes) -> None:
        """Mark a digest."""
        number = int.from_bytes(digest, "big")
        for _ in range(_PLACES):
            place = number & _MASK
            self._marks[place >> 3] |= 1 << (place & 7)
            number >>= 32

    def __contains__(self, digest: bytes) -> bool:
        number = int.from_bytes(digest, "big")
        for _ in range(_PLACES):
            place = number & _MASK
            if not self._marks[place >> 3] >> (place & 7) & 1:
                return False
            number >>= 32
        return True
