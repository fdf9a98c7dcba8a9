"""What becomes of findings, and what is left of a label: decided without looking at a word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.finding import Finding, Span
from freehold.core.guards import Declassifier, GuardRule, Guards
from freehold.core.label import Label, Level, Source, join_all
from freehold.policy.guarding import (
    NOTHING,
    UNRAISED,
    ceiling,
    raised,
    rule_on,
    rule_on_untrusted,
    works_for,
)
from support.decisions import a_target

KEY = Source("key", Label.parse("internal;eu"))


def found(kind: str = "email", family: Any = "personal-data", sure: float = 1.0) -> Finding:
    return Finding("messages[0].parts[0].text", Span(0, 5, kind, sure, "rule", family))


def actions(*findings: Finding, guards: Guards, on: Any = "input") -> list[str]:
    return [finding.action for finding in rule_on(findings, guards, on).findings]


def test_personal_data_and_secrets_raise_unless_something_else_is_said() -> None:
    ruling = rule_on([found(), found(), found("ip"), found("jwt", "secrets")], Guards())
    assert [finding.action for finding in ruling.findings] == ["raise"] * 4
    assert ruling.sources == (
        Source("personal-data: email", Label(Level.CONFIDENTIAL), "personal-data"),
        Source("personal-data: ip", Label(Level.CONFIDENTIAL), "personal-data"),
        Source("secrets: jwt", Label(Level.RESTRICTED), "secrets"),
    )
    assert (ruling.redacted, ruling.refused) == ((), ())
    assert rule_on([], Guards()) is NOTHING


def test_the_first_rule_that_fits_holds_and_only_on_its_side() -> None:
    guards = Guards(
        rules=(
            GuardRule("email", action="redact"),
            GuardRule("personal-data", action="refuse"),
            GuardRule("secrets", "output", "refuse"),
            GuardRule("ip", action="raise", label=Label.parse("restricted")),
        )
    )
    findings = [found(), found("ip"), found("jwt", "secrets")]
    ruling = rule_on(findings, guards)
    assert [finding.action for finding in ruling.findings] == ["redact", "refuse", "raise"]
    assert [finding.span.kind for finding in ruling.redacted] == ["email"]
    assert [finding.span.kind for finding in ruling.refused] == ["ip"]
    assert actions(*findings, guards=guards, on="output") == ["raise", "raise", "refuse"]


def test_a_rule_may_say_another_label() -> None:
    guards = Guards(rules=(GuardRule("email", label=Label.parse("restricted;eu")),))
    assert [str(source.label) for source in rule_on([found(), found("ip")], guards).sources] == [
        "restricted;eu",
        "confidential",
    ]
    assert str(ceiling(guards)) == "restricted;eu"


@pytest.mark.parametrize(("sure", "action"), [(0.49, "record"), (0.5, "raise")])
def test_what_is_found_with_little_confidence_is_only_written_down(sure: float, action: str) -> None:
    assert actions(found(sure=sure), guards=Guards()) == [action]
    refusing = Guards(rules=(GuardRule("email", action="refuse"),))
    assert bool(rule_on([found(sure=sure)], refusing).refused) == (action == "raise")


def test_a_dry_run_says_what_would_be_done_and_does_nothing() -> None:
    guards = Guards(mode="record", rules=(GuardRule("email", action="refuse"), GuardRule("ip", action="record")))
    ruling = rule_on([found(), found("ip"), found("mac"), found(sure=0.1)], guards)
    assert [finding.action for finding in ruling.findings] == ["would refuse", "record", "would raise", "record"]
    assert (ruling.sources, ruling.redacted, ruling.refused) == ((), (), ())
    assert [each.action for each in rule_on_untrusted([found("override", "injection")], guards)] == ["would mark"]


def test_a_broken_schema_is_written_down_unless_a_rule_refuses_it() -> None:
    broken = found("broken-schema", "schema")
    assert actions(broken, guards=Guards(), on="output") == ["record"]
    assert actions(broken, guards=Guards(rules=(GuardRule("schema", "output", "refuse"),)), on="output") == ["refuse"]


@pytest.mark.parametrize("what", ["mark", "drop", "refuse", "owned", "record"])
def test_instructions_are_treated_as_the_one_setting_says(what: Any) -> None:
    (each,) = rule_on_untrusted([found("override", "injection")], Guards(injection=what))
    assert each.action == what


def test_a_label_falls_back_to_what_it_would_be_without_what_is_taken_out() -> None:
    guards = Guards(declassifiers=(Declassifier("personal-data", ("far", "both")), Declassifier("secrets", ("both",))))
    sources = (KEY, *rule_on([found(), found("jwt", "secrets")], guards).sources)
    change = raised(sources, guards)
    whole = join_all(source.label for source in sources)
    far, both, other = a_target("far"), a_target("both"), a_target("other")
    assert str(change.label_for(far, whole)) == "restricted;eu", "the secret is still there"
    assert change.label_for(both, whole) == KEY.label
    assert change.label_for(other, whole) == whole
    assert raised((KEY,), guards) is UNRAISED


def test_only_what_a_finding_brought_is_taken_away() -> None:
    guards = Guards(declassifiers=(Declassifier("personal-data", ("far",)),))
    stated = Source("personal-data: email", Label.parse("confidential"))
    change = raised((KEY, stated, *rule_on([found()], guards).sources), guards)
    assert str(change.left["far"]) == "confidential;eu", "somebody else said it too, whatever they call it"


def test_a_hint_names_what_is_above_the_target_and_whether_a_declassifier_could_help() -> None:
    guards = Guards(declassifiers=(Declassifier("personal-data", ("veiled",)),))
    internal = Source("default", Label.parse("internal"))
    change = raised((internal, *rule_on([found()], guards).sources), guards)
    out = a_target("out", "internal")
    assert change.hint(out) == "raised by personal-data: email; a [[declassify]] for out could take that out"
    assert change.hint(a_target("own")) == ""
    held = raised((Source("header", Label.parse("confidential")), *change.sources), guards)
    assert held.hint(out) == "raised by header, personal-data: email"
    assert UNRAISED.hint(out) == ""


def test_what_serves_a_target_is_said() -> None:
    guards = Guards(
        declassifiers=(Declassifier("personal-data", ("a",)), Declassifier("secrets", ("a", "b"), "redact"))
    )
    assert works_for("a", guards) == "pseudonymise personal-data, redact secrets"
    assert works_for("b", guards) == "redact secrets"


LABELS = st.builds(Label, st.sampled_from(Level), st.frozensets(st.sampled_from(["eu", "health"])))
SOURCES = st.lists(
    st.builds(Source, st.sampled_from(["key", "header"]), LABELS, st.sampled_from([None, "personal-data", "secrets"])),
    max_size=6,
)


@given(SOURCES, st.sets(st.sampled_from(["personal-data", "secrets"])))
def test_no_declassifier_takes_a_label_below_what_others_brought(sources: list[Source], families: set[Any]) -> None:
    guards = Guards(declassifiers=tuple(Declassifier(family, ("far",)) for family in sorted(families)))
    change = raised(sources, guards)
    whole = join_all(source.label for source in sources)
    left = change.label_for(a_target("far"), whole)
    assert left.flows_to(whole)
    for source in sources:
        assert source.family in families or source.label.flows_to(left)
