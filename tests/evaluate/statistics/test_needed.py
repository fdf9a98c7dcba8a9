"""How many examples are needed: held to what that many then show."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.statistics.needed import for_difference
from freehold.evaluate.statistics.paired import difference_interval


def test_that_many_tell_a_difference_as_often_as_planned():
    size = for_difference(0.05, 0.12)
    rng = np.random.default_rng(61)
    draws = rng.choice([-1.0, 0.0, 1.0], p=[0.035, 0.88, 0.085], size=(300, size))
    assert 0.72 <= np.mean([difference_interval(row).low > 0 for row in draws]) <= 0.9
