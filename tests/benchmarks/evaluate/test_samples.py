"""What is said to be true of the sources is."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.evaluate.samples import COSTS, DIFFERENCES, PAIRS, SCORES, pairs


@pytest.mark.parametrize(
    "source", [*SCORES, *DIFFERENCES, *(pairs(*each) for each in PAIRS)], ids=lambda each: each.name
)
def test_means_are_true(source):
    found = source.draw(np.random.default_rng(0), 200_000)
    assert abs(found.mean() - source.true) < 5 * found.std() / 200_000**0.5
    assert np.abs(found).max() <= 1


@pytest.mark.parametrize("costs", COSTS, ids=lambda each: each.name)
def test_ratios_are_true(costs):
    others, firsts = costs.draw(np.random.default_rng(0), 400_000)
    assert others.mean() / firsts.mean() == pytest.approx(costs.true, rel=0.01)
