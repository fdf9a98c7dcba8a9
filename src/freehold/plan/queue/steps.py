"""How long an engine works on given requests, read off a model of its speed once and looked up from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from freehold.plan.requests import Floats, Requests

LONG = (2048.0, 4096.0)
"""Prompts long enough to fill a GPU's arithmetic."""


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
    """Seconds for each of those tokens, but for `once`."""
    once: float
    """Seconds of a pass over prompts, however short: weights are read and kernels launched."""
    shared: list[float]
    """Of that pass, the seconds that a decode step for 0, 1, 2 ... requests spends in any case."""
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
    shared = shared_s(speed, batch)
    return Steps(
        fixed=[0.0, *(fixed / faster).tolist()],
        token=[0.0, *(token / faster).tolist()],
        fresh=fresh.tolist(),
        prefill=(np.maximum(prefill - shared[0], 0.0) / fresh / faster).tolist(),
        once=float(shared[0]) / faster,
        shared=[0.0, *(shared / faster).tolist()],
        prompt=requests.prompt.tolist(),
        answer=np.maximum(np.rint(requests.answer), 1).astype(int).tolist(),
    )


def shared_s(speed: Speed, batch: Floats) -> Floats:
    """Seconds that prompts save where they ride along with a decode step for `batch` requests; shape (n,), as `batch`.

    They cost what the pass grows by. What both would do alike is a pass over as many tokens as there are requests, less
    what those tokens take where a prompt is long enough to fill the arithmetic.
    """
    passes = np.asarray(speed.prefill_s(np.array([*batch, *LONG]), np.zeros(len(batch) + len(LONG))), float)
    each = (passes[-1] - passes[-2]) / (LONG[1] - LONG[0])
    return np.maximum(passes[: len(batch)] - batch * float(each), 0.0)
