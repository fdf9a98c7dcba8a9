"""A server whose speed is written down in a line, traffic for it, and the plainest way to serve one with the other."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from freehold.core.errors import AttemptFailed, Fault
from freehold.plan.measure.load import Answered
from freehold.plan.queue.scheduler import USUAL
from freehold.plan.requests import Floats, Requests


@dataclass(frozen=True)
class Straight:
    """A server that takes so long for a token of a prompt and for a step, whoever else is there."""

    token_s: float = 5e-5
    prompt_s: float = 0.0
    """For a prompt of any length."""
    fixed_s: float = 0.02
    request_s: float = 1e-4
    context_s: float = 1e-8
    """For a token of the context of any request."""
    evidence: str = "modelled: a test's"

    def prefill_s(self, prompt_tokens: Floats, cached: Floats) -> Floats:
        return self.prompt_s + self.token_s * np.maximum(prompt_tokens - cached, 1.0)

    def step_s(self, batch: Floats, context_tokens: Floats) -> Floats:
        return self.fixed_s + batch * (self.request_s + self.context_s * context_tokens)


def poisson(
    count: int, rate: float, *, seed: int = 1, prompt: float = 2000, answer: float = 500, spread: float = 0.5
) -> Requests:
    """Requests that come by chance, of lengths that scatter (the standard deviation of their logarithm is `spread`)."""
    rng = np.random.default_rng(seed)
    at = np.cumsum(rng.exponential(1 / rate, count))
    scatter = np.exp(spread * rng.standard_normal((2, count)) - spread**2 / 2)
    return requests(at, np.ceil(prompt * scatter[0]), np.ceil(answer * scatter[1]), seconds=count / rate)


def requests(at: Floats, prompt: Floats | float, answer: Floats | float, *, seconds: float | None = None) -> Requests:
    """Requests without anything in the cache."""
    at = np.asarray(at, float)
    lengths = [np.broadcast_to(np.asarray(each, float), at.shape).copy() for each in (prompt, answer)]
    lasts = float(at.max()) + 1 if seconds is None else max(seconds, float(at.max()))
    return Requests(at=at, prompt=lengths[0], answer=lengths[1], cached=np.zeros(len(at)), seconds=lasts, source="test")


def cached(traffic: Requests, share: float) -> Requests:
    """The same, of which a share of every prompt is in the cache."""
    return replace(traffic, cached=np.floor(share * traffic.prompt))


def step_by_step(serving: Straight, traffic: Requests, slots: int) -> tuple[Floats, Floats]:
    """When each request had its first and its last token on one replica: every step is taken by itself."""
    first, last = np.zeros(len(traffic)), np.zeros(len(traffic))
    coming = deque(range(len(traffic)))
    waiting: deque[list[float]] = deque()
    under_way: dict[int, int] = {}
    clock = 0.0
    while coming or waiting or under_way:
        if not waiting and not under_way:
            clock = max(clock, traffic.at[coming[0]])
        while coming and traffic.at[coming[0]] <= clock:
            one = coming.popleft()
            waiting.append([one, max(traffic.prompt[one] - traffic.cached[one], 1.0)])
        contexts = [traffic.prompt[one] + traffic.answer[one] - left for one, left in under_way.items()]
        seconds = float(serving.step_s(len(contexts), np.mean(contexts))) if contexts else 0.0
        budget, read = max(1.0, USUAL.tokens - len(under_way)), []
        reads = bool(waiting) and len(under_way) < slots
        if reads and not under_way:
            seconds += serving.prompt_s  # with a decode step, weights are read in any case
        while waiting and budget > 0 and len(under_way) + len(read) < slots:
            one, left = int(waiting[0][0]), waiting[0][1]
            taken = min(left, budget)
            seconds += serving.token_s * taken
            budget -= taken
            waiting[0][1] -= taken
            if taken == left:
                read.append(one)
                waiting.popleft()
        clock += seconds
        for one in list(under_way):
            under_way[one] -= 1
            if not under_way[one]:
                last[one] = clock
                del under_way[one]
        for one in read:
            first[one] = clock
            under_way[one] = int(traffic.answer[one]) - 1
            if not under_way[one]:
                last[one] = clock
                del under_way[one]
    return first, last


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to whatever is next, so that seconds of waiting take none."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self._now = max(self._now, self._scheduled[0].when())
        super()._run_once()


class Engine:
    """The server that `Straight` describes, as one asks it: it reads a word as a token, and serves all at once."""

    def __init__(self, serving: Straight, before_s: float = 0.0, refuses_above: int | None = None) -> None:
        self.asked: list[tuple[int, int]] = []
        """Words and most tokens of each request."""
        self._serving = serving
        self._before_s = before_s
        self._refuses_above = refuses_above
        self._waiting: deque[list[Any]] = deque()
        self._under_way: list[list[Any]] = []
        self._steps: asyncio.Task[None] | None = None

    async def __call__(self, prompt: str, answer: int) -> Answered:
        loop = asyncio.get_running_loop()
        sent, words = loop.time(), len(prompt.split())
        self.asked.append((words, answer))
        if self._refuses_above is not None and len(self._under_way) + len(self._waiting) >= self._refuses_above:
            raise AttemptFailed(Fault.RATE_LIMITED, "too many at once")
        await asyncio.sleep(self._before_s)
        request = [words, answer, 0, 0.0, loop.create_future()]
        self._waiting.append(request)
        if self._steps is None or self._steps.done():
            self._steps = loop.create_task(self._serve())
        last = await request[4]
        return Answered(sent, request[3], last, words, answer)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting or self._under_way:
            running, seconds = list(self._under_way), 0.0
            if running:
                seconds += float(self._serving.step_s(len(running), np.mean([one[0] + one[2] for one in running])))
            read = self._waiting.popleft() if self._waiting else None
            if read:
                seconds += float(self._serving.prefill_s(read[0], 0.0))
            await asyncio.sleep(seconds)
            for one in [*running, *([read] if read else [])]:
                one[2] += 1
                one[3] = one[3] or loop.time()
                if one[2] == one[1]:
                    if one in self._under_way:
                        self._under_way.remove(one)
                    if not one[4].done():  # its sender may have left
                        one[4].set_result(loop.time())
                elif one is read:
                    self._under_way.append(one)
