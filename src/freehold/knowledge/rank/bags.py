"""A chunk as a bag of words: for each word its hash and how often it stands there.

A hash and not the word, so that an index holds no dictionary in which the words of a removed text would live on. Of a
million words, one in four thousand shares its 32 bits with another, which a ranking does not notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from freehold.knowledge.rank.tokens import question_words, words

ANALYSIS = 1
"""Which reading of texts the bags hold. It goes up with every change to words or bags, and stores count theirs anew."""

CONTEXT_WEIGHT = 2
"""How many times a word of the context line counts (the title and the headings above a chunk)."""

BAG = np.dtype([("word", "<u4"), ("count", "u1")])
"""One entry of a bag; a bag is an array of these, ordered by word, each word once."""

Bag = NDArray[np.void]


@lru_cache(maxsize=1 << 17)
def word_hash(word: str) -> int:
    """32 bits of BLAKE2b of the word in UTF-8."""
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=4).digest(), "little")


def bag(context: str, text: str) -> Bag:
    """The bag of a chunk: the words of its context line and its text."""
    counts = Counter(_said(text))
    for word in words(context):
        counts[word] += CONTEXT_WEIGHT
    return pack((word_hash(word), count) for word, count in counts.items())


def length(bag: Bag) -> int:
    """How many words a bag holds, repetitions counted."""
    return int(bag["count"].sum(dtype=np.int64))


def likeness(text: str) -> int:
    """A number that passages share which differ in nothing but case, accents, spacing and punctuation.

    Passages that differ in a single word or number do not share it: that number may be the answer. 63 bits, so that
    every database holds it in an integer.
    """
    folded = (" ".join(_said(text)) or text).encode("utf-8", "replace")
    return int.from_bytes(blake2b(folded, digest_size=8).digest(), "little") >> 1


@lru_cache(maxsize=4)
def _said(text: str) -> tuple[str, ...]:
    """A chunk's words, kept for a moment: they are wanted for its bag and for its likeness."""
    return tuple(words(text))


def pack(counts: Iterable[tuple[int, int]]) -> Bag:
    """A bag of ``(hash, count)``; counts above 255 are 255."""
    merged: Counter[int] = Counter()
    for word, count in counts:
        merged[word] += count
    made = np.empty(len(merged), BAG)
    made["word"] = np.fromiter(merged.keys(), np.uint32, len(merged))
    made["count"] = np.minimum(np.fromiter(merged.values(), np.int64, len(merged)), 255)
    return made[np.argsort(made["word"])]


def question(text: str) -> dict[int, float]:
    """The words to look for: each one's hash, and how often the text says it."""
    return {word: float(count) for word, count in Counter(map(word_hash, question_words(text))).items()}
