"""A run's money: held back before it is spent, and one answer at a time where nobody knows what it can cost."""

from __future__ import annotations

import asyncio

import pytest

from freehold.core.money import ZERO, Nanodollars
from freehold.evaluate.runs.purse import Purse, Spent


async def test_without_a_budget_anything_goes() -> None:
    purse = Purse(None, ZERO)
    for place in range(3):
        assert await purse.take(place, Nanodollars(10**12)) == 10**12
        await purse.take(place + 10, None)


async def test_what_is_held_is_not_there_for_another() -> None:
    purse = Purse(Nanodollars(100), Nanodollars(20))
    assert await purse.take(0, Nanodollars(50)) == 50
    waiting = asyncio.create_task(purse.take(1, Nanodollars(40)))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await purse.settle(0, Nanodollars(30))
    assert await waiting == 40
    await purse.settle(1, Nanodollars(40))
    with pytest.raises(Spent, match=r"0\.00000001 US dollars are left, and one answer can cost 0\.000000011"):
        await purse.take(2, Nanodollars(11))


async def test_where_nobody_knows_one_goes_at_a_time_and_the_dearest_so_far_must_be_left() -> None:
    purse = Purse(Nanodollars(100), ZERO)
    assert await purse.take(0, None) == 0
    waiting = asyncio.create_task(purse.take(1, None))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await purse.settle(0, Nanodollars(40))
    assert await waiting == 40
    await purse.settle(1, Nanodollars(30))
    with pytest.raises(Spent, match=r"one answer has cost 0\.00000004"):
        await purse.take(2, None)
