"""So many requests at once, always: each that ends is followed by the next, until enough have been seen."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import msgspec
import numpy as np

from freehold.core.errors import AttemptFailed
from freehold.plan.measure.prompts import prompt_of

AROUND = 0.25
"""Answers are this share shorter or longer, so that requests do not march in step."""
SHORT_ANSWER = 4
"""Tokens of the answers to prompts of other lengths, of which only the time to the first is looked at."""
LONG_ANSWER = 2 * SHORT_ANSWER
"""Above it, a load was sent for its answers too."""
FEWEST = 4
"""Requests that are looked at, if there are not more of them at once."""
PAUSE_S = 0.2
"""After a request that failed: a server that refuses at once is not to be asked thousands of times."""


class Answered(msgspec.Struct, frozen=True):
    """One request, seen from outside; seconds on the event loop's clock."""

    sent: float
    first: float
    """When its first token came."""
    last: float
    prompt_tokens: int
    answer_tokens: int
    """As the server counts them, where that can be."""
    doubt: str = ""
    """Why they were counted from outside instead; empty where the server's own counts hold."""

    @property
    def ttft_s(self) -> float:
        """To its first token."""
        return self.first - self.sent

    @property
    def tpot_s(self) -> float:
        """For each further one; 0 where there is none."""
        return (self.last - self.first) / max(self.answer_tokens - 1, 1)


Ask = Callable[[str, int], Awaitable[Answered]]
"""Asks a server: prompt and most tokens of the answer. Raises `AttemptFailed`."""


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """What a server did with so many requests at once."""

    concurrency: int
    requests: int
    failed: int
    prompt_tokens: float
    """Of a request, on average."""
    answer_tokens: float
    ttft_s: float
    """The median of requests."""
    ttft_p95_s: float
    tpot_s: float
    tpot_p95_s: float
    stay_s: float
    """From sent to the last token, on average."""
    doubt: str = ""
    """Of the first request whose tokens were counted from outside."""

    @property
    def tokens_s(self) -> float:
        """Answer tokens a second, of all requests: Little's law, since so many are always there."""
        return self.concurrency * self.answer_tokens / self.stay_s


class Load:
    """Keeps so many requests under way, of about the same lengths."""

    def __init__(self, ask: Ask, concurrency: int, lengths: tuple[int, int], chance: random.Random) -> None:
        """`lengths`: tokens of a prompt and of an answer."""
        self._ask = ask
        self._concurrency = concurrency
        self._prompt, self._answer = lengths
        self._chance = chance
        self._begun = 0
        """Places in which requests have begun to follow one another."""
        self._chosen = 0
        self._answered: list[Answered] = []
        self._failures: list[AttemptFailed] = []
        self._enough = asyncio.Event()

    @property
    def wanted(self) -> int:
        """Requests that are looked at: the first that are sent once all places are taken, whenever they end.

        Those that end first would be the short ones.
        """
        return max(FEWEST, self._concurrency)

    async def run(self, spread_s: float) -> Rung:
        """Load the server and look; the first requests are sent over `spread_s` seconds.

        Raises `AttemptFailed`, the first there was, where more than half of the requests fail.
        """
        gap = spread_s / self._concurrency
        places = [asyncio.create_task(self._place(gap * number)) for number in range(self._concurrency)]
        try:
            await self._enough.wait()
        finally:
            for place in places:
                place.cancel()
            await asyncio.wait(places)
        for place in places:
            if not place.cancelled():
                place.result()  # A fault of ours ends the test.
        return self._rung()

    async def _place(self, wait_s: float) -> None:
        """One request after another, until enough have been seen or something is wrong here."""
        try:
            await asyncio.sleep(wait_s)
            self._begun += 1
            while len(self._answered) + len(self._failures) < self.wanted:
                looked_at = self._begun == self._concurrency and self._chosen < self.wanted
                self._chosen += looked_at
                await self._request(looked_at=looked_at)
        finally:
            self._enough.set()

    async def _request(self, *, looked_at: bool) -> None:
        answer = max(1, round(self._answer * self._chance.uniform(1 - AROUND, 1 + AROUND)))
        try:
            answered = await self._ask(prompt_of(self._prompt, self._chance), answer)
        except AttemptFailed as failure:
            if looked_at:
                self._failures.append(failure)
            await asyncio.sleep(PAUSE_S)
        else:
            if looked_at:
                self._answered.append(answered)

    def _rung(self) -> Rung:
        seen = self._answered
        if len(self._failures) > len(seen):
            raise self._failures[0]
        ttft, tpot = [one.ttft_s for one in seen], [one.tpot_s for one in seen]
        return Rung(
            concurrency=self._concurrency,
            requests=len(seen),
            failed=len(self._failures),
            prompt_tokens=float(np.mean([one.prompt_tokens for one in seen])),
            answer_tokens=float(np.mean([one.answer_tokens for one in seen])),
            ttft_s=float(np.median(ttft)),
            ttft_p95_s=float(np.quantile(ttft, 0.95)),
            tpot_s=float(np.median(tpot)),
            tpot_p95_s=float(np.quantile(tpot, 0.95)),
            stay_s=float(np.mean([one.last - one.sent for one in seen])),
            doubt=next((one.doubt for one in seen if one.doubt), ""),
        )
