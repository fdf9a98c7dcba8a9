"""From log odds to chances."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from freehold.evaluate.statistics.logistic import logistic


def test_it_is_scipy_s_and_never_overflows() -> None:
    logits = np.array([-np.inf, -1e6, -40.0, -1.5, 0.0, 1e-9, 2.0, 40.0, 1e6, np.inf])
    assert logistic(logits) == pytest.approx(expit(logits), abs=1e-300, rel=1e-12)
    assert float(logistic(0.0)) == 0.5
