"""How long a pass takes: a roofline whose efficiencies, overheads and waits are constants fitted to measurements.

Every function takes numbers or arrays alike, so that the fit and the plan run the same lines.
``docs/explanation/capacity.md`` derives them.
"""

from __future__ import annotations

import msgspec
import numpy as np

from freehold.plan.capacity.work import Values, Work, experts_touched


class Constants(msgspec.Struct, frozen=True, kw_only=True):
    """What is fitted for an engine, all above zero. The fit puts arrays in their place, one value a measurement."""

    memory: float = 0.8
    """Of the memory's bandwidth, what reading weights reaches."""
    expert_memory: float = 0.7
    """The same for experts, whose share of the work is uneven and whose matrices are small."""
    cache: float = 0.85
    """The same for keys and values."""
    compute: float = 0.6
    """Of the peak, what large matrix products reach."""
    narrow_compute: float = 0.8
    """Of that, what they reach in 8 or 4 bits, where the peak is higher and harder to feed."""
    slicing: float = 0.12
    """By what power of the number of GPUs those efficiencies fall, since each multiplies a thinner slice."""
    expert_compute: float = 0.5
    """Of that, what experts reach, which get few tokens each."""
    attention: float = 0.6
    """Of the peak in 16 bits, what attention reaches over a prompt."""
    sharpness: float = 3.0
    """Of the corner between memory and arithmetic: the exponent under which their times are joined."""
    layer_s: float = 20e-6
    """Launching the kernels of one layer, seconds."""
    expert_layer_s: float = 30e-6
    """More of it in a layer of experts."""
    hop_s: float = 8e-6
    """One all-reduce, however many GPUs."""
    link: float = 0.5
    """Of the link's bandwidth, what an all-reduce reaches."""
    step_s: float = 1e-3
    """Scheduling and sampling, for each pass."""
    request_s: float = 20e-6
    """The same, for each request in it."""
    first_s: float = 20e-3
    """From arrival to the first pass, and back: for each request."""
    wait: float = 0.5
    """Of the prefills of the other requests, those that a new one waits for; the rest falls between its own tokens."""


def _joined(first: Values, second: Values, sharpness: Values) -> Values:
    """Two things that overlap but not wholly: their p-norm, between the larger (p infinite) and the sum (p = 1)."""
    return (first**sharpness + second**sharpness) ** (1 / sharpness)


def _reduce_s(work: Work, constants: Constants, tokens: Values) -> Values:
    """The all-reduces of a pass, two for each layer: a ring moves 2 (n-1)/n of the data over each link.

    Their latency does not grow with the GPUs, since engines let each read all others at once where there is little.
    """
    moved = 2 * (work.gpus - 1) / work.gpus * work.hidden_bytes * tokens / (constants.link * work.link)
    return 2 * work.layers * (np.minimum(work.gpus - 1, 1.0) * constants.hop_s + moved)


def _launch_s(work: Work, constants: Constants) -> Values:
    return (work.layers + work.odd_layers) * constants.layer_s + work.moe_layers * constants.expert_layer_s


def _compute(work: Work, constants: Constants) -> Values:
    """Operations a second that large matrix products reach."""
    narrow = work.peak > 1.2 * work.half_peak
    reached = constants.compute * np.where(narrow, constants.narrow_compute, 1.0)
    return work.peak * reached * work.gpus**-constants.slicing


def _products_s(work: Work, constants: Constants, tokens: Values) -> Values:
    """The matrix products of a pass over `tokens` tokens, output matrix left out."""
    routed = work.experts * work.expert_share
    share = routed / (routed + work.body)
    body = _joined(
        work.body / (constants.memory * work.bandwidth),
        tokens * work.operations * (1 - share) / _compute(work, constants),
        constants.sharpness,
    )
    experts = _joined(
        work.experts * experts_touched(work, tokens) / (constants.expert_memory * work.bandwidth),
        tokens * work.operations * share / (constants.expert_compute * _compute(work, constants)),
        constants.sharpness,
    )
    return body + np.where(work.moe_layers > 0, experts, 0.0)


def step_s(work: Work, constants: Constants, batch: Values, context_tokens: Values) -> Values:
    """One decode step for `batch` requests that have `context_tokens` tokens each so far, seconds."""
    seen = np.minimum(context_tokens, work.window)
    cache = batch * (work.cache_read * context_tokens + work.window_read * seen + work.state_read)
    return (
        _products_s(work, constants, batch)
        + batch * work.head_operations / _compute(work, constants)
        + cache / (constants.cache * work.bandwidth)
        + _reduce_s(work, constants, batch)
        + _launch_s(work, constants)
        + constants.step_s
        + batch * constants.request_s
    )


def prefill_s(work: Work, constants: Constants, prompt_tokens: Values, cached: Values = 0.0) -> Values:
    """The pass over a prompt of which `cached` tokens are in the cache already, seconds."""
    tokens = np.maximum(prompt_tokens - cached, 1.0)
    pairs = tokens * (prompt_tokens + cached) / 2
    windowed = np.minimum(pairs, tokens * work.window)
    attention = (pairs * work.pair_operations + windowed * work.window_operations) / (
        constants.attention * work.half_peak
    )
    return (
        _products_s(work, constants, tokens)
        + attention
        + _reduce_s(work, constants, tokens)
        + _launch_s(work, constants)
    )


LONGEST_FIRST = 0.9
"""Of a round, what may be before the first token: prefills ride along with the steps that they wait for."""

BUDGET = 8192.0
"""Tokens of prompts that one pass reads at most, as engines have it unless told otherwise."""


class Steady(msgspec.Struct, frozen=True):
    """What a server does under a constant number of requests."""

    ttft_s: Values
    tpot_s: Values
    tokens_s: Values
    """Answer tokens of all requests, a second."""


def steady(
    work: Work,
    constants: Constants,
    concurrency: Values,
    slots: Values,
    prompt: Values,
    answer: Values,
    pace: Values = 1.0,
) -> Steady:
    """Continuous batching with `concurrency` requests always there, of which at most `slots` are at work.

    While one request makes its answer, every other one passes once through its prefill. Prefills ride along with the
    decode steps, as many with one step as must where there are fewer steps than prompts, so that weights are read and
    kernels launched once for both: they cost what the pass grows by. That sum is the length of the round, and so the
    throughput, whoever waits for whom; `wait` shares it out between the first token and the further ones, between two
    of which no more than one pass over prompts lies. `pace` is how many times as long as modelled a step takes.
    """
    active = np.minimum(concurrency, slots)
    answer = np.maximum(answer, 1.0)
    prefill = prefill_s(work, constants, prompt)
    alone = _products_s(work, constants, prompt) + _launch_s(work, constants)
    decode = pace * step_s(work, constants, active, prompt + answer / 2)
    # Of the prompts, those that come with one step.
    riders = np.maximum(1.0, active / answer)
    grown = _products_s(work, constants, active + riders * prompt) - _products_s(work, constants, active)
    saved = np.minimum(pace, 1.0) * np.maximum(alone - grown / riders, 0.0)
    each = prefill - saved
    whole = constants.first_s + answer * decode + active * each
    before = constants.first_s + prefill + np.maximum(active - 1, 0.0) * np.minimum(constants.wait * prefill, each)
    gap = decode + np.minimum(active, BUDGET / np.maximum(prompt, 1.0)) * each
    tpot = np.minimum((whole - np.minimum(before, LONGEST_FIRST * whole)) / answer, gap)
    first = whole - answer * tpot
    ttft = first + np.maximum(concurrency - active, 0.0) / active * whole
    return Steady(ttft, tpot, concurrency * answer / (ttft + answer * tpot))
