from __future__ import annotations

from pathlib import Path
from typing import Any

from freehold.core.event import Answer, Choice, TokenLogprob
from freehold.core.money import Nanodollars
from freehold.evaluate.model import Asked
from freehold.evaluate.watch.asked import Canaries, seconds_until
from freehold.evaluate.watch.canaries import Canary
from freehold.evaluate.watch.prompts import PROMPTS
from freehold.evaluate.watch.purse import Purse
from freehold.evaluate.watch.rows import WatchRows
from freehold.evaluate.watch.settings import Settings
from freehold.stores.sqlite import open_store


class Target:
    """Answers in a way of its own, and each time with a random figure."""

    def __init__(self) -> None:
        self.way = "So it is, and %d times."
        self.asked = 0

    async def __call__(self, request: Any, *_args: Any, **more: Any) -> Asked:
        self.asked += 1
        text = self.way % (self.asked * 7919 % 13)
        choice = Choice(text=text, logprobs=[TokenLogprob(text, -0.1)])
        assert more["origin"] == "canary"
        return Asked("answered", Answer(choices=[choice]), cost=Nanodollars(1))


def canaries(folder: Path, target: Target, told: list[Canary], **settings: Any) -> Canaries:
    rows = WatchRows(open_store(folder).connect)

    async def changed(canary: Canary) -> None:
        told.append(canary)

    asker: Any = target
    return Canaries(rows, asker, Purse(rows), lambda: Settings(**settings), changed)


async def test_a_change_is_told_once_and_the_new_is_the_usual_from_then_on(tmp_path: Path) -> None:
    target, told = Target(), list[Canary]()
    made = canaries(tmp_path, target, told)
    for _ in range(9):
        assert (await made.ask("away")) is not None
    assert told == []
    target.way = "CERTAINLY! The number that you want: %d"
    for _ in range(4):
        await made.ask("away")

    assert len(told) == 1
    stands = await made.stands("away")
    assert stands.changed_ns is not None
    assert not stands.changed


async def test_no_more_is_asked_than_the_days_money_pays(tmp_path: Path) -> None:
    target = Target()
    made = canaries(tmp_path, target, [], budget=Nanodollars(10))
    told = await made.ask("away")

    assert told is not None
    assert (told.answered, target.asked) == (10, 10)
    assert await made.ask("away") is None
    assert len(PROMPTS) > 10


def test_the_next_time_is_today_or_tomorrow() -> None:
    hour = 3600 * 10**9
    assert seconds_until(180, 2 * hour) == 3600
    assert seconds_until(180, 3 * hour) == 86_400
    assert seconds_until(180, 4 * hour) == 23 * 3600
