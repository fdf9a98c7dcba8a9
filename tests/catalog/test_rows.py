"""The shape of a target's table: all that a target can be told, and no key in its text."""

from __future__ import annotations

import msgspec
import pytest

from freehold.catalog.rows import ClearanceRow, ProfileRow, TargetRow, TimeoutRow
from freehold.core.target import Limits, Profile, Timeouts
from tools.reference import field_notes

ROWS = [TargetRow, ClearanceRow, TimeoutRow, ProfileRow]


@pytest.mark.parametrize(("row", "made"), [(TimeoutRow, Timeouts), (ProfileRow, Profile)])
def test_a_row_sets_all_that_is_made_of_it(row: type[msgspec.Struct], made: type[msgspec.Struct]) -> None:
    assert set(row.__struct_fields__) == set(made.__struct_fields__)
    assert msgspec.structs.asdict(row()) == dict.fromkeys(row.__struct_fields__)


def test_every_limit_can_be_set() -> None:
    assert set(Limits.__struct_fields__) <= set(TargetRow.__struct_fields__)


@pytest.mark.parametrize(
    ("row", "name", "default"),
    [
        *((TimeoutRow, name, value) for name, value in msgspec.structs.asdict(Timeouts()).items()),
        *((TargetRow, name, getattr(Limits(), name)) for name in ("queue", "queue_seconds", "retries")),
    ],
)
def test_the_reference_gives_the_default_there_is(row: type[msgspec.Struct], name: str, default: float) -> None:
    assert f"Default: {default:g}." in field_notes(row)[name]


@pytest.mark.parametrize("row", ROWS)
def test_a_misspelt_key_is_never_passed_over(row: type[msgspec.Struct]) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `prise`"):
        msgspec.convert({"prise": 1}, row)


def test_a_key_does_not_show() -> None:
    row = TargetRow("a", api_key="sk-hunter2", headers={"x-secret": "hunter3"})
    assert repr(row) == "TargetRow('a')"
