from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.judges.model import Preferred, checked
from support.judging import RATER


@pytest.mark.parametrize("changes", [{"rubric": "x"}, {"model": "x"}, {"scale": (1, 7)}, {"kind": "pairwise"}])
def test_another_judge_has_another_id(changes: dict[str, Any]) -> None:
    assert msgspec.structs.replace(RATER, **changes).id != RATER.id


def test_a_name_is_only_a_name() -> None:
    assert msgspec.structs.replace(RATER, name="other").id == RATER.id


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "No Name"},
        {"rubric": " "},
        {"rubric": "x" * 30_000},
        {"model": ""},
        {"scale": (5, 1)},
        {"scale": (0, 999)},
    ],
)
def test_what_can_be_no_judge_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        checked(msgspec.structs.replace(RATER, **changes))
    assert checked(RATER) is RATER


def test_agreement_is_told_where_both_orders_said_something() -> None:
    assert Preferred(0.5, orders=(1.0, 0.0)).detail == {"agreed": 0.0}
    assert Preferred(None, orders=(1.0, None)).detail == {}
