from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.costing import PIECE, Costing
from freehold.plan.draws import Case, inputs, sample
from support.scenarios import FixedSizer, scenario

SIZERS = {"gpu": FixedSizer(), "box": FixedSizer()}


def costing(**changes: object) -> Costing:
    return Costing(scenario(**changes), SIZERS)


@pytest.mark.parametrize("name", ["frontier", "hosted", "gpu", "box", "cascade"])
def test_pieces_add_up_to_the_bill_of_all_worlds(name: str) -> None:
    made = costing()
    case = sample(inputs(made.scenario), PIECE + 300, 1)
    whole = made.bill(name, case)
    found = made.spend(name, case)
    assert np.allclose(found.month, whole.total.mean(axis=1))
    assert np.allclose(found.first, whole.total[:, 0])
    assert np.allclose(found.last, whole.total[:, -1])
    assert np.allclose(found.horizon, whole.total.sum(axis=1))
    assert np.allclose(sum(found.parts.values()), found.month)
    assert np.allclose(made.month(name, case), found.month)
    assert list(found.parts) == [part.part for part in whole.parts]


def test_a_million_tokens_cost_what_the_horizon_does_over_its_tokens() -> None:
    found = costing().spend("frontier", Case())
    assert found.month[0] == pytest.approx(3040)
    assert found.million_tokens[0] == pytest.approx(4.0)


def test_money_is_in_the_currency_of_the_scenario() -> None:
    pounds = costing(currency="GBP", usd=1.25)
    found = pounds.spend("frontier", Case())
    assert found.month[0] == pytest.approx(3040 / 1.25)
    assert found.parts["input tokens"][0] == pytest.approx(1520 / 1.25)
    assert found.million_tokens[0] == pytest.approx(4.0 / 1.25)
    assert pounds.month("frontier", Case())[0] == pytest.approx(3040 / 1.25)
