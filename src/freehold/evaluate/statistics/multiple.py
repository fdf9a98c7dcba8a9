"""Many comparisons at once: of twenty that are nothing, one looks like something at 5 %."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected so that, of all hypotheses that are true, any is rejected at alpha with a chance of alpha.

    Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6. They may
    depend on one another in any way.
    """
    many = len(p_values)
    found = np.empty(many)
    highest = 0.0
    for rank, place in enumerate(np.argsort(p_values, kind="stable")):
        highest = max(highest, min(1.0, (many - rank) * p_values[place]))
        found[place] = highest
    return [float(each) for each in found]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """P-values corrected so that, of those at or below alpha, a share of at most alpha is expected to be nothing.

    Benjamini and Hochberg 1995, "Controlling the false discovery rate", JRSS B 57. For tests that are independent or
    rise together.
    """
    many = len(p_values)
    found = np.empty(many)
    least = 1.0
    order = np.argsort(p_values, kind="stable")
    for rank in range(many, 0, -1):
        place = order[rank - 1]
        least = min(least, p_values[place] * many / rank)
        found[place] = least
    return [float(each) for each in found]
