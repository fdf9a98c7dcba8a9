"""Teaching: what is refused, what is chosen, what is said of it."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.router import fit
from freehold.evaluate.router.fit import LEAST, Evidence, fitted, teach
from freehold.evaluate.router.models import MODELS, Scores
from freehold.evaluate.router.space import Points
from freehold.evaluate.statistics.interval import Floats
from support.prompts import some_evidence


def scoreless(points: Points, gains: Floats) -> Scores:
    """Knows nothing."""
    return lambda others: np.zeros(len(others))


def test_too_few_prompts_are_refused_with_how_many_are_needed() -> None:
    with pytest.raises(BadRequest, match=r"180 prompts .* needs 300: ask both for 120 more"):
        teach(some_evidence(180))


def with_scores(weak: float, strong: float) -> Evidence:
    evidence = some_evidence(LEAST)
    return Evidence(evidence.points, np.full(LEAST, weak), np.full(LEAST, strong))


def test_subjects_that_do_equally_well_are_refused() -> None:
    with pytest.raises(BadRequest, match="better on 0 of 300"):
        teach(with_scores(1.0, 1.0))


def test_a_weaker_subject_that_never_does_is_refused() -> None:
    with pytest.raises(BadRequest, match="as well on 0 of 300"):
        teach(with_scores(0.0, 1.0))


def test_subjects_the_wrong_way_round_are_refused() -> None:
    evidence = some_evidence(900)
    with pytest.raises(BadRequest, match="turn them round"):
        teach(Evidence(evidence.points, evidence.strong, evidence.weak))


def test_says_how_good_every_model_is_and_how_far_chances_are_off() -> None:
    taught = teach(some_evidence(600))
    assert set(taught.compared) == set(MODELS)
    assert taught.compared[taught.model] > 0.6
    assert taught.error < 0.08
    msgspec.json.encode(taught.calibration)


def test_what_is_said_holds_for_other_prompts() -> None:
    evidence, others = some_evidence(800), some_evidence(4000, seed=5)
    taught = teach(evidence)
    chances = taught.calibration.chances(fitted(taught.model, evidence)(others.points))
    assert abs(chances.mean() - others.will_do.mean()) < 0.04


def test_another_model_is_taken_only_where_it_surely_does_better() -> None:
    evidence = some_evidence(600)
    assert teach(evidence, models={"none": scoreless, "ridge": MODELS["ridge"]}).model == "ridge"
    assert teach(evidence, models={"ridge": MODELS["ridge"], "none": scoreless}).model == "ridge"
    near = {"first": MODELS["ridge"], "second": MODELS["ridge"]}
    assert teach(evidence, models=near).model == "first"


def test_newer_evidence_takes_the_place_of_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "MOST", 10)
    one, other = some_evidence(8), some_evidence(6, seed=1)
    both = one.and_also(other)
    assert len(both) == 10
    assert (both.points.form == np.vstack([one.points.form[4:], other.points.form])).all()
    assert (both.weak[4:] == other.weak).all()


def test_is_the_same_each_time() -> None:
    evidence = some_evidence(400)
    assert teach(evidence).compared == teach(evidence).compared
