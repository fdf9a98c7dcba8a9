"""A server whose speed is written down in a line, traffic for it, and the plainest way to serve one with the other."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from freehold.plan.queue.replica import CHUNK_TOKENS
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
        budget, read = max(1.0, CHUNK_TOKENS - len(under_way)), []
        while waiting and budget > 0 and len(under_way) + len(read) < slots:
            one, left = int(waiting[0][0]), waiting[0][1]
            taken = min(left, budget)
            whole = max(traffic.prompt[one] - traffic.cached[one], 1.0)
            seconds += float(serving.prefill_s(traffic.prompt[one], traffic.cached[one])) * taken / whole
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
