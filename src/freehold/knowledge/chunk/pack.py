"""Pack atoms into chunks: as long as they may be, ended where it hurts least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from freehold.knowledge.chunk.atom import Atom, Break
from freehold.knowledge.chunk.limits import Limits


def pack(atoms: Sequence[Atom], limits: Limits) -> Iterator[tuple[int, int]]:
    """Chunks as ranges of atoms, in order, without gaps; none is longer than `limits.most` characters.

    A chunk ends where a page or a section does. One that would grow too long ends at the best cut after `limits.least`
    characters, the last of equals, and leaves at least as much for what comes after it. Time is linear in the number of
    atoms, as a chunk ends past the middle of what was looked at unless a better cut is nearer.
    """
    first = 0
    while first < len(atoms):
        after = _end(atoms, first, limits)
        yield first, after
        first = after


def _end(atoms: Sequence[Atom], first: int, limits: Limits) -> int:
    """The index after the last atom of the chunk that begins at `first`."""
    stop, whole = _reach(atoms, first, limits)
    start, fits = atoms[first].start, stop
    while fits > first + 1 and atoms[fits - 1].end - start > limits.most:
        fits -= 1
    if whole and fits == stop:
        return stop
    last = atoms[stop - 1].end - limits.least if whole else atoms[fits - 1].end

    def merit(index: int) -> tuple[bool, bool, Break, int]:
        end, before = atoms[index - 1].end, atoms[index].before
        least = limits.least if before < Break.HEADING else limits.least // 3
        return before is not Break.GLUE, start + least <= end <= last, before, index

    return max(range(first + 1, fits + 1), key=merit)


def _reach(atoms: Sequence[Atom], first: int, limits: Limits) -> tuple[int, bool]:
    """How far one chunk could go if it might be a little longer, and whether something ends there."""
    start = atoms[first].start
    for index in range(first + 1, len(atoms)):
        if atoms[index].end - start > limits.most + limits.least:
            return index, False
        if _must_end(atoms, first, index, limits):
            return index, True
    return len(atoms), True


def _must_end(atoms: Sequence[Atom], first: int, index: int, limits: Limits) -> bool:
    """Whether a page or a section ends before the atom at `index`."""
    last, here = atoms[index - 1], atoms[index]
    if here.before is Break.GLUE:
        return False
    if atoms[first].page != here.page and here.before >= Break.ITEM:
        return True
    if here.before is not Break.HEADING:
        return False
    body = next((atoms[at] for at in range(first, index) if not atoms[at].heads), atoms[first])
    around = body.path[:-1]
    return last.end - atoms[first].start >= limits.least or here.path[: len(around)] != around
