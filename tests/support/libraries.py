"""Libraries under test, and what to put into them. A new store is one line of `STORES`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from freehold.core.label import PUBLIC, Label
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.model import Block, Chunk, Extracted, NewDocument, Query, Reader
from freehold.knowledge.ports import Library, Vectors
from support.postgres import postgres_home

DIMENSIONS = 8
SPACE = "toy@1"


class Home(Protocol):
    """Where a library's data is at rest. Each `open` is a library of its own on the same data, as a process has."""

    def open(self) -> Library: ...

    def holds(self, needle: bytes) -> bool:
        """Whether these bytes stand anywhere in its files, once all that was written has reached them."""
        ...


class Folder:
    """A folder of files that `SqliteLibrary` keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: list[Library] = []

    def open(self) -> Library:
        self._opened.append(SqliteLibrary(self.folder))
        return self._opened[-1]

    def holds(self, needle: bytes) -> bool:
        self.close()
        return any(needle in path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()


@contextmanager
def sqlite_home(tmp_path: Path) -> Iterator[Home]:
    home = Folder(tmp_path / "library")
    try:
        yield home
    finally:
        home.close()


STORES: dict[str, Callable[[Path], AbstractContextManager[Home]]] = {
    "postgres": postgres_home,
    "sqlite": sqlite_home,
}


def sha(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def new_document(
    name: str,
    *passages: str,
    collection: str = "handbook",
    label: Label = PUBLIC,
    groups: Sequence[str] = (),
    title: str | None = None,
    context: str | None = None,
) -> NewDocument:
    """A document whose chunks are these passages, a blank line between two."""
    text = "\n\n".join(passages)
    chunks, blocks, at = [], [], 0
    title = name if title is None else title
    for ordinal, passage in enumerate(passages):
        end = at + len(passage)
        context_line = title if context is None else context
        chunks.append(Chunk(ordinal, at, end, sha(passage), context=context_line, page=ordinal + 1, heading=(title,)))
        blocks.append(Block("paragraph", at, end))
        at = end + 2
    return NewDocument(
        collection=collection,
        name=name,
        label=label,
        groups=frozenset(groups),
        digest=sha(text),
        size=len(text.encode()),
        extracted=Extracted(text, tuple(blocks), "text/plain", title=title, pages=len(passages)),
        chunks=tuple(chunks),
    )


def asks(
    text: str,
    *collections: str,
    groups: Sequence[str] = (),
    everything: bool = False,
    labels: Sequence[Label] | None = None,
    limit: int = 10,
    documents: Sequence[str] | None = None,
) -> Query:
    return Query(
        text,
        collections or ("handbook",),
        Reader(frozenset(groups), everything),
        labels=None if labels is None else frozenset(labels),
        limit=limit,
        documents=None if documents is None else frozenset(documents),
    )


def toward(*axes: int, dimensions: int = DIMENSIONS) -> Vectors:
    """One vector of length 1 (shape ``(1, dimensions)``) that leans toward these axes, the first the most."""
    vector = np.zeros((1, dimensions), np.float32)
    for rank, axis in enumerate(axes):
        vector[0, axis] += 1 / (rank + 1)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def embed_all(library: Library, axes: dict[str, Sequence[int]], *, space: str = SPACE) -> None:
    """Give each waiting chunk the vector toward the axes of the first key that stands in its text."""
    waiting = library.unembedded(space, 1000)
    for chunk, text, _ in waiting:
        lean = next((axes[word] for word in axes if word in text), (DIMENSIONS - 1,))
        library.embed(space, [chunk], toward(*lean))
