"""Two-sample tests: their size where the source is one, and their power where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.statistics.ngrams import character_vectors
from freehold.evaluate.statistics.twosample import (
    dealings_needed,
    energy_test,
    kolmogorov_smirnov_test,
    paired_shift_test,
    spent_alpha,
)

ONE = ["The invoice is due on the first of the month.", "Your order was sent today.", "Please call us back."] * 5
OTHER = ["I'm sorry, but I cannot help with that.", "As a model, I am unable to answer.", "Sorry, no."] * 5


def test_the_sizes_hold():
    rng = np.random.default_rng(71)
    energy = [energy_test(*rng.normal(size=(2, 12, 3)), dealings=99, seed=at) for at in range(200)]
    steps = [kolmogorov_smirnov_test(*rng.normal(size=(2, 20)), dealings=99, seed=at) for at in range(200)]
    signs = [paired_shift_test(rng.normal(size=15), dealings=99, seed=at) for at in range(200)]
    for found in (energy, steps, signs):
        assert np.mean(np.array(found) <= 0.05) <= 0.09
        assert 0.4 < np.mean(found) < 0.65


def test_what_changed_is_seen():
    rng = np.random.default_rng(72)
    assert energy_test(rng.normal(size=(40, 3)), rng.normal(1.0, 1.0, (40, 3))) <= 0.01
    assert energy_test(rng.normal(size=(60, 1)), rng.normal(0, 4.0, (60, 1))) <= 0.01
    assert kolmogorov_smirnov_test(rng.normal(size=80), rng.normal(1.0, 1.0, 80)) <= 0.01
    assert paired_shift_test(rng.normal(0.8, 1.0, 40)) <= 0.01


def test_answers_of_another_kind_are_seen():
    assert energy_test(character_vectors(ONE), character_vectors(OTHER)) <= 0.01
    assert energy_test(character_vectors(ONE), character_vectors(ONE)) > 0.5


def test_ties_are_no_evidence():
    assert kolmogorov_smirnov_test(np.zeros(10), np.zeros(12)) == 1


def test_all_looks_together_spend_alpha():
    assert sum(spent_alpha(look, 0.05) for look in range(1, 5000)) == pytest.approx(0.05, rel=1e-3)
    assert 1 / (1 + dealings_needed(spent_alpha(60, 0.05))) < spent_alpha(60, 0.05)


def test_an_empty_sample_is_refused():
    with pytest.raises(ValueError, match="empty"):
        energy_test(np.zeros((0, 2)), np.zeros((3, 2)))
