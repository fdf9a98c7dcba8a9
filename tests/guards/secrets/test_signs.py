from __future__ import annotations

import pytest

from freehold.guards.secrets.carriers import CARRIERS
from freehold.guards.secrets.keys import ARMOURS
from freehold.guards.secrets.signs import Marked, by_sign


@pytest.mark.parametrize(("rules", "rare"), [(CARRIERS, "/="), (ARMOURS, "-:1"), (CARRIERS, "")])
def test_every_rule_is_in_one_group_whose_sign_its_mark_holds(rules: tuple[Marked, ...], rare: str) -> None:
    groups = by_sign(rules, rare)
    assert sorted(map(id, rules)) == sorted(id(rule) for _, group in groups for rule in group)
    assert all(sign in rule.mark for sign, group in groups for rule in group)


def test_only_rules_without_a_rare_letter_are_looked_for_everywhere() -> None:
    (anywhere,) = [group for sign, group in by_sign(CARRIERS, "/=") if not sign]
    assert {carrier.mark for carrier in anywhere} == {"eyJ", "asic ", "earer ", "uthorization", "curl ", "login"}
