"""The beta distribution, from which exact binomial bounds and Student's t are reckoned.

The regularised incomplete beta function by its continued fraction (DLMF 8.17.22, https://dlmf.nist.gov/8.17.E22) with
Lentz's method as Thompson and Barnett mended it (1986, "Coulomb and Bessel functions of complex arguments and order").
"""

from __future__ import annotations

import math

_TINY = 1e-300
_CLOSE = 1e-15
_MOST_TERMS = 200_000
"""The fraction needs some square root of the larger parameter: enough for parameters of ten thousand million."""
_MOST_STEPS = 200


def beta_cdf(x: float, a: float, b: float) -> float:
    """The probability that a variable of the distribution Beta(a, b) lies at or below `x`.

    Raises:
        ValueError: `a` or `b` is not above 0.
    """
    if a <= 0 or b <= 0:
        raise ValueError(f"the parameters of a beta distribution are above 0, not {a} and {b}")
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    # The fraction is quick on this side of the distribution's middle only, and the other side is its mirror.
    if x < (a + 1) / (a + b + 2):
        return _front(x, a, b) * _fraction(x, a, b) / a
    return 1.0 - _front(1 - x, b, a) * _fraction(1 - x, b, a) / b


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The point at or below which a variable of the distribution Beta(a, b) lies with `probability`.

    Newton's steps, kept between bounds that close in, so that it ends wherever the distribution lies.

    Raises:
        ValueError: `a` or `b` is not above 0, or `probability` is not from 0 to 1.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"a quantile is asked for a probability from 0 to 1, not {probability}")
    if probability in {0.0, 1.0}:
        return probability
    low, high, x = 0.0, 1.0, a / (a + b)
    for _ in range(_MOST_STEPS):
        missed = beta_cdf(x, a, b) - probability
        if missed > 0:
            high = x
        else:
            low = x
        density = _front(x, a, b) / (x * (1 - x)) if 0 < x < 1 else 0.0
        step = x - missed / density if density > 0 else -1.0
        new = step if low < step < high else (low + high) / 2
        if abs(new - x) <= 4e-16 * x or high - low <= 4e-16 * high:
            return new
        x = new
    return x


def _front(x: float, a: float, b: float) -> float:
    """x^a (1-x)^b / B(a, b), in logarithms, since its factors alone leave the range of a float."""
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta)


def _fraction(x: float, a: float, b: float) -> float:
    value = 1.0
    above, below = 1.0, 1.0 / _kept(1.0 - (a + b) * x / (a + 1))
    value = below
    for m in range(1, _MOST_TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            below = 1.0 / _kept(1.0 + term * below)
            above = _kept(1.0 + term / above)
            value *= above * below
        if abs(above * below - 1.0) < _CLOSE:
            break
    return value


def _kept(value: float) -> float:
    """Away from 0, by which Lentz's method would divide."""
    return value if abs(value) > _TINY else _TINY
