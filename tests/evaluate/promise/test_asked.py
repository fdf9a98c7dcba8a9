"""What is asked of a calibration, checked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.promise.asked import plan_of
from freehold.http.routes.evaluate_promises import CalibrateBody

SAID = msgspec.structs.asdict(CalibrateBody(data="work", scorer="exact"))


def test_what_is_left_out_is_two_points_at_ninety_percent() -> None:
    plan = plan_of(SAID)
    assert (plan.data, plan.scorer, plan.harm, plan.confidence, plan.horizon) == ("work", "exact", 0.02, 0.9, 1000)
    assert (plan.escalate, plan.budget_share, plan.voices, plan.stronger, plan.slices) == (None, None, (), "", ())
    assert (plan.settings.parallel, plan.settings.budget, plan.settings.limit) == (4, None, None)


def test_what_is_said_is_taken() -> None:
    plan = plan_of(SAID | {"budget": "2.50", "voices": ["a"], "slices": ["task"], "escalate": 0.2, "limit": 9})
    assert (plan.settings.budget, plan.settings.limit) == (2_500_000_000, 9)
    assert (plan.voices, plan.slices, plan.escalate) == (("a",), ("task",), 0.2)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"harm": 1.0}, "harm"),
        ({"harm": 0.05, "escalate": 0.2}, "harm"),
        ({"harm": 0.02, "budget_share": 0.2}, "harm"),
        ({"confidence": 0.0}, "confidence"),
        ({"escalate": 1.1}, "escalate"),
        ({"budget_share": -0.1}, "budget_share"),
        ({"escalate": 0.1, "budget_share": 0.1}, "escalate"),
        ({"horizon": -1}, "horizon"),
        ({"budget": "lots"}, "budget"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(more: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        plan_of(SAID | more)
    assert refused.value.param == param
