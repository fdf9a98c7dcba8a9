"""Ranking by words: Okapi BM25 over an inverted index of arrays.

S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (FnTIR 3(4), 2009). How rare a
word is, and how long a passage is on average, are counted among the passages that take part in the query: a score
tells nothing of what its reader may not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from freehold.knowledge.rank.bags import BAG

K1 = 1.2
"""How soon more of the same word stops counting."""
B = 0.75
"""How much a long passage is held against its counts, 0..1."""

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


_ROW_BITS = 24
"""Of a row's number within a segment, which therefore holds at most 16.7 million rows."""


class Segment:
    """The inverted index of some consecutive rows: for each word the rows that hold it, and how often."""

    def __init__(self, first: int, keys: NDArray[np.uint64]) -> None:
        """`keys`: one number an entry, of the word (32 bits), the row less `first` (24) and the count (8), in order."""
        ordered = (keys >> np.uint64(32)).astype(np.uint32)
        starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
        self.first = first
        self.words = ordered[starts]
        self.offsets = np.append(starts, len(ordered))
        self.rows: Rows = ((keys >> np.uint64(8)) & np.uint64(2**_ROW_BITS - 1)).astype(np.int32) + np.int32(first)
        self.counts = keys.astype(np.uint8)

    @classmethod
    def of(cls, first: int, bags: Sequence[bytes]) -> Segment:
        """Index bags (bytes of arrays of `BAG`) as the rows from `first` on."""
        entries = np.frombuffer(b"".join(bags), BAG)
        sizes = [len(each) // BAG.itemsize for each in bags]
        rows = np.repeat(np.arange(len(bags), dtype=np.uint32), sizes)
        return cls(first, _sorted_keys(entries["word"], rows, entries["count"]))

    def __len__(self) -> int:
        return len(self.rows)

    def find(self, word: int) -> tuple[Rows, NDArray[np.uint8]]:
        """The rows that hold a word, and how often each does."""
        at = int(np.searchsorted(self.words, np.uint32(word)))
        if at == len(self.words) or self.words[at] != word:
            return self.rows[:0], self.counts[:0]
        span = slice(self.offsets[at], self.offsets[at + 1])
        return self.rows[span], self.counts[span]

    def join(self, other: Segment) -> Segment:
        """Both as one; `other` holds later rows."""
        words = np.concatenate([np.repeat(each.words, np.diff(each.offsets)) for each in (self, other)])
        rows = np.concatenate((self.rows, other.rows)) - self.first
        return Segment(self.first, _sorted_keys(words, rows, np.concatenate((self.counts, other.counts))))


def _sorted_keys(
    words: NDArray[np.uint32], rows: NDArray[np.integer[Any]], counts: NDArray[np.uint8]
) -> NDArray[np.uint64]:
    """Entries as numbers, sorted: several times as quick as sorting by one array and gathering the others."""
    keys = words.astype(np.uint64) << np.uint64(32)
    keys |= rows.astype(np.uint64) << np.uint64(8)
    keys |= counts
    keys.sort()
    return keys


def score(
    segments: Sequence[Segment],
    question: Mapping[int, float],
    allowed: Mask,
    lengths: NDArray[np.int32],
    *,
    k1: float = K1,
    b: float = B,
) -> Scores:
    """The BM25 score of every row (shape ``(rows,)``); 0 where no word is found or the row is not allowed.

    `question`: each word's hash and its weight. `lengths`: how many words each row holds.
    """
    scores = np.zeros(len(allowed), np.float32)
    population = int(np.count_nonzero(allowed))
    if not population:
        return scores
    mean = max(float(lengths[allowed].mean()), 1.0)
    penalty = (k1 * (1 - b + b / mean * lengths)).astype(np.float32)
    for word, weight in question.items():
        rows, counts = _allowed(segments, word, allowed)
        rarity = np.log1p((population - len(rows) + 0.5) / (len(rows) + 0.5))
        often = counts.astype(np.float32)
        scores[rows] += np.float32(weight * rarity * (k1 + 1)) * often / (often + penalty[rows])
    return scores


def _allowed(segments: Sequence[Segment], word: int, allowed: Mask) -> tuple[Rows, NDArray[np.uint8]]:
    found = [segment.find(word) for segment in segments]
    rows = np.concatenate([each for each, _ in found]) if found else np.empty(0, np.int32)
    counts = np.concatenate([each for _, each in found]) if found else np.empty(0, np.uint8)
    taking_part = allowed[rows]
    return rows[taking_part], counts[taking_part]


def best(scores: Scores, count: int, *, above: float = 0.0) -> Rows:
    """The rows of the highest scores above a bound, best first, the earlier row first among equals."""
    rows = np.flatnonzero(scores > above)
    if 0 < count < len(rows):
        bound = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        rows = rows[scores[rows] >= bound]
    order = np.lexsort((rows, -scores[rows]))
    return rows[order][:count].astype(np.int32)
