from __future__ import annotations

from pathlib import Path

from freehold.evaluate.watch.purse import Purse
from freehold.evaluate.watch.rows import WatchRows
from freehold.stores.sqlite import open_store

DAY = 86_400 * 10**9


async def test_what_is_spent_counts_until_the_day_is_over(tmp_path: Path) -> None:
    now = [20_700 * DAY]
    purse = Purse(WatchRows(open_store(tmp_path).connect), lambda: now[0])

    assert await purse.has(10)
    purse.pay(10)
    assert not await purse.has(10)
    now[0] += DAY
    assert await purse.has(10)


async def test_what_an_earlier_process_spent_today_counts(tmp_path: Path) -> None:
    rows = WatchRows(open_store(tmp_path).connect)
    rows.add("asking", "away", {"cost_nano": 7})
    rows.add("audit", "pr_1", {"cost_nano": 5})

    assert await Purse(rows).spent() == 12
