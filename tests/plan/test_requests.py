import numpy as np

from freehold.plan.requests import Requests


def test_the_rate_counts_the_quiet_ends():
    tokens = np.ones(3)
    sample = Requests(
        at=np.array([1.0, 2.0, 3.0]), prompt=tokens, answer=tokens, cached=0 * tokens, seconds=6.0, source=""
    )
    assert len(sample) == 3
    assert sample.rate == 0.5
