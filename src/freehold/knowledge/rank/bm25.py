"""Ranking by words: Okapi BM25 over an inverted index of arrays.

S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (FnTIR 3(4), 2009). How rare a
word is, and how long a passage is on average, are counted among the passages that take part in the query: a score
tells nothing of what its reader may not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


class Segment:
    """The inverted index of some consecutive rows: for each word the rows that hold it, and how often."""

    def __init__(self, words: NDArray[np.uint32], rows: Rows, counts: NDArray[np.uint8]) -> None:
        order = np.argsort((words.astype(np.uint64) << np.uint64(32)) | rows.astype(np.uint64))
        ordered = words[order]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(ordered) else order
        self.words = ordered[starts]
        self.offsets = np.append(starts, len(ordered))
        self.rows = rows[order]
        self.counts = counts[order]

    @classmethod
    def of(cls, first: int, bags: Sequence[bytes]) -> Segment:
        """Index bags (bytes of arrays of `BAG`) as the rows from `first` on."""
        entries = np.frombuffer(b"".join(bags), BAG)
        sizes = [len(each) // BAG.itemsize for each in bags]
        rows = np.repeat(np.arange(first, first + len(bags), dtype=np.int32), sizes)
        return cls(np.ascontiguousarray(entries["word"]), rows, np.ascontiguousarray(entries["count"]))

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
        """Both as one."""
        words = [np.repeat(each.words, np.diff(each.offsets)) for each in (self, other)]
        return Segment(
            np.concatenate(words),
            np.concatenate((self.rows, other.rows)),
            np.concatenate((self.counts, other.counts)),
        )


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
