"""The result of a plan is its JSON: what is written is read back, and nothing in it can be changed."""

from __future__ import annotations

import msgspec
import pytest

from freehold.plan.report.json import to_json
from freehold.plan.result import Interval, Plan
from support.plans import moderate


def test_a_plan_comes_back_whole_from_its_json() -> None:
    made = moderate()
    assert msgspec.json.decode(to_json(made), type=Plan) == made


def test_every_field_of_a_plan_is_in_its_json_by_its_own_name() -> None:
    found = msgspec.json.decode(to_json(moderate()))
    assert set(found) == set(Plan.__struct_fields__)
    assert found["requests_a_day"] == {"value": 10_000, "low": 8_500, "high": 11_800}
    assert found["results"][0]["lines"][0].keys() == {"part", "month", "formula", "inputs"}


def test_a_break_even_that_is_nowhere_is_null() -> None:
    found = msgspec.json.decode(to_json(moderate()))
    assert [each["at"] is None for each in found["break_evens"]] == [False, False, True]


def test_a_plan_is_never_changed() -> None:
    with pytest.raises(AttributeError):
        moderate().seed = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Interval(1.0, 0.5, 2.0).low = 0.0  # type: ignore[misc]
