"""How many examples are needed: held to what that many then show."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.statistics.needed import for_bound, for_difference, for_margin, for_width
from freehold.evaluate.statistics.paired import difference_interval
from freehold.evaluate.statistics.proportion import exact_upper, wilson


def test_that_many_give_the_width():
    size = for_width(0.05)
    assert size == 385
    assert wilson(size // 2, size).width / 2 <= 0.05


def test_that_many_tell_a_difference_as_often_as_planned():
    size = for_difference(0.05, 0.12)
    rng = np.random.default_rng(61)
    draws = rng.choice([-1.0, 0.0, 1.0], p=[0.035, 0.88, 0.085], size=(300, size))
    assert 0.72 <= np.mean([difference_interval(row).low > 0 for row in draws]) <= 0.9


def test_that_many_show_no_loss_as_often_as_planned():
    size = for_margin(0.05, 0.12)
    rng = np.random.default_rng(62)
    draws = rng.choice([-1.0, 0.0, 1.0], p=[0.06, 0.88, 0.06], size=(300, size))
    assert 0.72 <= np.mean([difference_interval(row, 0.9).low > -0.05 for row in draws]) <= 0.9


@pytest.mark.parametrize(("bound", "rate"), [(0.02, 0.0), (0.02, 0.01), (0.1, 0.05)])
def test_that_many_bring_the_bound_down(bound, rate):
    size = for_bound(bound, rate)
    assert exact_upper(int(np.ceil(rate * size)), size, 0.9) <= bound
    assert exact_upper(int(np.ceil(rate * (size - 1))), size - 1, 0.9) > bound


def test_what_no_number_shows_is_refused():
    with pytest.raises(ValueError, match="never"):
        for_bound(0.02, 0.02)
    with pytest.raises(ValueError, match="too near"):
        for_bound(0.02, 0.02 - 1e-12)
