"""Whether two samples come from one source, by permutation: exact at any size, whatever the source is.

A statistic is reckoned for the samples as they are, and for the same values dealt out at random: if the source is one,
each dealing is as likely. See Phipson and Smyth 2010, "Permutation p-values should never be zero".
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from freehold.evaluate.statistics.interval import Floats

DEALINGS = 999


def energy_test(first: Floats, second: Floats, *, dealings: int = DEALINGS, seed: int = 0) -> float:
    """The p-value of the hypothesis that two sets of vectors, shapes (n, d) and (m, d), come from one source.

    By energy distance: Szekely and Rizzo 2013, "Energy statistics: a class of statistics based on distances", Journal
    of Statistical Planning and Inference 143. Sees any difference of two distributions, given enough of them.
    """
    distances = _distances(np.concatenate((first, second)))
    size, other = len(first), len(second)

    def energy(chosen: Floats) -> Floats:
        # With a sign for each vector, the three sums of distances are one product; `chosen` has a dealing a row.
        signed = chosen / size - (1 - chosen) / other
        apart: Floats = -np.einsum("ij,ij->i", signed @ distances, signed)
        return apart

    return _permuted(energy, size, other, dealings, seed)


def kolmogorov_smirnov_test(first: Floats, second: Floats, *, dealings: int = DEALINGS, seed: int = 0) -> float:
    """The p-value of the hypothesis that two sets of numbers, such as log-probabilities, come from one source.

    By the largest distance of their distribution functions (Smirnov 1948), which ties do no harm here.
    """
    values = np.concatenate((first, second))
    order = np.argsort(values, kind="stable")
    ends = np.append(np.diff(values[order]) > 0, True)
    size, other = len(first), len(second)

    def furthest(chosen: Floats) -> Floats:
        signed = (chosen / size - (1 - chosen) / other)[:, order]
        apart: Floats = np.abs(np.cumsum(signed, axis=1)[:, ends]).max(axis=1)
        return apart

    return _permuted(furthest, size, other, dealings, seed)


def paired_shift_test(differences: Floats, *, dealings: int = DEALINGS, seed: int = 0) -> float:
    """The p-value of the hypothesis that paired differences are as likely to be of either sign (Fisher 1935).

    For the same prompts asked before and after: each prompt's difference is dealt one of two signs.
    """
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), (dealings, len(differences)))
    seen = abs(float(differences.sum()))
    return _share(np.abs(signs @ differences), seen)


def spent_alpha(look: int, alpha: float) -> float:
    """What look number `look`, from 1, may reject at, so that all together raise a false alarm in `alpha`.

    ``alpha / (look (look + 1))``, whose sum over all looks is alpha, however the looks depend on one another.
    """
    return alpha / (look * (look + 1))


def dealings_needed(alpha: float) -> int:
    """How many dealings a test needs to be able to reject at `alpha` at all, with as many again to spare."""
    return max(DEALINGS, 2 * math.ceil(1 / alpha))


def _distances(points: Floats) -> Floats:
    squares = np.sum(points**2, axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * points @ points.T
    found: Floats = np.sqrt(np.maximum(apart, 0.0))
    return found


def _permuted(statistic: Callable[[Floats], Floats], size: int, other: int, dealings: int, seed: int) -> float:
    """`statistic` maps dealings, one a row with 1 for whatever is dealt to the first sample, to a number each."""
    if not size or not other:
        raise ValueError("two samples are compared, and one of them is empty")
    random = np.random.default_rng(seed)
    dealt = np.zeros((dealings + 1, size + other))
    dealt[:, :size] = 1.0
    dealt[1:] = random.permuted(dealt[1:], axis=1)
    found = statistic(dealt)
    return _share(found[1:], float(found[0]))


def _share(found: Floats, seen: float) -> float:
    """Of the dealings and what was seen itself, how many are as extreme; equal but for rounding counts."""
    return (1 + int(np.count_nonzero(found >= seen - 1e-9 * max(abs(seen), 1.0)))) / (1 + len(found))
