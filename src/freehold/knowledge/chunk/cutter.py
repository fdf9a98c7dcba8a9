"""Cut an extracted text into chunks with exact spans."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from freehold.knowledge.chunk import context
from freehold.knowledge.chunk.atom import Atom
from freehold.knowledge.chunk.code import code_atoms
from freehold.knowledge.chunk.limits import Limits
from freehold.knowledge.chunk.pack import pack
from freehold.knowledge.chunk.prose import prose_atoms
from freehold.knowledge.model import Chunk, Extracted

DEFAULT = Limits()


def chunk(extracted: Extracted, limits: Limits = DEFAULT) -> tuple[Chunk, ...]:
    """Cut a text along its structure: prose by headings, paragraphs and sentences, source code by definitions.

    The chunks are in order, do not overlap, and hold every character that is not white space. Each begins and ends with
    such a character, has at most ``limits.most`` characters, stays on one page unless a paragraph runs on, and is not a
    heading alone unless nothing stands beside it. A text without words has no chunks. The same text always gives the
    same chunks, in time linear in its length.
    """
    atoms = code_atoms(extracted, limits) if extracted.language else prose_atoms(extracted, limits)
    begins = context.opening(extracted.text, atoms)
    return tuple(
        _chunk(extracted, ordinal, atoms[first:after], begins if first else "")
        for ordinal, (first, after) in enumerate(pack(atoms, limits))
    )


def _chunk(extracted: Extracted, ordinal: int, inside: Sequence[Atom], begins: str) -> Chunk:
    start, end = inside[0].start, inside[-1].end
    heading = _shared_path(inside)
    return Chunk(
        ordinal=ordinal,
        start=start,
        end=end,
        digest=hashlib.sha256(extracted.text[start:end].encode()).hexdigest(),
        context=context.line(extracted, inside, heading, begins),
        page=inside[0].page,
        heading=heading,
    )


def _shared_path(inside: Sequence[Atom]) -> tuple[str, ...]:
    """The innermost path around everything in a chunk; headings themselves count only where nothing else is in it."""
    paths = [atom.path for atom in inside if not atom.heads] or [atom.path for atom in inside]
    low, high = min(paths), max(paths)
    shared = 0
    while shared < min(len(low), len(high)) and low[shared] == high[shared]:
        shared += 1
    return low[:shared]
