"""Texts that are nearly the same, found without comparing each with each.

A text is the set of its stretches of five bytes; of each of 60 hash functions the least value over that set is kept,
and two sets share such a value with the probability of their Jaccard similarity (Broder, "On the resemblance and
containment of documents", 1997). Texts that share all five values of one of twelve bands are compared: at a similarity
of 0.8 that misses 1 pair in 100, at 0.9 none to speak of. What is compared is then decided by the words themselves, in
`nearly`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SIMILAR = 0.8
"""Jaccard similarity of the stretches of two texts from which on they may be nearly the same."""
MOST_WORDS = 3
"""Words that one of two such texts may have and the other not."""

_BANDS, _ROWS = 12, 5
_WIDTH = 5
_COMPARED = 16
"""Texts of one band that another is compared with: data made from one template would fill a band with all of it."""
_CLOSEST = 8
_LONGEST = 64 * 1024
"""Bytes that stretches are made of; the words of all of a text are compared."""
_SLACK = 0.12
"""By how much an estimate from 60 values may fall short of the similarity, in about two standard deviations."""
_TELLING = frozenset({"not", "no", "never", "without", "except", "nicht", "kein", "keine", "nie", "ohne", "pas", "sin"})
"""Words that turn a question into another one."""

_Bits = NDArray[np.uint64]

_random = np.random.default_rng(20_261_122)
_FACTORS = _random.integers(1, 2**63, size=_BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
_TERMS = _random.integers(0, 2**63, size=_BANDS * _ROWS, dtype=np.uint64)
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)


def nearly_same(texts: Sequence[str]) -> list[int | None]:
    """For each text, the number of an earlier one that it is nearly the same as; `None` where there is none.

    Texts are as `freehold.evaluate.datasets.texts.text_of` gives them. One that is nearly the same as an earlier one
    is not compared with those that follow, so that no chain of small steps makes two texts one.
    """
    signs = np.zeros((len(texts), _BANDS * _ROWS), dtype=np.uint64)
    bands: list[dict[bytes, list[int]]] = [{} for _ in range(_BANDS)]
    found: list[int | None] = []
    for number, text in enumerate(texts):
        stretches = _stretches(text)
        if not len(stretches):
            found.append(None)
            continue
        signs[number] = _signature(stretches)
        boxes = [
            band.setdefault(signs[number, at : at + _ROWS].tobytes(), [])
            for band, at in zip(bands, range(0, _BANDS * _ROWS, _ROWS), strict=True)
        ]
        same = _first(texts, number, signs, {each for box in boxes for each in box})
        found.append(same)
        if same is None:
            for box in boxes:
                if len(box) < _COMPARED:
                    box.append(number)
    return found


def nearly(left: str, right: str) -> bool:
    """Whether two texts are nearly the same: alike by `SIMILAR`, and apart by `MOST_WORDS` words at the most.

    Numbers and signs have to be the same, and so do words that negate: they make another question of it.
    """
    ours, theirs = Counter(left.split()), Counter(right.split())
    apart = (ours - theirs, theirs - ours)
    if any(each.total() > MOST_WORDS for each in apart):
        return False
    if any(word in _TELLING or not word.isalpha() for each in apart for word in each):
        return False
    one, other = _stretches(left), _stretches(right)
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= SIMILAR * (len(one) + len(other) - shared)


def _first(texts: Sequence[str], number: int, signs: _Bits, candidates: set[int]) -> int | None:
    if not candidates:
        return None
    others = np.fromiter(sorted(candidates), dtype=np.intp)
    share = (signs[others] == signs[number]).mean(axis=1)
    order = np.argsort(-share, kind="stable")[:_CLOSEST]
    close = (int(others[at]) for at in order if share[at] >= SIMILAR - _SLACK)
    return next((each for each in close if nearly(texts[each], texts[number])), None)


def _stretches(text: str) -> _Bits:
    """The set of all stretches of five bytes, as numbers in order; empty for a text that is shorter."""
    raw = np.frombuffer(text.encode("utf-8", "surrogatepass")[:_LONGEST], dtype=np.uint8)
    if len(raw) < _WIDTH:
        return np.zeros(0, dtype=np.uint64)
    packed = np.zeros(len(raw) - _WIDTH + 1, dtype=np.uint64)
    for at in range(_WIDTH):
        packed = (packed << np.uint64(8)) | raw[at : at + len(packed)]
    return np.unique(packed)


def _signature(stretches: _Bits) -> _Bits:
    """The least value of each hash function, multiplications modulo 2**64 whose high bits count."""
    mixed = stretches * _MIX
    mixed ^= mixed >> np.uint64(29)
    least: _Bits = ((mixed[:, None] * _FACTORS + _TERMS) >> np.uint64(16)).min(axis=0)
    return least
