"""What one pass of a model moves and multiplies on given GPUs: counts alone, nothing fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from freehold.plan.capacity.memory import INDEXER, Deployment, cache_copies
from freehold.plan.capacity.precision import cache_bits, tflops, weight_bytes

Values = float | NDArray[np.float64]
"""One number, or one for each of many deployments at once."""


@dataclass(frozen=True)
class Work:
    """The counts of one deployment, or of many: then each field has the shape (n,). Bytes, operations, seconds."""

    body: Values
    """Weights that every pass reads, on each GPU."""
    experts: Values
    """Weights of all routed experts, on each GPU."""
    expert_count: Values
    expert_share: Values
    """Of the experts of a layer, those that one token is routed to."""
    operations: Values
    """For a token, on each GPU: two for each weight that it passes, the output matrix left out."""
    head_operations: Values
    """For a token whose next word is wanted."""
    pair_operations: Values
    """For each pair of a token and one before it that it looks at, on each GPU; layers that see all."""
    window_operations: Values
    window: Values
    """Tokens that a windowed layer sees; infinite where there is none."""
    cache_read: Values
    """Bytes read for each token of the context, on each GPU; layers that see all."""
    window_read: Values
    state_read: Values
    """Bytes for a request, however long."""
    layers: Values
    moe_layers: Values
    odd_layers: Values
    """By how many plain layers' worth of kernels the attention has more to launch than a plain one."""
    hidden_bytes: Values
    """Of one token's state between layers."""
    gpus: Values
    bandwidth: Values
    """Bytes a second."""
    peak: Values
    """Operations a second, in the arithmetic of the weights."""
    half_peak: Values
    """The same in 16 bits, in which attention is done."""
    link: Values
    """Bytes a second to the other GPUs, one direction."""

    def paced(self, share: float) -> Work:
        """The same on GPUs that reach only a share of their bandwidth and peak."""
        return replace(self, bandwidth=self.bandwidth * share, peak=self.peak * share, half_peak=self.half_peak * share)


def work(deployment: Deployment) -> Work:
    """The counts of one deployment."""
    shape, gpu, gpus = deployment.architecture, deployment.gpu, deployment.gpus
    weights = weight_bytes(shape, deployment.weights)
    size = cache_bits(deployment.kv) / 8
    copies = cache_copies(deployment)
    rest = shape.layers - shape.full
    token = 2 * shape.kv_heads * shape.head_dim * size * copies / gpus
    latent = shape.latent * size * copies / gpus
    pairs = 4 * shape.heads * shape.head_dim / gpus
    windowed = shape.attention == "window"
    sparse = shape.attention == "sparse"
    full_read = token * shape.full
    window_read = token * rest if windowed else 0.0
    if shape.attention == "latent":
        full_read = latent * shape.layers
    if sparse:
        full_read, window_read = INDEXER * shape.layers, latent * shape.layers
    return Work(
        body=(weights.body + weights.head) / gpus,
        experts=weights.experts / gpus,
        expert_count=float(shape.experts),
        expert_share=shape.experts_active / shape.experts,
        operations=2e9 * (shape.active - _ends(deployment)) / gpus,
        head_operations=2e9 * shape.head_parameters / gpus,
        pair_operations=pairs * (shape.full if not sparse else 0.0),
        window_operations=pairs * (shape.layers if sparse else rest if windowed else 0.0),
        window=float(shape.window) if windowed or sparse else np.inf,
        cache_read=full_read,
        window_read=window_read,
        state_read=2 * 4 * shape.state * rest / gpus,
        layers=float(shape.layers),
        moe_layers=float(shape.moe_layers),
        odd_layers=_more_kernels(deployment),
        hidden_bytes=2.0 * shape.hidden,
        gpus=float(gpus),
        bandwidth=1e9 * gpu.payload_gbs,
        peak=1e12 * tflops(gpu, deployment.weights),
        half_peak=1e12 * gpu.half,
        link=1e9 * gpu.link_gbs,
    )


def stacked(works: Sequence[Work]) -> Work:
    """Many deployments as one, each field of the shape (n,)."""
    return Work(**{each.name: np.array([getattr(one, each.name) for one in works], float) for each in fields(Work)})


def experts_touched(work: Work, tokens: Values) -> Values:
    """The expected share of a layer's experts that some of `tokens` tokens is routed to, were routing even.

    1 - (1 - k/E)^tokens: each token leaves one expert alone with the probability 1 - k/E.
    """
    return 1 - (1 - work.expert_share) ** np.maximum(tokens, 1.0)


def _ends(deployment: Deployment) -> float:
    """Of the parameters that a token passes, those of embedding and output, in 10^9."""
    weights = weight_bytes(deployment.architecture, "bf16")
    return (weights.embedding + weights.head) / 2e9


def _more_kernels(deployment: Deployment) -> float:
    """Linear attention and MLA launch about twice as many in a layer; sparse ones choose what to read besides."""
    shape = deployment.architecture
    if shape.attention == "linear":
        return float(shape.layers - shape.full)
    return shape.layers * {"latent": 1.0, "sparse": 2.0}.get(shape.attention, 0.0)
