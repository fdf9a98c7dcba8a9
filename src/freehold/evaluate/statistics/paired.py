"""The difference of two subjects on the same examples: each is its own control."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from freehold.evaluate.statistics.binomial import binomial_cdf, binomial_log_pmf
from freehold.evaluate.statistics.interval import CONFIDENCE, Floats, Interval, checked_confidence
from freehold.evaluate.statistics.normal import two_sided
from freehold.evaluate.statistics.student import student_cdf, student_quantile

_HALVINGS = 50
_TIED = 1e-12
"""Of what an observation can come to: what is not further from 0 is a tie."""


def difference_interval(
    differences: Floats, confidence: float = CONFIDENCE, *, clusters: Sequence[str] = ()
) -> Interval:
    """The interval of the mean of paired differences of scores, each from -1 to 1.

    Differences that are all -1, 0 or 1 get Tango's interval (`tango`). Others get Student's t with one pair won and one
    lost added: for shares, that is what Bonett and Price do (2012, "Adjusted Wald confidence interval for a difference
    of binomial proportions based on paired data", JEBS 37), but for the t. Each is as large as `_step` says. Without
    them, too few examples that differ give an interval that is too short, or none.

    `clusters` has a name for each pair; those of one name are summed to one observation first.

    Raises:
        ValueError: a difference lies outside of -1 to 1, or there are not as many clusters' names as differences.
    """
    checked_confidence(confidence)
    size = len(differences)
    if size and np.abs(differences).max() > 1:
        raise ValueError("a difference of scores lies from -1 to 1")
    if clusters and len(clusters) != size:
        raise ValueError(f"{size} differences need as many clusters' names, not {len(clusters)}")
    if not size:
        return Interval(math.nan, -1.0, 1.0, confidence, "tango", 0)
    if clusters and len(set(clusters)) < size:
        return _clustered(differences, clusters, confidence)
    if _whole(differences):
        won, lost = int(np.sum(differences > 0)), int(np.sum(differences < 0))
        return tango(won, lost, size, confidence)
    middle, error, freedom = _adjusted(differences, size)
    return _around(float(np.mean(differences)), middle, error, freedom, confidence, "paired-t", size)


def tango(won: int, lost: int, size: int, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a difference of two shares on the same examples, of which some were won and some lost.

    Tango 1998, "Equivalence test and confidence interval for the difference in proportions for the paired-sample
    design", Statistics in Medicine 17. Covers nearer to what it says than Newcombe's and Bonett and Price's in what
    was measured here.

    Raises:
        ValueError: more were won or lost than there are, or there are none.
    """
    if size < 1 or won < 0 or lost < 0 or won + lost > size:
        raise ValueError(f"{won} won and {lost} lost of {size} cannot be")
    z = two_sided(confidence)
    value = (won - lost) / size
    low = -1.0 if lost == size else _crossed(won, lost, size, z, -1.0, value)
    high = 1.0 if won == size else _crossed(won, lost, size, -z, value, 1.0)
    return Interval(value, low, high, confidence, "tango", size)


def mcnemar(won: int, lost: int) -> float:
    """The two-sided p-value, halved at what was seen (mid-p), of the hypothesis that wins and losses are as likely.

    McNemar 1947, Psychometrika 12; mid-p after Fagerland, Lydersen and Laake 2013, "The McNemar test for binary
    matched-pairs data", BMC Medical Research Methodology 13, who found it to keep its size.
    """
    many, few = won + lost, min(won, lost)
    if many == 0:
        return 1.0
    seen = math.exp(float(binomial_log_pmf(many, 0.5)[few]))
    return min(1.0, 2 * binomial_cdf(few, many, 0.5) - seen)


def difference_p(differences: Floats, *, clusters: Sequence[str] = ()) -> float:
    """The two-sided p-value of the hypothesis that the mean of paired differences is 0, as `difference_interval`."""
    size = len(differences)
    together = bool(clusters) and len(set(clusters)) < size
    if not size:
        return 1.0
    if not together and _whole(differences):
        return mcnemar(int(np.sum(differences > 0)), int(np.sum(differences < 0)))
    if together:
        sums, _ = _sums(differences, clusters)
        if len(sums) < 2:
            return 1.0
        middle, error, freedom = _adjusted(sums, size)
    else:
        middle, error, freedom = _adjusted(differences, size)
    return 1.0 if error == 0 or freedom < 1 else min(1.0, 2 * student_cdf(-abs(middle) / error, freedom))


def _whole(differences: Floats) -> bool:
    return bool(np.isin(differences, (-1.0, 0.0, 1.0)).all())


def _adjusted(observations: Floats, size: int) -> tuple[float, float, int]:
    """Mean, its standard error and degrees of freedom, with a won and a lost observation added.

    `observations` sum up `size` examples: as many as they are, or fewer where they are clusters' sums.
    """
    many = len(observations)
    step = _step(observations, size / many)
    more = np.concatenate((observations, (step, -step)))
    scale = many / size
    return float(np.mean(more)) * scale, float(np.std(more)) / math.sqrt(many + 2) * scale, many - 1


def _step(observations: Floats, most: float) -> float:
    """How large the added observations are: `most` where all are ties, as large as was seen where none is.

    Where few differ, what they came to says little of what others might; so `most`, what an observation can come to,
    and the root mean square of those that are not 0 are taken together in their geometric mean, the one weighed by the
    share of ties and the other by the rest. With the root mean square alone, intervals of differences that are mostly
    ties and lie unevenly cover 81 to 91 % at 12 to 40 pairs in place of 95.
    """
    # Clusters' sums that are ties are so but for rounding.
    apart = observations[np.abs(observations) > _TIED * most]
    seen = math.sqrt(float(np.mean(apart**2))) if len(apart) else most
    return most * float((seen / most) ** (len(apart) / len(observations)))


def _clustered(differences: Floats, clusters: Sequence[str], confidence: float) -> Interval:
    size = len(differences)
    sums, value = _sums(differences, clusters)
    if len(sums) < 2:
        return Interval(value, -1.0, 1.0, confidence, "paired-clustered", size)
    middle, error, freedom = _adjusted(sums, size)
    return _around(value, middle, error, freedom, confidence, "paired-clustered", size)


def _sums(differences: Floats, clusters: Sequence[str]) -> tuple[Floats, float]:
    """Clusters' sums, each as if it had as many examples as they have on average; and the mean of all examples.

    A cluster of many examples is not further from the mean for that alone.
    """
    _, places = np.unique(np.asarray(clusters), return_inverse=True)
    mean = float(np.mean(differences))
    off: Floats = np.bincount(places, weights=differences - mean).astype(float)
    return off + mean * len(differences) / len(off), mean


def _around(
    value: float, middle: float, error: float, freedom: int, confidence: float, method: str, size: int
) -> Interval:
    if freedom < 1:
        return Interval(value, -1.0, 1.0, confidence, method, size)
    half = student_quantile((1 + confidence) / 2, freedom) * error
    return Interval(
        value, max(-1.0, min(value, middle - half)), min(1.0, max(value, middle + half)), confidence, method, size
    )


def _crossed(won: int, lost: int, size: int, wanted: float, low: float, high: float) -> float:
    """Where the score, which falls as the difference that is tested rises, passes `wanted`."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _score(won, lost, size, middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _score(won: int, lost: int, size: int, difference: float) -> float:
    """How many standard errors what was seen lies above `difference`, with the likeliest share lost under it."""
    linear = (2 * size - won + lost) * difference - won - lost
    constant = -lost * difference * (1 - difference)
    share = (math.sqrt(max(linear * linear - 8 * size * constant, 0.0)) - linear) / (4 * size)
    variance = size * (2 * share + difference * (1 - difference))
    above = won - lost - size * difference
    if variance <= 0:
        return math.copysign(math.inf, above) if above else 0.0
    return above / math.sqrt(variance)
