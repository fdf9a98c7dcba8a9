"""How long a step takes for one user of llama.cpp: measured on many devices, unlike many users at once.

`capacity.serving` takes this for a batch of one, and what more requests add to it from the capacity model.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from freehold.plan.capacity import decode
from freehold.plan.capacity.memory import GIB, Deployment
from freehold.plan.capacity.precision import weight_bytes
from freehold.plan.capacity.work import Values, Work


class Alone:
    """One user on one deployment, by the decode model."""

    def __init__(self, deployment: Deployment, work: Work) -> None:
        """`work`: the deployment's counts on each of its GPUs."""
        gpu, engine = deployment.gpu, "llama.cpp"
        weights = weight_bytes(deployment.architecture, deployment.weights)
        # The decode model was fitted on dense models by the sizes of their files, embedding included.
        read = weights.body + weights.head + weights.experts * work.expert_share
        read += 0.0 if weights.experts else weights.embedding
        layers = deployment.architecture.layers
        self._work = work
        self._asked = decode.work(gpu, float(read) / GIB, 0.0, deployment.weights, layers=layers, gpus=deployment.gpus)
        self._terms = decode.terms(gpu, decode.platform_of(gpu, engine), deployment.weights)
        found = decode.decode_tokens_s(
            gpu, float(read) / GIB, engine=engine, gpus=deployment.gpus, quantisation=deployment.weights, layers=layers
        )
        self.spread = math.log(found.high / found.value)
        """Half of the 80 % interval of the speed, as a logarithm."""
        self.evidence = found.evidence

    def step_s(self, context_tokens: Values) -> Values:
        """Seconds of a step for one request of so many tokens so far; any shape."""
        work, context = self._work, np.asarray(context_tokens, float)
        seen = work.cache_read * context + work.window_read * np.minimum(context, work.window) + work.state_read
        asked = msgspec.structs.replace(self._asked, cache_gb=work.gpus * seen / 1e9)
        return decode.token_s(asked, self._terms)
