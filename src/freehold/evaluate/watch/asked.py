"""Asks canary prompts of closed targets, once a day, and says when one has changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec

from freehold.core.caller import Caller
from freehold.core.label import PUBLIC
from freehold.core.request import Message, Request, Sampling, TextPart
from freehold.evaluate.asking import Asker
from freehold.evaluate.model import Asked
from freehold.evaluate.watch.again import KEY
from freehold.evaluate.watch.canaries import Canary, Reply
from freehold.evaluate.watch.prompts import PROMPTS
from freehold.evaluate.watch.purse import Purse
from freehold.evaluate.watch.rows import WatchRows
from freehold.evaluate.watch.settings import Settings

ORIGIN = "canary"
_CALLER = Caller(key_id=KEY, name="watching", default_label=PUBLIC)
_MOST_TOKENS = 200
_DAY_NS = 86_400 * 10**9


class Asking(msgspec.Struct, frozen=True):
    """One asking of one target."""

    target: str
    answered: int
    failed: int
    cost_nano: int
    e_value: float
    changed: bool


class Canaries:
    """All canaries. For one event loop."""

    def __init__(
        self,
        rows: WatchRows,
        asker: Asker,
        purse: Purse,
        settings: Callable[[], Settings],
        changed: Callable[[Canary], Awaitable[None]],
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        """`changed` is told of a target that is not what it was, once for each change."""
        self._rows = rows
        self._asker = asker
        self._purse = purse
        self._settings = settings
        self._changed = changed
        self._clock = clock

    async def every_day(self) -> None:
        """Ask at the set time for as long as it runs; what was missed while Freehold was down is asked at once."""
        while True:
            settings = self._settings()
            for target in settings.canaries:
                if await self._is_due(target, settings):
                    await self.ask(target)
            await asyncio.sleep(max(1.0, seconds_until(settings.canaries_at, self._clock())))

    async def ask(self, target: str) -> Asking | None:
        """Ask all prompts of one target; `None` where the day's money is spent. Raises `Unavailable`."""
        settings = self._settings()
        before = await self.stands(target)
        replies: dict[str, Reply] = {}
        failed = cost = 0
        for prompt in PROMPTS:
            if not await self._purse.has(settings.budget):
                break
            asked = await self._once(target, prompt)
            cost += asked.cost
            self._purse.pay(asked.cost)
            if asked.answer is None:
                failed += 1
            else:
                replies[prompt] = Reply(asked.text, _logprob(asked))
        if not replies and not failed:
            return None
        after = before.after(replies, self._clock())
        told = Asking(target, len(replies), failed, cost, after.e_value, after.changed)
        await asyncio.to_thread(self._rows.add, "asking", target, told)
        await asyncio.to_thread(
            self._rows.put, "canary", target, after.begun_anew(self._clock()) if after.changed else after
        )
        if after.changed:
            await self._changed(after)
        return told

    async def all(self) -> list[Canary]:
        """What is known of those that are named, and then of others that were asked on demand."""
        named = self._settings().canaries
        asked = await asyncio.to_thread(self._rows.all, "canary", Canary)
        others = sorted((each for each in asked if each.target not in named), key=lambda each: each.target)
        return [*[await self.stands(target) for target in named], *others]

    async def stands(self, target: str) -> Canary:
        """What is known of a target."""
        found = await asyncio.to_thread(self._rows.get, "canary", target, Canary)
        return found or Canary(target, self._settings().false_alarms)

    async def _is_due(self, target: str, settings: Settings) -> bool:
        last = (await self.stands(target)).asked_ns
        return last < self._clock() - _DAY_NS + int(seconds_until(settings.canaries_at, self._clock()) * 1e9)

    async def _once(self, target: str, prompt: str) -> Asked:
        request = Request(
            target,
            (Message("user", (TextPart(prompt),)),),
            "openai",
            sampling=Sampling(max_tokens=_MOST_TOKENS),
        )
        return await self._asker(request, target, _CALLER, labels=(PUBLIC,), logprobs=True, origin=ORIGIN)


def seconds_until(minute: int, now_ns: int) -> float:
    """Seconds to the next time of that minute of the day, of UTC."""
    today = now_ns % _DAY_NS / 1e9
    return (minute * 60 - today) % 86_400 or 86_400.0


def _logprob(asked: Asked) -> float | None:
    if asked.answer is None or not asked.answer.choices:
        return None
    logprobs = [token.logprob for token in asked.answer.choices[0].logprobs]
    return sum(logprobs) / len(logprobs) if logprobs else None
