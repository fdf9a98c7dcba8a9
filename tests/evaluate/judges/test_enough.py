from __future__ import annotations

import msgspec
import pytest

from freehold.core.errors import Unprocessable
from freehold.evaluate.judges.enough import check, size_needed, stratum_needed
from freehold.evaluate.judges.model import Pair, Point, Thresholds
from support.scored import example

ASKED = example().request.messages
STRICT = msgspec.structs.replace(Thresholds(), agreement=0.85, length=0.1)


def pairs(longer: int, shorter: int) -> list[Pair]:
    return [
        *(Pair(ASKED, "long answer", str(n), 1) for n in range(longer)),
        *(Pair(ASKED, "long answer", str(n), 2) for n in range(shorter)),
    ]


def test_stricter_thresholds_need_more() -> None:
    assert size_needed(STRICT) > size_needed(Thresholds()) >= 30
    assert stratum_needed(STRICT, 100) > stratum_needed(Thresholds(), 100)
    assert stratum_needed(Thresholds(), 30) >= stratum_needed(Thresholds(), 1000)


def test_too_little_gold_is_refused_with_how_much_is_needed() -> None:
    needed = size_needed(Thresholds())
    with pytest.raises(Unprocessable, match=rf"at least {needed} are needed, {needed - 12} more"):
        check([Point(ASKED, str(n), True) for n in range(12)], Thresholds())


def test_gold_in_which_the_longer_is_hardly_ever_better_is_refused() -> None:
    with pytest.raises(Unprocessable, match="the longer one in 3 of 103 pairs"):
        check(pairs(3, 100), Thresholds())
    check(pairs(50, 50), Thresholds())
