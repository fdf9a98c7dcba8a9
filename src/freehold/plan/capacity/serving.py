"""How fast one replica answers: at any load, with how sure that is."""

from __future__ import annotations

import math
from functools import cached_property

import msgspec
import numpy as np

from freehold.plan.capacity import physics
from freehold.plan.capacity.alone import Alone
from freehold.plan.capacity.constants import Fitted, shipped
from freehold.plan.capacity.memory import Deployment, room
from freehold.plan.capacity.work import Values, work

MEAN_SHARE = 0.6
"""Of its answer, what a request at work has cached on average, and a little more: engines admit by what is in use."""


class Point(msgspec.Struct, frozen=True):
    """What the users of a replica see at one load."""

    ttft_s: float
    """To the first token, the wait for a place included; the mean over requests."""
    tpot_s: float
    """Each further token, the mean."""
    tokens_s: float
    """Answer tokens of the whole replica, a second."""


class Serving:
    """The speed of one replica.

    >>> from freehold.catalog.architectures import architecture
    >>> from freehold.catalog.gpus import gpu
    >>> server = Serving(Deployment(architecture("Llama-3.1-8B"), gpu("H100 SXM")))
    >>> 3 < 1000 * float(server.step_s(1, 1000)) < 12
    True
    """

    def __init__(self, deployment: Deployment, constants: Fitted | None = None) -> None:
        self.deployment = deployment
        self.fitted = constants or shipped()
        self.constants = self.fitted.of(deployment.engine)
        counts = work(deployment)
        self._work = counts.paced(self.fitted.makers.get(deployment.gpu.maker, 1.0))
        self._alone = Alone(deployment, counts) if deployment.on_llama_cpp else None

    def prefill_s(self, prompt_tokens: Values, cached: Values = 0.0) -> Values:
        """Seconds of one request's prefill, alone; `cached` of its prompt tokens are in the cache. Any shape."""
        modelled = physics.prefill_s(self._work, self.constants, prompt_tokens, cached)
        # A pass over a prompt reads the weights as a step does, and takes no less time.
        return modelled if self._alone is None else np.maximum(modelled, self._alone.step_s(prompt_tokens))

    def step_s(self, batch: Values, context_tokens: Values) -> Values:
        """Seconds of one decode step for `batch` requests of `context_tokens` tokens each so far. Any shape."""
        return self._pace(context_tokens) * physics.step_s(self._work, self.constants, batch, context_tokens)

    def _pace(self, context_tokens: Values) -> Values:
        """How many times as long as modelled a step for one request takes, where that was measured."""
        if self._alone is None:
            return 1.0
        return self._alone.step_s(context_tokens) / physics.step_s(self._work, self.constants, 1.0, context_tokens)

    def slots(self, tokens: int) -> int:
        """Requests of so many tokens that are held at once; at least one, though it may not fit."""
        return max(1, room(self.deployment, tokens).slots)

    def point(self, concurrency: float, prompt: float, answer: float) -> Point:
        """Steady continuous batching: `concurrency` requests of `prompt` and `answer` tokens are always there."""
        slots = self.slots(math.ceil(prompt + MEAN_SHARE * answer))
        pace = self._pace(prompt + answer / 2)
        steady = physics.steady(self._work, self.constants, concurrency, slots, prompt, answer, pace)
        return Point(float(steady.ttft_s), float(steady.tpot_s), float(steady.tokens_s))

    @cached_property
    def known(self) -> bool:
        """Whether measurements on this GPU were among those that the constants were fitted on."""
        return any(seen.gpu == self.deployment.gpu.name for seen in self.fitted.seen)

    @cached_property
    def engine_known(self) -> bool:
        """Whether this engine was measured, on whatever GPU."""
        return any(seen.engine == self.deployment.engine for seen in self.fitted.seen)

    @cached_property
    def maker_known(self) -> bool:
        """Whether the constants were fitted on GPUs of this maker."""
        return self.deployment.gpu.maker in self.fitted.fitted_makers

    def interval(self, confidence: float = 0.8) -> tuple[float, float]:
        """Factors (low, high) within which true speed over modelled speed lies with this probability.

        They hold for throughput, and turned round for time per token. `confidence` is at most 0.95.
        """
        error = self.fitted.error
        logs = error.experts if self.deployment.architecture.experts > 1 else error.dense
        width, usual = (float(np.interp(share, error.shares, logs)) for share in (confidence, 0.8))
        if self._alone is not None:
            # Two errors that know nothing of each other: one user's speed, and what prompts and more users make of it.
            width = math.hypot(error.far * width, self._alone.spread * width / usual)
            return math.exp(-width), math.exp(width)
        for known in (self.known, self.engine_known, self.maker_known):
            width *= 1.0 if known else error.far
        return math.exp(-width), math.exp(width)

    @property
    def sigma(self) -> float:
        """Of the logarithm of speed, the standard deviation of a normal distribution with the same 80 % interval."""
        return math.log(self.interval(0.8)[1]) / 1.2816

    @property
    def evidence(self) -> str:
        """What the speed model knows of this deployment, in a sentence."""
        here = self.deployment
        if self._alone is not None:
            return (
                f"modelled: for one user at once, {self._alone.evidence}; for prompts and more users, by a model that "
                f"{here.engine} was not held against"
            )
        rows = [seen for seen in self.fitted.seen if seen.gpu == here.gpu.name]
        same = [seen for seen in rows if seen.model == here.architecture.name]
        wider = "" if self.engine_known else f"; {here.engine} was not measured, so the range is wider"
        if same:
            engines = ", ".join(sorted({seen.engine for seen in same}))
            points = sum(seen.points for seen in same)
            return f"measured: {points} points of this model on this GPU, with {engines}{wider}"
        if rows:
            models = len({seen.model for seen in rows})
            return f"modelled: measurements of {models} other models on this GPU, none of this one{wider}"
        if share := self.fitted.makers.get(here.gpu.maker):
            wider = f"; others of {here.gpu.maker} reached {share:.0%} of what NVIDIA's do{wider}"
        return f"modelled: no measurement on this GPU, only its data sheet, so the range is wider{wider}"
