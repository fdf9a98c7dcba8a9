"""Climbs from one request at once to as many as keep the objectives, within a time and, where it costs, a budget."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator

import msgspec

from freehold.plan.measure.load import AROUND, FEWEST, LONG_ANSWER, SHORT_ANSWER, Ask, Load, Rung

OTHER_PROMPTS = (0.25, 4.0)
"""Those lengths, as multiples of the usual one: they part the time for each prompt token from that before any."""
GAINS = 1.05
"""A rung with less than this many times the last one's tokens a second is the last."""
PLACES = 2.0
"""Requests that a rung sends for each that is under way at once: to fill all places, and to be looked at."""
TOKENIZER = 1.25
"""Tokens of a prompt for each of its words, at most; one is usual."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, and when to stop."""

    prompt_tokens: int = 512
    answer_tokens: int = 128
    most: int = 64
    """Requests at once."""
    seconds: float = 90.0
    """For everything."""
    ttft_s: float | None = None
    """Stop when more than one in twenty waits longer for its first token; `None`: never for this."""
    tpot_s: float | None = None
    usd: float | None = None
    """What may be spent; `None`: it costs nothing."""
    usd_prompt: float = 0.0
    """For a prompt token."""
    usd_answer: float = 0.0
    seed: int = 1

    @property
    def first(self) -> tuple[int, int, int]:
        """As `rungs` has it, of the requests that are not looked at."""
        return 1, self.prompt_tokens, SHORT_ANSWER

    def rungs(self) -> Iterator[tuple[int, int, int]]:
        """Concurrency, prompt tokens and answer tokens of each, in order: the usual ones first, which tell most."""
        yield 1, self.prompt_tokens, self.answer_tokens
        for times in OTHER_PROMPTS:
            yield 1, max(16, round(times * self.prompt_tokens)), SHORT_ANSWER
        concurrency = 2
        while concurrency <= self.most:
            yield concurrency, self.prompt_tokens, self.answer_tokens
            concurrency *= 2

    def cost(self, concurrency: int, prompt: int, answer: int) -> float:
        """At most, in US dollars, of one rung."""
        requests = max(FEWEST, concurrency) + PLACES * concurrency
        return requests * (TOKENIZER * prompt * self.usd_prompt + (1 + AROUND) * answer * self.usd_answer)

    @property
    def estimate(self) -> float:
        """At most, in US dollars, of all rungs and the requests before them."""
        return self.cost(*self.first) + sum(self.cost(*rung) for rung in self.rungs())


class Climbed(msgspec.Struct):
    """What has been measured so far, also where it was interrupted."""

    rungs: list[Rung] = []
    ended: str = "interrupted"
    """Why there are no more."""
    cut: bool = True
    """Whether more would have been measured, had there been time or money, or had nobody interrupted it."""
    usd: float = 0.0
    """At most this was spent."""


async def climb(ask: Ask, settings: Settings, climbed: Climbed, tell: Callable[[Rung], None]) -> None:
    """Measure rung by rung into `climbed`, and tell of each. The first requests of all are not looked at.

    Raises `AttemptFailed` where the server does not answer.
    """
    loop = asyncio.get_running_loop()
    chance = random.Random(settings.seed)  # noqa: S311  # words for a load test
    until = loop.time() + settings.seconds
    spread = 0.0
    try:
        async with asyncio.timeout_at(until):
            if not _afforded(settings, climbed, settings.first):
                return
            concurrency, prompt, answer = settings.first
            await Load(ask, concurrency, (prompt, answer), chance).run(0.0)
            for concurrency, prompt, answer in settings.rungs():
                if not _afforded(settings, climbed, (concurrency, prompt, answer)):
                    return
                rung = await Load(ask, concurrency, (prompt, answer), chance).run(spread)
                climbed.rungs.append(rung)
                tell(rung)
                if why := _stops(climbed.rungs, settings):
                    climbed.ended, climbed.cut = why, False
                    return
                spread = spread if _short(rung, settings) else rung.stay_s
    except TimeoutError:
        climbed.ended = f"{settings.seconds:g} s were over"
        return
    climbed.ended, climbed.cut = f"{settings.most} at once were to be the most", False


def _afforded(settings: Settings, climbed: Climbed, load: tuple[int, int, int]) -> bool:
    """Whether the next load stays within what is allowed; it then counts as spent."""
    cost = settings.cost(*load)
    if settings.usd is not None and climbed.usd + cost > settings.usd:
        left = settings.usd - climbed.usd
        climbed.ended = f"the next load could cost {cost:.4f} USD, and {left:.4f} of {settings.usd:.4f} are left"
        return False
    climbed.usd += cost
    return True


def _stops(rungs: list[Rung], settings: Settings) -> str:
    """Why this rung is the last; empty where it is not."""
    last = rungs[-1]
    if _short(last, settings):
        return ""
    if settings.ttft_s is not None and last.ttft_p95_s > settings.ttft_s:
        return f"the time to the first token passed {settings.ttft_s:g} s at {last.concurrency} at once"
    if settings.tpot_s is not None and last.tpot_p95_s > settings.tpot_s:
        return f"the time per token passed {settings.tpot_s:g} s at {last.concurrency} at once"
    fewer = next((rung for rung in rungs if rung.concurrency == last.concurrency // 2 > 0), None)
    if fewer is not None and fewer.answer_tokens > LONG_ANSWER and last.tokens_s < GAINS * fewer.tokens_s:
        return f"more than {fewer.concurrency} at once did not bring more tokens a second"
    return ""


def _short(rung: Rung, settings: Settings) -> bool:
    """Whether it was sent for its prompts alone."""
    return rung.answer_tokens <= LONG_ANSWER < settings.answer_tokens
