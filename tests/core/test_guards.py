"""What was decided about guards: its defaults, and what a rule speaks of."""

from __future__ import annotations

import pytest

from freehold.core.finding import Finding, Span
from freehold.core.guards import OFF, GuardRule, Guards

EMAIL = Finding("a", Span(0, 1, "email", 1.0, "r"))


def test_guards_enforce_unless_told_otherwise() -> None:
    assert (Guards().mode, OFF.mode) == ("enforce", "off")
    assert (str(Guards().personal_data), str(Guards().secrets)) == ("confidential", "restricted")


@pytest.mark.parametrize(
    ("find", "on", "fits"),
    [("email", "input", True), ("personal-data", "input", True), ("ip", "input", False), ("email", "output", False)],
)
def test_a_rule_fits_a_kind_or_its_family_on_its_side(find: str, on: str, fits: bool) -> None:
    assert GuardRule(find, on).fits(EMAIL, "input") is fits  # type: ignore[arg-type]


def test_whether_some_rule_acts_is_told_by_side_action_and_family() -> None:
    guards = Guards(rules=(GuardRule("schema", "output", "refuse"), GuardRule("email", action="redact")))
    assert guards.acts("output", "refuse")
    assert guards.acts("output", "refuse", family="schema")
    assert not guards.acts("output", "refuse", family="secrets")
    assert not guards.acts("output", "redact")
