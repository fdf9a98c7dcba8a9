"""What may be written, and that the policy can do all of it."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from freehold.config import schema, tree
from freehold.config.schema import PLAIN, Accept, DeclassifyTable, RouteTable
from freehold.policy import judge, rules

TABLES = [*PLAIN.values(), RouteTable, DeclassifyTable, Accept]
IN_THE_TREE = {"server": tree.Server, "policy": tree.Policy, "ledger": tree.Ledger, "discover": tree.Discover}


def literals(of: Any, name: str) -> set[str]:
    """The words that a field takes."""
    return {word for word in get_args(get_type_hints(of)[name]) if isinstance(word, str)}


@pytest.mark.parametrize("table", TABLES)
def test_a_misspelt_key_is_never_passed_over(table: type[msgspec.Struct]) -> None:
    assert table.__struct_config__.forbid_unknown_fields
    assert table.__struct_config__.frozen


@pytest.mark.parametrize("name", ["accept", "weights", "sticky"])
def test_what_belongs_to_one_flow_is_not_given_by_default(name: str) -> None:
    """Otherwise nobody could tell whether it was written."""
    assert not getattr(RouteTable("r", ("a",)), name)


def test_what_a_cascade_accepts_is_what_the_policy_judges_by() -> None:
    assert msgspec.structs.asdict(Accept()) == msgspec.structs.asdict(judge.Accept())
    for word in ("score", "unknown"):
        assert literals(Accept, word) == literals(judge.Accept, word)


def test_flows_and_who_a_split_keeps_to_are_those_of_the_policy() -> None:
    assert set(get_args(schema.FlowName)) == set(get_args(rules.FlowName))
    assert set(get_args(schema.Sticky)) == literals(rules.Route, "sticky")


@pytest.mark.parametrize("name", PLAIN)
def test_every_plain_setting_reaches_the_tree(name: str) -> None:
    assert set(PLAIN[name].__struct_fields__) == set(IN_THE_TREE[name].__struct_fields__)


def test_for_is_written_as_people_say_it() -> None:
    assert DeclassifyTable.__struct_encode_fields__ == ("when", "for")
