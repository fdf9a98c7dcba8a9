"""How long an engine works on given requests, read off a model of its speed once and looked up from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from freehold.plan.requests import Floats, Requests


class Speed(Protocol):
    """What the queue asks of a server's model; numbers and arrays alike."""

    def prefill_s(self, prompt_tokens: Floats, cached: Floats) -> float | Floats:
        """Seconds of work on a prompt of which `cached` tokens are in the cache already."""
        ...

    def step_s(self, batch: Floats, context_tokens: Floats) -> float | Floats:
        """Seconds of one decode step for `batch` requests of `context_tokens` tokens each."""
        ...


@dataclass(frozen=True)
class Steps:
    """Plain lists, since the simulation reads them one number at a time."""

    fixed: list[float]
    """Seconds of a decode step for 0, 1, 2 ... requests, but for what their contexts add."""
    token: list[float]
    """Seconds that one token more adds to it, in the context of any of them."""
    fresh: list[float]
    """Prompt tokens of each request that are not in the cache; at least one."""
    prefill: list[float]
    """Seconds for each of those tokens."""
    prompt: list[float]
    answer: list[int]


def steps(speed: Speed, requests: Requests, slots: int, faster: float = 1.0) -> Steps:
    """Tables for at most `slots` requests at once on a server `faster` times as fast as its model says.

    A decode step is taken as linear in the tokens that it looks at, between the contexts that these requests have on
    average at the middle of their prompts and at the end of their answers: exact where every layer sees everything.
    """
    batch = np.arange(1.0, slots + 1)
    near = 0.5 * float(np.mean(requests.prompt))
    far = float(np.mean(requests.prompt + requests.answer))
    low = np.asarray(speed.step_s(batch, np.full(slots, near)), float)
    high = np.asarray(speed.step_s(batch, np.full(slots, far)), float)
    token = (high - low) / (batch * (far - near))
    fixed = low - token * batch * near
    fresh = np.maximum(requests.prompt - requests.cached, 1.0)
    prefill = np.asarray(speed.prefill_s(requests.prompt, requests.cached), float)
    return Steps(
        fixed=[0.0, *(fixed / faster).tolist()],
        token=[0.0, *(token / faster).tolist()],
        fresh=fresh.tolist(),
        prefill=(prefill / fresh / faster).tolist(),
        prompt=requests.prompt.tolist(),
        answer=np.maximum(np.rint(requests.answer), 1).astype(int).tolist(),
    )
