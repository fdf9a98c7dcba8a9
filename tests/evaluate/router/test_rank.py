"""The area under recovered gain, and how sure a lead in it is."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.router.rank import lead, recovered

GAINS = np.array([1.0, 0.0, 0.0, 1.0])


def test_the_best_order_recovers_first_what_can_be_gained() -> None:
    # After a quarter of the requests half is recovered, after two quarters all.
    assert recovered(np.array([9.0, 0.0, 1.0, 8.0]), GAINS) == pytest.approx((0.25 + 0.75 + 1 + 1) / 4)


def test_equal_scores_are_worth_chance() -> None:
    assert recovered(np.zeros(4), GAINS) == pytest.approx(0.5)


def test_a_group_of_equal_scores_is_taken_in_random_order() -> None:
    scores = np.array([1.0, 1.0, 0.0, 0.0])
    orders = [recovered(scores + 1e-6 * np.array([0, place, 0, 0]), GAINS) for place in (-1, 1)]
    tail = [recovered(scores + 1e-6 * np.array([0, 0, 0, place]), GAINS) for place in (-1, 1)]
    assert recovered(scores, GAINS) == pytest.approx((np.mean(orders) + np.mean(tail)) / 2)


def test_losses_that_are_left_out_recover_more_than_all() -> None:
    assert recovered(np.array([2.0, 1.0, 0.0]), np.array([1.0, 1.0, -1.0])) > 1


def test_nothing_to_gain_is_no_number() -> None:
    assert np.isnan(recovered(np.zeros(3), np.zeros(3)))


def test_a_lead_is_the_difference_of_the_areas() -> None:
    draw = np.random.default_rng(1)
    gains, ones, others = draw.integers(-1, 2, 300) + 0.2, draw.normal(size=300), draw.integers(0, 5, 300) * 1.0
    more, error = lead(ones, others, gains)
    assert more == pytest.approx(recovered(ones, gains) - recovered(others, gains))
    assert error > 0


def test_the_error_of_a_lead_is_how_far_it_varies() -> None:
    draw = np.random.default_rng(2)
    leads, errors = [], []
    for _ in range(300):
        gains, ones, others = (draw.random(200) < 0.3) * 1.0, draw.normal(size=200), draw.normal(size=200)
        more, error = lead(ones, others, gains)
        leads.append(more)
        errors.append(error)
    assert np.mean(errors) == pytest.approx(np.std(leads), rel=0.2)
