"""``freehold budgets``, with a Freehold running and without."""

from __future__ import annotations

import json

import pytest

from support.commands import Terminal


@pytest.fixture(params=["offline", "running"])
def budgets(request: pytest.FixtureRequest, terminal: Terminal) -> Terminal:
    """A terminal at which budgets can be set, both ways there are."""
    if request.param == "running":
        request.getfixturevalue("found")
    return terminal


def test_a_budget_is_set_changed_listed_and_removed(budgets: Terminal) -> None:
    made = json.loads(budgets("budgets", "set", "25/week", "--team", "law", "--when-spent", "owned", "--json").out)
    assert (made["scope"], made["subject"], made["amount"], made["period"]) == ("team", "law", "25", "week")
    changed = json.loads(budgets("budgets", "set", "30/week", "--team", "law", "--warn-at", "0.5", "--json").out)
    assert (changed["id"], changed["amount"], changed["when_spent"]) == (made["id"], "30", "refuse")
    (row,) = [row for row in json.loads(budgets("budgets", "list", "--json").out) if row["id"] == made["id"]]
    assert (row["spent"], row["held"], row["left"]) == ("0", "0", "30")
    listed = budgets("budgets", "list").out
    assert "\t".join([made["id"], "team", "law", "30/week", "0", "0", "30", row["renews"], "50%", "refuse"]) in listed
    assert budgets("budgets", "remove", made["id"]).out == f"removed: {made['id']} (30/week of team law)\n"
    assert made["id"] not in budgets("budgets", "list").out


def test_a_budget_of_a_key_is_found_by_its_name(budgets: Terminal) -> None:
    key = json.loads(budgets("keys", "create", "--name", "zoe", "--json").out)
    said = budgets("budgets", "set", "0.10/day", "--key", "zoe").out
    assert "0.1/day of key zoe, 0 spent, 0.1 left; renews " in said
    made = said.partition(":")[0]
    row = next(row for row in json.loads(budgets("budgets", "list", "--json").out) if row["id"] == made)
    assert row["subject"] == key["id"]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("1/day",), 2, "say whose budget it is, once"),
        (("1/day", "--team", "a", "--route", "b"), 2, "say whose budget it is, once"),
        (("1/year", "--team", "a"), 2, "as in 0.10/day"),
        (("1/day", "--key", "nobody"), 1, "there is no key 'nobody'"),
        (("1/day", "--team", "a", "--warn-at", "2"), 2, "warn_at is a share"),
    ],
)
def test_what_is_no_budget_is_told(budgets: Terminal, options: tuple[str, ...], code: int, said: str) -> None:
    ran = budgets("budgets", "set", *options)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_a_budget_that_is_not_there(budgets: Terminal) -> None:
    ran = budgets("budgets", "remove", "budget_none")
    assert ran.code == 1
    assert "there is no budget 'budget_none'" in ran.err
