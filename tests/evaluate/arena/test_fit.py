from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from freehold.evaluate.arena.design import design_of
from freehold.evaluate.arena.fit import Separated, fit
from support.voting import drawn, tally

TRUTH = {"a": 0.8, "b": 0.2, "c": -0.2, "d": -0.8}


def test_two_subjects_have_the_log_odds_of_their_wins() -> None:
    found = fit(design_of(tally({("a", "b"): 30, ("b", "a"): 10})))
    difference, error = found.difference(0, 1)
    assert difference == pytest.approx(np.log(3))
    # The binomial's own error of a log-odds, a little more by HC3.
    assert np.sqrt(1 / 30 + 1 / 10) < error < 1.05 * np.sqrt(1 / 30 + 1 / 10)
    assert found.values.sum() == pytest.approx(0)


def test_strengths_are_at_the_maximum_that_an_optimiser_finds() -> None:
    design = design_of(drawn(np.random.default_rng(1), TRUTH, 300, ties=0.2, length=0.5))
    covariates = design.covariates[:, :1]
    rows = np.hstack([design.rows(), covariates])

    def loss(values: np.ndarray) -> float:
        log_odds = rows @ values
        return float(np.sum(np.logaddexp(0, log_odds) - design.won * log_odds))

    best = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-8}).x
    assert fit(design, covariates).values == pytest.approx([*(best[:4] - best[:4].mean()), best[4]], abs=1e-4)


@pytest.mark.parametrize(("size", "ties", "length"), [(60, 0.0, 0.0), (250, 0.0, 0.6), (250, 0.3, 0.0)])
def test_intervals_cover(size: int, ties: float, length: float) -> None:
    rng = np.random.default_rng(7)
    names = sorted(TRUTH)
    inside = total = 0
    # Ties at random halve what a vote tells, so that what is estimated is no longer the strengths: their order is.
    rounds = 200
    aim = _limit(ties) if ties else np.array([TRUTH[name] for name in names])
    for _ in range(rounds):
        design = design_of(drawn(rng, TRUTH, size, ties=ties, length=length))
        covariates = design.covariates[:, :1] if length else None
        try:
            found = fit(design, covariates)
        except Separated:
            found = fit(design, covariates, firth=True)
        for place in range(4):
            inside += abs(found.values[place] - aim[place]) <= 1.96 * found.error(place)
            total += 1
    assert 0.925 <= inside / total <= 0.98


def _limit(ties: float) -> np.ndarray:
    found = fit(design_of(drawn(np.random.default_rng(3), TRUTH, 30_000, ties=ties)))
    return found.values


def test_whoever_never_lost_has_no_maximum_and_a_penalised_strength() -> None:
    design = design_of(tally({("a", "b"): 8}))
    with pytest.raises(Separated):
        fit(design)
    found = fit(design, firth=True)
    # Firth's estimate of a share adds half a win to each side.
    assert found.difference(0, 1)[0] == pytest.approx(np.log(8.5 / 0.5))


def test_a_penalised_strength_of_a_subject_with_one_vote_is_found() -> None:
    found = fit(design_of(tally({("a", "c"): 30, ("c", "a"): 20, ("b", "c"): 1})), firth=True)
    assert found.difference(1, 2)[0] == pytest.approx(np.log(3), abs=1e-6)


def test_influence_foretells_what_a_vote_left_out_changes() -> None:
    design = design_of(drawn(np.random.default_rng(2), TRUTH, 150))
    found = fit(design)
    for out in (0, 50, 149):
        again = fit(design.without(np.array([out])))
        assert found.influence[out] == pytest.approx(again.values - found.values, abs=2e-3)
