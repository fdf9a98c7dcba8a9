"""How quick a query is among many chunks: by words and by meaning, with rights, in either store.

The corpus is made up: words by Zipf's law, vectors at random, documents of many labels and groups. Both speed and
memory depend on these numbers and not on what the words mean.
"""

from __future__ import annotations

import hashlib
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.random import Generator

from freehold.core.label import Label
from freehold.knowledge.library.open import open_library
from freehold.knowledge.model import Chunk, Extracted, NewDocument, Query, Reader
from freehold.knowledge.ports import Library, Vectors

SPACE = "made-up@1"
COLLECTION = "load"
LABELS = ("public", "internal", "internal;eu", "confidential", "confidential;health", "restricted")
GROUPS = 40
VOCABULARY = 200_000
WORDS = 120
"""Words of a chunk."""
CHUNKS = 50
"""Chunks of a document."""


class Load(msgspec.Struct, frozen=True):
    """What was measured. Times in milliseconds, memory in MiB."""

    chunks: int
    audiences: int
    fill_s: float
    first_ms: float
    """The first query of a process, which reads the index into memory."""
    p50_ms: float
    p95_ms: float
    after_change_ms: float
    """The median query right after a document was added."""
    memory_mib: float
    """The most that this process held, mapped vectors among it. Of a database's server it says nothing."""


def fill(library: Library, chunks: int, dimensions: int, random: Generator) -> None:
    """Put so many chunks in, with their vectors."""
    words = _vocabulary(random)
    for number in range(chunks // CHUNKS):
        library.put(_document(number, words, random))
        if number % 40 == 39:
            embed_waiting(library, dimensions, random)
    embed_waiting(library, dimensions, random)
    library.use_space(SPACE)


def embed_waiting(library: Library, dimensions: int, random: Generator) -> None:
    """Give every chunk that waits for a vector one at random."""
    while waiting := library.unembedded(SPACE, 2000):
        library.embed(SPACE, [chunk for chunk, _, _ in waiting], _vectors(len(waiting), dimensions, random))


def measure(
    chunks: int = 100_000,
    queries: int = 200,
    dimensions: int = 384,
    *,
    folder: Path | None = None,
    database: str = "sqlite",
) -> Load:
    """Fill a library, open it anew, and time queries of readers of a few groups each.

    `database`: ``sqlite``, or the URL of a PostgreSQL database that is free to be filled and emptied.
    """
    random = np.random.default_rng(2026)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        with closing(open_library(database, Path(made))) as library:
            library.remove_collection(COLLECTION)
            filled = _timed(lambda: fill(library, chunks, dimensions, random))
        with closing(open_library(database, Path(made))) as library:
            asked = list(_queries(queries, random))
            asks = [partial(_ask, library, each, dimensions, random) for each in asked]
            first = _timed(asks[0])
            times = sorted(_timed(ask) for ask in asks)
            words = _vocabulary(random)
            after = []
            for number, ask in enumerate(asks[:20]):
                library.put(_document(10**6 + number, words, random))
                after.append(_timed(ask))
    return Load(
        chunks=chunks,
        audiences=len(LABELS) * GROUPS,
        fill_s=filled,
        first_ms=1000 * first,
        p50_ms=1000 * times[len(times) // 2],
        p95_ms=1000 * times[int(len(times) * 0.95)],
        after_change_ms=1000 * sorted(after)[len(after) // 2],
        memory_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def rows(load: Load) -> list[tuple[str, str, float, float]]:
    """As lines of the report: measure, method, value, goal."""
    where = f"{load.chunks:,} chunks, {load.audiences} audiences"
    method = "words + meaning + rights"
    return [
        (f"query p50, ms, {where}", method, load.p50_ms, 60.0),
        (f"query p95, ms, {where}", method, load.p95_ms, 150.0),
        (f"query after a change, ms, {where}", method, load.after_change_ms, 150.0),
        (f"first query of a process, ms, {where}", method, load.first_ms, 10_000.0),
        (f"memory, MiB, {where}", method, load.memory_mib, 1024.0),
    ]


def _vocabulary(random: Generator) -> Callable[[int], list[str]]:
    """Draws words: the word of rank r about 1/r as often as the first."""
    weights = 1 / np.arange(1, VOCABULARY + 1)
    bounds = np.cumsum(weights / weights.sum())
    spelled = ["".join(chr(97 + int(digit, 16)) for digit in f"{rank:x}") + "o" for rank in range(VOCABULARY)]
    return lambda count: [spelled[rank] for rank in np.searchsorted(bounds, random.random(count))]


def _document(number: int, words: Callable[[int], list[str]], random: Generator) -> NewDocument:
    passages = [" ".join(words(WORDS)) for _ in range(CHUNKS)]
    chunks, at = [], 0
    for ordinal, passage in enumerate(passages):
        digest = hashlib.sha256(passage.encode()).hexdigest()
        chunks.append(Chunk(ordinal, at, at + len(passage), digest, context=f"Document {number}"))
        at += len(passage) + 1
    text = "\n".join(passages)
    return NewDocument(
        collection=COLLECTION,
        name=f"{number:06}.txt",
        label=Label.parse(LABELS[int(random.integers(len(LABELS)))]),
        groups=frozenset({f"group{random.integers(GROUPS)}"}),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        size=len(text),
        extracted=Extracted(text, (), "text/plain", title=f"Document {number}"),
        chunks=tuple(chunks),
    )


def _queries(count: int, random: Generator) -> Iterator[Query]:
    """Questions of twelve words, of which some are in most chunks, by readers of a quarter of the groups or of all."""
    words = _vocabulary(random)
    for number in range(count):
        groups = frozenset(f"group{each}" for each in random.choice(GROUPS, GROUPS // 4, replace=False))
        yield Query(" ".join(words(12)), (COLLECTION,), Reader(groups, everything=number % 2 == 0))


def _vectors(count: int, dimensions: int, random: Generator) -> Vectors:
    vectors = random.standard_normal((count, dimensions), np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _ask(library: Library, query: Query, dimensions: int, random: Generator) -> None:
    library.search(query, _vectors(1, dimensions, random))


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
