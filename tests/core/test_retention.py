"""Retention by label: the most specific rule, the fewest days of equals, and floors that no rule comes below."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.label import Label, Level
from freehold.core.retention import Retention, RetentionRule


def rule(label: str, **settings: Any) -> RetentionRule:
    return RetentionRule(Label.parse(label), **settings)


def of(*rules: RetentionRule) -> Retention:
    return Retention(rules)


EVERY_LABEL = [
    Label(level, frozenset(tags)) for level in Level for tags in ((), ("eu",), ("health",), ("eu", "health"))
]


def test_without_a_rule_the_default_holds() -> None:
    nothing = of()
    assert nothing.text_days(Label.parse("restricted"), 30) == 30
    assert nothing.record_days(None) == math.inf
    assert nothing.floor_days(None) == 0
    assert nothing.captures(None)
    assert nothing.shortest_record_days == math.inf


@pytest.mark.parametrize(
    ("label", "days"),
    [("public", 90), ("internal;eu", 90), ("confidential", 7), ("restricted;health", 7), ("public;health", 3)],
)
def test_the_most_specific_rule_holds(label: str, days: int) -> None:
    rules = of(rule("public", text_days=90), rule("confidential", text_days=7), rule("public;health", text_days=3))
    expected = 3 if "health" in label else days
    assert rules.text_days(Label.parse(label), 30) == expected


def test_of_rules_that_are_not_comparable_the_fewest_days_hold() -> None:
    rules = of(rule("confidential", record_days=30), rule("public;health", record_days=10))
    assert rules.record_days(Label.parse("confidential;health")) == 10
    both = of(*rules.rules, rule("confidential;health", record_days=99))
    assert both.record_days(Label.parse("restricted;health")) == 99


def test_two_rules_of_one_label_are_both_kept_to() -> None:
    rules = of(rule("internal", record_days=30), rule("internal", record_days=10))
    assert rules.record_days(Label.parse("internal")) == 10


def test_each_setting_is_looked_for_by_itself() -> None:
    rules = of(rule("public", text_days=5, record_days=50), rule("confidential", record_days=60))
    assert rules.text_days(Label.parse("confidential"), 30) == 5
    assert rules.record_days(Label.parse("confidential")) == 60


def test_no_days_are_for_good() -> None:
    rules = of(rule("public", text_days=0, record_days=0), rule("public;eu", record_days=4))
    assert rules.text_days(Label.parse("public"), 30) == math.inf
    assert rules.record_days(Label.parse("public")) == math.inf
    assert rules.record_days(Label.parse("public;eu")) == 4
    assert rules.shortest_record_days == 4


def test_one_no_is_enough_for_no_capture() -> None:
    rules = of(rule("confidential", capture=False), rule("restricted"))
    assert not rules.captures(Label.parse("restricted"))
    assert not rules.captures(Label.parse("confidential;eu"))
    assert rules.captures(Label.parse("internal;eu"))


def test_what_never_had_a_label_counts_as_public() -> None:
    rules = of(rule("public", record_days=9), rule("internal", record_days=5))
    assert rules.record_days(None) == 9


def test_a_rule_that_undercuts_a_floor_is_found_where_both_meet() -> None:
    law = rule("public;health", floor_days=3650)
    quick = rule("confidential", record_days=90)
    assert of(law, quick).undercut() == [(quick, law, Label.parse("confidential;health"))]
    settled = of(law, quick, rule("confidential;health", record_days=4000))
    assert settled.undercut() == []
    assert settled.floor_days(Label.parse("restricted;health")) == 3650


def test_a_rule_may_not_undercut_its_own_floor() -> None:
    both = rule("public", record_days=30, floor_days=180)
    assert of(both).undercut() == [(both, both, Label.parse("public"))]


def test_for_good_and_just_as_long_undercut_nothing() -> None:
    assert of(rule("public", floor_days=180), rule("internal", record_days=0)).undercut() == []
    assert of(rule("public", floor_days=180), rule("internal", record_days=180)).undercut() == []


def test_fewer_days_below_a_floor_of_something_else_are_no_fault() -> None:
    assert of(rule("public", record_days=30), rule("restricted", record_days=0, floor_days=3650)).undercut() == []


_RULES = st.lists(
    st.builds(
        RetentionRule,
        st.sampled_from(EVERY_LABEL),
        record_days=st.sampled_from([None, 0, 10, 20]),
        floor_days=st.sampled_from([0, 10, 15, 30]),
    ),
    max_size=4,
)


@given(_RULES)
def test_every_undercut_floor_is_found_and_no_other(rules: list[RetentionRule]) -> None:
    retention = of(*rules)
    undercut = [label for label in EVERY_LABEL if retention.record_days(label) < retention.floor_days(label)]
    assert bool(retention.undercut()) == bool(undercut)
