from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.draws import Case
from freehold.plan.levers import Lever, pulls
from freehold.plan.requests import Floats
from support.scenarios import quantity

FIRST, SECOND = quantity("a", 2.0), quantity("b", 3.0)


def product(case: Case) -> Floats:
    return (case[FIRST] * case[SECOND])[:, 0]


def test_each_lever_is_pulled_alone_and_its_ends_are_between_the_points() -> None:
    levers = [Lever("range", (FIRST,), (0.0,), (10.0,)), Lever("range", (SECOND,), (5.0,), (1.0,))]
    first, second = pulls(levers, product, Case(), 3.3, 7.7)
    assert first.reach == pytest.approx((1.1, 7.7 / 3))
    assert first.at_end == 30.0
    assert second.reach == pytest.approx((1.65, 3.85))
    assert second.at_end == 2.0
    assert first.way == 0.0  # 2 lies within its reach
    assert second.way == 0.0


def test_the_way_to_a_lever_that_has_to_be_moved_is_a_share_of_its_length() -> None:
    (found,) = pulls([Lever("range", (FIRST,), (0.0,), (10.0,))], product, Case(), 12.0, 15.0)
    assert found.reach == pytest.approx((4.0, 5.0))
    assert found.way == pytest.approx(0.2)


def test_a_lever_that_does_not_reach_says_what_its_end_brings() -> None:
    (found,) = pulls([Lever("far", (FIRST,), (2.0,), (4.0,))], product, Case(), 20.0, 30.0)
    assert found.reach is None
    assert found.at_end == 12.0


@pytest.mark.parametrize("said", [(6.1, 6.1), (6.1001, 6.1002)])
def test_a_claim_of_one_number_is_found_between_two_points(said: tuple[float, float]) -> None:
    lever = Lever("range", (FIRST, SECOND), (0.0, 1.0), (1000.0, 1.0))
    (found,) = pulls([lever], product, Case(), *said)
    assert found.reach == pytest.approx(said, rel=1e-9)
    (back,) = pulls([Lever("range", (FIRST,), (1000.0,), (0.0,))], product, Case(), *said)
    assert back.reach == pytest.approx((said[0] / 3, said[1] / 3), rel=1e-9)


def test_a_figure_that_leaps_over_the_claim_is_nowhere_within_it() -> None:
    def whole(case: Case) -> Floats:
        return np.ceil(case[FIRST])[:, 0]

    (found,) = pulls([Lever("range", (FIRST,), (1.1,), (9.1,))], whole, Case(), 2.4, 2.6)
    assert found.reach is None


def test_inputs_of_one_lever_move_together() -> None:
    (found,) = pulls([Lever("far", (FIRST, SECOND), (0.0, 0.0), (2.0, 3.0))], product, Case(), 1.5, np.inf)
    assert found.reach == pytest.approx((1.0, 2.0), rel=1e-3)


def test_an_end_that_is_no_number_bounds_the_reach_at_the_last_that_is() -> None:
    def broken(case: Case) -> Floats:
        return np.where(case[FIRST] > 5.0, np.inf, case[FIRST])[:, 0]

    (found,) = pulls([Lever("range", (FIRST,), (0.0,), (10.0,))], broken, Case(), 4.0, 100.0)
    assert found.reach == pytest.approx((4.0, 5.0))


def test_nothing_is_pulled_without_levers() -> None:
    assert pulls([], product, Case(), 0.0, 1.0) == []
