"""The words of this wing: what a file becomes on its way to being found.

A file is read into an `Extracted` text, cut into `Chunk`s, and kept as a `Document` in a collection. Positions are
always character offsets into the extracted text, so that ``text[start:end]`` is what was cited.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.core.label import Label
from freehold.core.passage import Place

BlockKind = Literal["heading", "paragraph", "list", "table", "code"]


class Block(msgspec.Struct, frozen=True):
    """A piece of structure, ``text[start:end]``. Blocks are in order and do not overlap; white space parts them."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 is the outermost."""
    page: int | None = None
    """From 1, where the format has pages (slides and sheets count as pages)."""


class Extracted(msgspec.Struct, frozen=True):
    """The text of one file. A table's rows are lines, its cells parted by `` | ``."""

    text: str
    blocks: tuple[Block, ...]
    media_type: str
    title: str = ""
    language: str | None = None
    """The programming language of source code, such as ``python``."""
    pages: int | None = None
    notes: tuple[str, ...] = ()
    """What could not be read, one sentence each: a page that is only an image, a part that was left out."""


class Chunk(msgspec.Struct, frozen=True):
    """A piece to be found and cited. `context` is indexed before the text and never cited."""

    ordinal: int
    start: int
    end: int
    digest: str
    """SHA-256 of ``text[start:end]`` in UTF-8, as hex."""
    context: str = ""
    page: int | None = None
    heading: tuple[str, ...] = ()


Rights = tuple[Label, frozenset[str]]
"""What may see a document, and who: its label and its groups."""


class Document(msgspec.Struct, frozen=True):
    """A document as it is kept. `version` counts its contents; `digest` is SHA-256 of the file's bytes, as hex."""

    id: str
    collection: str
    name: str
    title: str
    media_type: str
    label: Label
    groups: frozenset[str]
    """Who may read it; empty: everyone who holds a key."""
    version: int
    digest: str
    size: int
    """Bytes of the file."""
    characters: int
    chunks: int
    embedded: int
    """How many of its chunks can be found by meaning; all can be found by words at once."""
    pages: int | None = None
    notes: tuple[str, ...] = ()
    added_ns: int = 0
    changed_ns: int = 0


class NewDocument(msgspec.Struct, frozen=True):
    """A content to be kept, whole: it becomes a new document, or the next version of the one of that name."""

    collection: str
    name: str
    label: Label
    groups: frozenset[str]
    digest: str
    size: int
    extracted: Extracted
    chunks: tuple[Chunk, ...]
    keeps_label: bool = False
    """A document that is there already stays under its own label; `label` is for one that is not."""
    keeps_groups: bool = False
    """As `keeps_label`, for the groups."""

    def rights(self, before: Rights | None) -> Rights:
        """Label and groups to keep it under; `before`: those of the document whose next version it becomes."""
        if before is None:
            return self.label, self.groups
        label, groups = before
        return label if self.keeps_label else self.label, groups if self.keeps_groups else self.groups


class Reader(msgspec.Struct, frozen=True):
    """Who reads: what is applied within every query, before ranking."""

    groups: frozenset[str] = frozenset()
    everything: bool = False
    """An operator's key or an admin's, which manages documents whoever may read them."""


class Query(msgspec.Struct, frozen=True):
    """What to find. `labels`: the labels of documents that may be shown; `None`: all that the reader may read."""

    text: str
    collections: tuple[str, ...]
    reader: Reader
    labels: frozenset[Label] | None = None
    limit: int = 10
    documents: frozenset[str] | None = None
    """Ids to search within; `None`: all of the collections."""


class Hit(msgspec.Struct, frozen=True):
    """A chunk that was found, best first. Ranks are from 1; `None` where that way did not find it."""

    text: str
    place: Place
    label: Label
    score: float
    lexical_rank: int | None = None
    dense_rank: int | None = None


class Surroundings(msgspec.Struct, frozen=True):
    """Neighbouring chunks of one document, in the order of their starts, and the text that they span."""

    media_type: str
    """The document's."""
    start: int
    """Where `text` begins: at the first chunk's start. It ends where the last one does."""
    text: str
    chunks: tuple[Chunk, ...]


class Weights(msgspec.Struct, frozen=True):
    """How the ranking by words and the ranking by meaning are made one; `rank.fusion` has both formulas.

    `dense`, in 0..1, is the weight of meaning; ``1 - dense`` is that of words.
    """

    dense: float = 0.5
    k: int = 20
    """The constant of reciprocal ranks; it plays no part where scores are added."""
    method: Literal["scores", "ranks"] = "scores"
    """Add scores, each in the standard deviations of its ranking, or reciprocal ranks."""


class Collection(msgspec.Struct, frozen=True):
    """A named set of documents, with what a new document gets that says nothing else."""

    name: str
    label: Label | None = None
    """`None`: the policy's label of documents."""
    groups: frozenset[str] = frozenset()
    weights: Weights | None = None
    """`None`: the defaults."""
    documents: int = 0
    chunks: int = 0
    embedded: int = 0
