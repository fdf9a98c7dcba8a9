from __future__ import annotations

import pytest

from freehold.guards.secrets.carriers import CARRIERS
from freehold.guards.secrets.keys import ARMOURS
from freehold.guards.secrets.signs import Marked, by_sign, standing


@pytest.mark.parametrize(("rules", "rare"), [(CARRIERS, "/="), (ARMOURS, "-:1"), (CARRIERS, "")])
def test_every_rule_is_in_one_group_whose_sign_its_mark_holds(rules: tuple[Marked, ...], rare: str) -> None:
    groups = by_sign(rules, rare)
    assert sorted(map(id, rules)) == sorted(id(rule) for _, group in groups for rule in group)
    assert all(sign in rule.mark for sign, group in groups for rule in group)


def test_only_rules_without_a_rare_letter_are_looked_for_everywhere() -> None:
    (anywhere,) = [group for sign, group in by_sign(CARRIERS, "/=") if not sign]
    assert {carrier.mark for carrier in anywhere} == {"eyJ", "asic ", "earer ", "uthorization", "curl ", "login"}


@pytest.mark.parametrize("text", ["", "curl -u ada:", "https://ada:pw@host", "eyJ and Basic ", "?sig=1"])
def test_the_rules_that_stand_in_a_text_are_those_whose_mark_does(text: str) -> None:
    found = list(standing(by_sign(CARRIERS, "/="), text))
    assert sorted(map(id, found)) == sorted(id(carrier) for carrier in CARRIERS if carrier.mark in text)
