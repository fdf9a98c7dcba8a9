"""What a measured server is beside the model of it: how many times as fast, in all and by its two kinds of work."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from freehold.plan.draws import TENTH
from freehold.plan.measure.load import LONG_ANSWER, Rung
from freehold.plan.queue.steps import Speed, shared_s
from freehold.plan.requests import Floats

LEAST_SPREAD = 0.04
"""Standard deviation of the logarithm of a speed measured on one day: engine, driver and neighbours change."""
SINGLE_STEPS = 1.5
"""Steps of the others that a request waits for, but for its own tokens: half of one when it comes, and the one or so
that its prompt is read in."""


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """True over modelled speed: above 1 is faster than the model."""

    speed: float
    low: float
    """The ends of its 80 % interval: how far the loads lie about it, and never less than from `prefill` to `decode`,
    since a plan may ask for more of the one than was measured."""
    high: float
    prefill: float
    """Of reading prompts alone."""
    decode: float
    """Of writing answers alone."""
    before_s: float
    """Seconds of each request before the first work on it: network, queue, tokenizer."""
    error: float
    """Mean relative error of `prefill`, `decode` and `before_s` together over the measured times."""


UNSEEN_SPREAD = 0.1
"""What a doubling of the requests at once that was not measured adds to the standard deviation of the logarithm: the
speed beside the model was seen to move by about so much from one to the next."""
FEWEST_LOADS = 3
"""The usual requests one at a time, and prompts of two other lengths: what prompts and answers are told apart by."""


def fit(serving: Speed, rungs: Sequence[Rung], *, unseen: float = 0.0) -> Fit:
    """Fit the model to what was measured, by least squares of the relative errors.

    `unseen`: doublings of the requests at once that were to be measured and were not.

    With C requests always there, each of which reads P seconds of prompt and takes A steps of S seconds, one request
    stays for before + P + (C-1) R + A S: while it is there every other one passes once through its prompt, which rides
    along with a step and takes R, less than P. Alone, its first token comes after before + P. So times are linear in
    the three unknowns.

    Raises:
        ValueError: fewer than `FEWEST_LOADS` were measured, or none with answers of some length.
    """
    if len(rungs) < FEWEST_LOADS or all(each.answer_tokens <= LONG_ANSWER for each in rungs):
        raise ValueError("too little was measured to tell prompts from answers; give it more --seconds")
    rows, times = _rows(serving, rungs)
    scaled = rows / times[:, None]
    before, prefill, decode = _positive(scaled)
    left = scaled @ np.array([before, prefill, decode]) - 1
    work = (rows[:, 1] + rows[:, 2]) / np.maximum(times - before, 1e-9)
    # Short answers say little of a server's speed as a whole: the loads themselves do.
    loads = work[[each.answer_tokens > LONG_ANSWER for each in rungs] + [False] * (len(times) - len(rungs))]
    logs = np.log(loads if len(loads) else work)
    middle = float(np.median(logs))
    spread = math.hypot(max(float(np.std(logs)), LEAST_SPREAD), UNSEEN_SPREAD * unseen)
    return Fit(
        speed=math.exp(middle),
        low=min(math.exp(middle - TENTH * spread), 1 / prefill, 1 / decode),
        high=max(math.exp(middle + TENTH * spread), 1 / prefill, 1 / decode),
        prefill=1 / prefill,
        decode=1 / decode,
        before_s=before,
        error=float(np.mean(np.abs(left))),
    )


def _rows(serving: Speed, rungs: Sequence[Rung]) -> tuple[Floats, Floats]:
    """Modelled seconds (1, prefill, decode) of each measured time, and those times: stays first, then first tokens."""
    rows: list[tuple[float, float, float]] = []
    times: list[float] = []
    for rung in rungs:
        prefill, step = _modelled(serving, rung)
        crowd = rung.concurrency
        steps = rung.answer_tokens - 1 + SINGLE_STEPS * (1 - 1 / crowd)
        riding = max(prefill - float(shared_s(serving, np.array([float(crowd)]))[0]), 0.0)
        rows.append((1.0, prefill + (crowd - 1) * riding, steps * step))
        times.append(rung.stay_s)
    for rung in rungs:
        if rung.concurrency == 1:
            rows.append((1.0, _modelled(serving, rung)[0], 0.0))
            times.append(rung.ttft_s)
    return np.array(rows), np.array(times)


def _modelled(serving: Speed, rung: Rung) -> tuple[float, float]:
    """Seconds of a prompt and of a step in the middle of the answers."""
    middle = rung.prompt_tokens + rung.answer_tokens / 2
    prefill = np.asarray(serving.prefill_s(np.array([rung.prompt_tokens]), np.zeros(1)), float)
    step = np.asarray(serving.step_s(np.array([float(rung.concurrency)]), np.array([middle])), float)
    return float(prefill.ravel()[0]), float(step.ravel()[0])


def _positive(scaled: Floats) -> tuple[float, float, float]:
    """Least squares for (before, prefill, decode); without a time before where that came out below zero."""
    found = np.linalg.lstsq(scaled, np.ones(len(scaled)), rcond=None)[0]
    if found[0] < 0:
        found = np.array([0.0, *np.linalg.lstsq(scaled[:, 1:], np.ones(len(scaled)), rcond=None)[0]])
    if np.any(found[1:] <= 0):
        # What cannot be told apart goes at one speed.
        one = float(np.linalg.lstsq(scaled[:, 1:].sum(axis=1, keepdims=True), np.ones(len(scaled)), rcond=None)[0][0])
        found = np.array([0.0, one, one])
    return float(found[0]), float(found[1]), float(found[2])
