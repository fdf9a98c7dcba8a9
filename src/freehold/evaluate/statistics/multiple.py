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


def e_bh(e_values: Sequence[float], alpha: float) -> list[bool]:
    """Which e-values are discoveries, of which a share of at most `alpha` is expected to be nothing.

    Wang and Ramdas 2022, "False discovery rate control with e-values", JRSS B 84. They may depend on one another in
    any way.
    """
    many = len(e_values)
    order = sorted(range(many), key=lambda place: -e_values[place])
    kept = max((rank for rank, place in enumerate(order, 1) if rank * e_values[place] >= many / alpha), default=0)
    chosen = set(order[:kept])
    return [place in chosen for place in range(many)]


def shared_confidence(confidence: float, many: int) -> float:
    """What each of `many` intervals has to hold with, so that all hold together with `confidence` (Bonferroni)."""
    return 1 - (1 - confidence) / max(many, 1)
