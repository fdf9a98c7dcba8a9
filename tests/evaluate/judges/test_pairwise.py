from __future__ import annotations

import pytest

from freehold.evaluate.asking import Asker
from freehold.evaluate.judges.asked import Judging
from freehold.evaluate.judges.model import Preferred
from freehold.evaluate.judges.pairwise import prefer
from support.judging import CALLER, CHOOSER, Material, Played, Say, chooses
from support.scored import example


async def preferred(say: Say, left: str = "good", right: str = "bad") -> Preferred:
    return await prefer(CHOOSER, Judging(Asker(Played(say)), CALLER), example(), left, right)


def good(shown: Material) -> str:
    return chooses("1" if shown["answer 1"] == "good" else "2")(shown)


async def test_the_better_is_so_in_both_orders() -> None:
    left, right = await preferred(good), await preferred(good, "bad", "good")
    assert (left.value, right.value) == (1.0, 0.0)
    assert left.detail == {"agreed": 1.0}
    assert left.cost == 14


@pytest.mark.parametrize("better", ["1", "2"])
async def test_orders_that_disagree_are_a_tie(better: str) -> None:
    found = await preferred(chooses(better))
    assert found.value == 0.5
    assert "disagree" in found.reason
    assert found.detail == {"agreed": 0.0}


async def test_a_tie_is_a_tie() -> None:
    assert (await preferred(chooses("tie"))).value == 0.5


async def test_off_format_in_one_order_is_no_preference() -> None:
    found = await preferred(lambda shown: "hm" if shown["answer 1"] == "bad" else chooses("1")(shown))
    assert found.value is None
    assert found.orders == (1.0, None)
