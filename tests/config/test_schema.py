"""What may be written."""

from __future__ import annotations

import msgspec
import pytest

from freehold.config import tree
from freehold.config.schema import PLAIN, DeclassifyTable, GuardTable, RouteTable
from freehold.core.guards import Guards
from freehold.policy.judge import Accept

TABLES = [*PLAIN.values(), RouteTable, GuardTable, DeclassifyTable, Accept]
IN_THE_TREE = {
    "server": tree.Server,
    "policy": tree.Policy,
    "ledger": tree.Ledger,
    "audit": tree.Audit,
    "discover": tree.Discover,
    "knowledge": tree.Knowledge,
    "guards": Guards,
    "limits": tree.Limits,
    "telemetry": tree.Telemetry,
    "watch": tree.Watch,
}


@pytest.mark.parametrize("table", TABLES)
def test_a_misspelt_key_is_never_passed_over(table: type[msgspec.Struct]) -> None:
    assert table.__struct_config__.forbid_unknown_fields
    assert table.__struct_config__.frozen


@pytest.mark.parametrize("name", ["accept", "weights", "sticky"])
def test_what_belongs_to_one_flow_is_not_given_by_default(name: str) -> None:
    """Otherwise nobody could tell whether it was written."""
    assert not getattr(RouteTable("r", ("a",)), name)


@pytest.mark.parametrize("name", PLAIN)
def test_every_plain_setting_reaches_the_tree(name: str) -> None:
    beside = {"rules", "forbidden_tools", "declassifiers"}  # Of [[guard]] and [[declassify]].
    beside |= {"traces_to", "metrics_to"}  # Made of `endpoint` and of the environment.
    assert set(PLAIN[name].__struct_fields__) == set(IN_THE_TREE[name].__struct_fields__) - beside


def test_for_is_written_as_people_say_it() -> None:
    assert DeclassifyTable.__struct_encode_fields__ == ("when", "for", "by")
