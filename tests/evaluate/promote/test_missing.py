from __future__ import annotations

from freehold.core.label import Label
from freehold.core.target import Target
from freehold.evaluate.promote.missing import of_target, of_trial
from freehold.evaluate.promote.trial import begun


def target(name: str, clearance: str, licence: str | None = "MIT", *, owned: bool = True) -> Target:
    return Target(name, "m", "", "openai", Label.parse(clearance), licence=licence, owned=owned)


def test_a_candidate_that_may_see_less_is_refused_with_why() -> None:
    (said,) = of_target(target("new", "internal"), [target("old", "confidential"), target("other", "public")])

    assert said.startswith("label: new is cleared for internal, which is narrower than old (confidential)")
    assert of_target(target("new", "confidential"), [target("old", "confidential")]) == []


def test_an_owned_model_without_a_licence_is_refused() -> None:
    assert of_target(target("new", "internal", None), [])[0].startswith("licence: nothing is known")
    assert of_target(target("new", "internal", None, owned=False), []) == []


def test_evidence_that_is_not_there_not_enough_or_against_it() -> None:
    assert of_trial(None, 0.02, told_by="the shadow")[0].startswith("evidence: there is none")
    assert "more pairs are needed" in of_trial(begun(0.02), 0.02, told_by="the shadow")[0]
    assert "wider than the 0.01" in of_trial(begun(0.02), 0.01, told_by="the shadow")[0]
    assert of_trial(begun(0.2).after([-1.0] * 60), 0.2, told_by="the shadow")[0].startswith("quality:")
    assert of_trial(begun(0.2).after([0.0] * 200), 0.2, told_by="the shadow") == []
