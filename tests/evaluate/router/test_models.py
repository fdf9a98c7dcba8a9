"""Every model finds what there is to find, and nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.router.models import MODELS
from freehold.evaluate.router.rank import recovered
from support.prompts import some_evidence

LEAST_FOUND = {"ridge": 0.62, "logistic": 0.62, "nearest": 0.55}


@pytest.mark.parametrize("name", MODELS)
def test_finds_what_the_prompts_tell(name: str) -> None:
    taught, others = some_evidence(400), some_evidence(2000, seed=1)
    scores = MODELS[name](taught.points, taught.gains)(others.points)
    assert recovered(scores, others.gains) > LEAST_FOUND[name]


@pytest.mark.parametrize("name", MODELS)
def test_finds_nothing_where_nothing_is_told(name: str) -> None:
    taught, others = some_evidence(400, told=0), some_evidence(4000, seed=1, told=0)
    scores = MODELS[name](taught.points, taught.gains)(others.points)
    assert recovered(scores, others.gains) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("name", MODELS)
def test_does_without_meaning(name: str) -> None:
    taught, others = some_evidence(400, meaning=0), some_evidence(2000, seed=1, meaning=0)
    assert recovered(MODELS[name](taught.points, taught.gains)(others.points), others.gains) > 0.52


@pytest.mark.parametrize("name", MODELS)
def test_the_score_of_one_prompt_is_that_among_many(name: str) -> None:
    taught, others = some_evidence(300), some_evidence(5, seed=1)
    scores = MODELS[name](taught.points, taught.gains)
    alone = [float(scores(others.points.part(np.array([place])))[0]) for place in range(5)]
    assert alone == pytest.approx(list(scores(others.points)))
