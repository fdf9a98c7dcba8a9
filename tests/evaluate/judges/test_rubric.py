from __future__ import annotations

import pytest

from freehold.evaluate.asking import Asker
from freehold.evaluate.judges.asked import Judging
from freehold.evaluate.judges.rubric import rate
from support.judging import CALLER, RATER, Played, rates
from support.scored import example


@pytest.mark.parametrize(("score", "value"), [(1, 0.0), (3, 0.5), (5, 1.0)])
async def test_a_score_is_told_from_0_to_1(score: int, value: float) -> None:
    scored = await rate(RATER, Judging(Asker(Played(rates(score))), CALLER), example("Paris"), "Paris")
    assert scored.value == value


async def test_what_is_off_format_is_counted() -> None:
    scored = await rate(RATER, Judging(Asker(Played(rates(9))), CALLER), example(), "Paris")
    assert scored.value is None
    assert scored.detail == {"off_format": 1.0}
