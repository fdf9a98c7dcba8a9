"""That every method an interval can name is told with its source."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.statistics.mean import mean_interval
from freehold.evaluate.statistics.methods import METHODS
from freehold.evaluate.statistics.paired import difference_interval
from freehold.evaluate.statistics.proportion import exact, wilson
from freehold.evaluate.statistics.quantile import quantile_interval
from freehold.evaluate.statistics.ratio import ratio_interval
from freehold.evaluate.statistics.sequence import mean_sequence


def test_each_is_known():
    some, groups = np.linspace(0.1, 0.9, 8), list("aabbccdd")
    found = [
        wilson(1, 2),
        exact(1, 2),
        mean_interval(some),
        mean_interval(some, clusters=groups),
        difference_interval(some),
        difference_interval(some, clusters=groups),
        difference_interval(np.ones(3)),
        ratio_interval(some, some[::-1]),
        ratio_interval(some, some),
        quantile_interval(some, 0.5),
        mean_sequence(some),
    ]
    assert {each.method for each in found} <= set(METHODS)
    assert all(method.title and method.source for method in METHODS.values())
