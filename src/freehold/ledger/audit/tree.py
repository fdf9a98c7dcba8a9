"""Merkle trees as RFC 9162, section 2.1, defines them: hashes, roots, proofs and how each is checked. No files.

A tree is given by whoever can tell the hash of a stretch of its leaves (`Stretch`); a proof asks for few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Hash = bytes
"""32 bytes."""

Stretch = Callable[[int, int], Hash]
"""The hash of leaves ``[start, end)`` taken as a tree of their own; ``end > start``."""

EMPTY = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(leaf: bytes) -> Hash:
    """The hash of one leaf."""
    return sha256(b"\x00" + leaf).digest()


def leaf_hashes(leaves: Iterable[bytes]) -> list[Hash]:
    """The hashes of many leaves. Written out, as in `root_of`: half of what they cost would be the call."""
    return [sha256(b"\x00" + leaf).digest() for leaf in leaves]


def node_hash(left: Hash, right: Hash) -> Hash:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[Hash]) -> Hash:
    """The root over these hashes, which are of leaves or of subtrees of one size.

    Pairing from below, with an odd last one carried up as it is, gives the tree of the definition, which splits at the
    largest power of two below the size.
    """
    if not hashes:
        return EMPTY
    level = hashes
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        paired = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def split(size: int) -> int:
    """The largest power of two below `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, stretch: Stretch) -> list[Hash]:
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf up (section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    path: list[Hash] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(stretch(middle, end))
            end = middle
        else:
            path.append(stretch(start, middle))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, stretch: Stretch) -> list[Hash]:
    """What shows that the tree of `new` leaves begins with that of `old` (section 2.1.4.1); none for equal sizes."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} leaves does not go on from one of {old}")
    path: list[Hash] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(stretch(middle, end))
            end = middle
        else:
            path.append(stretch(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(stretch(start, end))
    return path[::-1]


def included(leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> bool:
    """Whether the proof leads from the leaf's hash to the root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(sibling, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, new: int, proof: Sequence[Hash], old_root: Hash, new_root: Hash) -> bool:
    """Whether the proof shows that the tree of `new` leaves begins with that of `old` (section 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            first, second = node_hash(each, first), node_hash(each, second)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, each)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
