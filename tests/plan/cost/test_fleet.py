from __future__ import annotations

import msgspec
import numpy as np
import pytest

from freehold.plan.cost import fleet
from freehold.plan.cost.setting import Setting
from freehold.plan.cost.traffic import Traffic
from freehold.plan.draws import Case
from freehold.plan.scenario import Server
from support.scenarios import FixedSizer, scenario, server, workload

ONE = server("gpu")


def setting(growth: float = 0.0, sizer: FixedSizer | None = None, draws: int = 1) -> Setting:
    made, case = scenario(workload=workload(growth=growth)), Case(draws)
    traffic = Traffic.of(made.workload, case, made.horizon_months)
    return Setting(made, case, traffic, {"gpu": sizer or FixedSizer(0.75)})


def stands(one: Server, load: float, away: float = 0.0) -> float:
    return float(fleet.standing("gpu", one, setting(), np.array([[load]]), away=away)[0, 0])


def test_a_load_has_the_replicas_that_it_needs_and_the_spares() -> None:
    spared = msgspec.structs.replace(ONE, spares=2)
    assert stands(ONE, 1.0) == 2
    assert stands(spared, 1.0) == 4


def test_nothing_stands_for_no_load() -> None:
    assert stands(msgspec.structs.replace(ONE, spares=1), 0.0) == 0


def test_what_is_away_is_carried_by_the_others() -> None:
    assert stands(ONE, 1.45, away=0.0) == 2
    assert stands(ONE, 1.45, away=0.05) == 3


def test_as_many_stand_as_the_scenario_says() -> None:
    said = msgspec.structs.replace(ONE, replicas=5, spares=1)
    assert stands(said, 100.0) == 6
    assert fleet.inputs(said, setting()) == ()
    assert ONE.speed.path in fleet.inputs(ONE, setting())


def test_a_faster_world_needs_fewer() -> None:
    now = setting(draws=2)
    case = now.case.with_input(ONE.speed.path, np.array([[0.5], [2.0]]))
    faster = Setting(now.scenario, case, now.traffic, now.sizers)
    assert fleet.standing("gpu", ONE, faster, np.array([[1.5], [1.5]])).tolist() == [[4], [1]]


def test_where_no_number_would_do_the_machines_cost_infinitely_much_and_none_stand() -> None:
    found = fleet.fleet(np.array([[2.0, np.inf]]))
    assert found.replicas.tolist() == [[2, 0]]
    assert found.charged(np.array([[10.0, 0.0]])).tolist() == [[10, np.inf]]
    assert fleet.fleet(np.ones((1, 2))).charged(np.ones((1, 2))).tolist() == [[1, 1]]


def test_what_is_kept_never_falls() -> None:
    assert fleet.kept(np.array([[1.0, 3.0, 2.0, 4.0]])).tolist() == [[1, 3, 3, 4]]


@pytest.mark.parametrize(
    ("changes", "replicas", "said"),
    [
        ({}, [1, 1], "1 replica, none spare"),
        ({"spares": 1}, [3, 3], "3 replicas, of which 1 spare"),
        ({"spares": 1}, [3, 5], "from 3 to 5 replicas, of which 1 spare"),
        ({"replicas": 2}, [2, 2], "2 replicas, none spare, as the scenario says"),
    ],
)
def test_a_fleet_in_words(changes: dict[str, int], replicas: list[float], said: str) -> None:
    assert fleet.words(msgspec.structs.replace(ONE, **changes), np.array([replicas], float)) == said


def test_too_few_replicas_are_said() -> None:
    few = msgspec.structs.replace(ONE, replicas=1)
    (said,) = fleet.warnings("gpu", few, setting(growth=0.1))
    assert said.startswith("The busiest hour needs 4 replicas, and the scenario says 1")
    assert fleet.warnings("gpu", msgspec.structs.replace(ONE, replicas=4), setting(growth=0.1)) == ()


def test_objectives_that_nothing_keeps_are_said() -> None:
    (said,) = fleet.warnings("gpu", ONE, setting(sizer=FixedSizer(slowest=2.0)))
    assert said == "From month 1 on no number of replicas keeps the objectives in the busiest hour."
    assert fleet.warnings("gpu", ONE, setting()) == ()
