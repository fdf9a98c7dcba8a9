from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.costing import Costing
from freehold.plan.curves import Grid, curves, grid
from freehold.plan.draws import Case, inputs, sample
from support.scenarios import FixedSizer, scenario


def made(draws: int = 40) -> tuple[Costing, Grid]:
    costing = Costing(scenario(), {"gpu": FixedSizer(), "box": FixedSizer()})
    return costing, grid(costing, ["frontier", "gpu"], sample(inputs(costing.scenario), draws, 1))


def test_the_grid_is_even_in_the_logarithm_around_the_volume() -> None:
    _, found = made()
    assert found.volumes[0] == pytest.approx(100)
    assert found.volumes[-1] == pytest.approx(1_000_000)
    assert np.allclose(np.diff(np.log(found.volumes)), np.log(found.volumes[1] / found.volumes[0]))
    assert 10_000 in np.round(found.volumes)


def test_the_first_world_has_every_input_at_its_value() -> None:
    costing, found = made()
    assert found.months["gpu"].shape == (41, len(found.volumes))
    for place in (0, 10, -1):
        case = Case().with_input("workload.requests_a_day", found.volumes[place])
        for name, months in found.months.items():
            assert months[0, place] == pytest.approx(costing.month(name, case)[0])


def test_a_price_by_the_token_is_a_line_and_machines_are_steps() -> None:
    _, found = made()
    frontier, gpu = found.months["frontier"][0], found.months["gpu"][0]
    assert np.allclose(frontier / found.volumes, frontier[0] / found.volumes[0])
    assert gpu[0] == gpu[5]
    assert np.all(np.diff(gpu) >= 0)


def test_a_curve_has_an_interval_at_each_volume() -> None:
    frontier, gpu = curves(made(200)[1])
    assert (frontier.option, gpu.option) == ("frontier", "gpu")
    assert len(gpu.month) == len(gpu.requests_a_day)
    assert all(point.low <= point.value <= point.high for point in gpu.month)


def test_a_curve_ends_where_nothing_can_be_had() -> None:
    months = np.array([[1.0, 2.0, np.inf], [1.0, 3.0, np.inf]])
    (curve,) = curves(Grid(np.array([1.0, 2.0, 3.0]), {"gpu": months}))
    assert curve.requests_a_day == (1.0, 2.0)
    assert [point.value for point in curve.month] == [1.0, 2.0]
