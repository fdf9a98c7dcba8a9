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

CONTEXT_WEIGHT = 1
"""How many times a word of the context line counts (the title and the headings above a chunk)."""

BAG = np.dtype([("word", "<u4"), ("count", "u1")])
"""One entry of a bag; a bag is an array of these, ordered by word, each word once."""

Bag = NDArray[np.void]


@lru_cache(maxsize=1 << 17)
def word_hash(word: str) -> int:
    """32 bits of BLAKE2b of the word in UTF-8."""
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=4).digest(), "little")


def bag(context: str, text: str) -> Bag:
    """The bag of a chunk, of dtype `BAG`."""
    counts = Counter(map(word_hash, words(text)))
    for word in words(context):
        counts[word_hash(word)] += CONTEXT_WEIGHT
    return pack(counts.items())


def pack(counts: Iterable[tuple[int, int]]) -> Bag:
    """A bag of ``(hash, count)``; counts above 255 are 255."""
    rows = sorted((word, min(count, 255)) for word, count in counts)
    return np.array(rows, dtype=BAG)


def question(text: str) -> dict[int, float]:
    """The words to look for: each one's hash, and how often the text says it."""
    return {word: float(count) for word, count in Counter(map(word_hash, question_words(text))).items()}


def length(bag: Bag) -> int:
    """How many words a bag holds, repetitions counted."""
    return int(bag["count"].sum(dtype=np.int64))


def likeness(text: str) -> int:
    """A number that passages share which differ in nothing but case, accents, spacing and punctuation.

    Passages that differ in a single word or number do not share it: that number may be the answer. 63 bits, so that
    every database holds it in an integer.
    """
    folded = " ".join(words(text)).encode("utf-8", "replace") or text.encode("utf-8", "replace")
    return int.from_bytes(blake2b(folded, digest_size=8).digest(), "little") >> 1
