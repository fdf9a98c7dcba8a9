"""The same requests at another load, and few enough of them to be simulated often."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from freehold.plan.requests import Floats, Requests

FEWEST = 500
MOST = 1000
BLOCK = 125
WARM = 4
"""A fourth of the sample comes before it once more, so that it does not begin with idle machines."""


def at_load(requests: Requests, load: float) -> Requests:
    """The same requests, coming `load` times as fast.

    Time is stretched or pressed together, so that the counts of arrivals scatter as before: their index of dispersion
    over so many requests is kept. Were the growth that of many senders who know nothing of each other, the bursts would
    even out, and fewer machines would do; were it that of the same crowd at the same moments, they would not.
    """
    return replace(requests, at=requests.at / load, seconds=requests.seconds / load)


def sample(requests: Requests) -> Requests:
    """From `FEWEST` to `MOST` requests at the same mean rate: repeated if there are few, some blocks of them if many.

    Blocks are chosen by the rate at which they came, from slow to fast at even distances, so that quiet and hurried
    stretches are there as often as in the whole. Lengths are chosen from short to long prompts in the same way, from
    all requests, so that the longest are no rarer: objectives hang on them.
    """
    if len(requests) < FEWEST:
        return _repeated(requests, math.ceil(FEWEST / len(requests)))
    return _blocks(requests) if len(requests) > MOST else requests


def warmed(requests: Requests) -> tuple[Requests, int]:
    """The sample with its own end before it, and how many of its requests come before it is to be looked at."""
    count = len(requests) // WARM
    first = count * requests.seconds / len(requests)
    at = np.concatenate([requests.at[-count:] - requests.seconds, requests.at]) + first if count else requests.at
    # The end that comes before may have begun earlier than its share of the time.
    at = np.maximum(at, 0.0)

    def joined(values: Floats) -> Floats:
        return np.concatenate([values[len(values) - count :], values])

    return (
        Requests(
            at=at,
            prompt=joined(requests.prompt),
            answer=joined(requests.answer),
            cached=joined(requests.cached),
            seconds=requests.seconds + first,
            source=requests.source,
        ),
        count,
    )


def _repeated(requests: Requests, times: int) -> Requests:
    shift = np.repeat(np.arange(times) * requests.seconds, len(requests))
    return replace(
        requests,
        at=np.tile(requests.at, times) + shift,
        prompt=np.tile(requests.prompt, times),
        answer=np.tile(requests.answer, times),
        cached=np.tile(requests.cached, times),
        seconds=requests.seconds * times,
    )


def _blocks(requests: Requests) -> Requests:
    count = len(requests) // BLOCK
    starts = np.append(requests.at[: count * BLOCK : BLOCK], requests.at[count * BLOCK - 1])
    lasts = np.diff(starts)
    chosen = np.sort(_every(np.argsort(lasts, kind="stable"), MOST // BLOCK))
    index = (chosen[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    lengths = _every(np.argsort(requests.prompt, kind="stable"), len(index))
    lengths = np.random.default_rng(len(requests)).permutation(lengths)
    offset = np.repeat(np.cumsum(lasts[chosen]) - lasts[chosen] - starts[chosen], BLOCK)
    seconds = len(index) / requests.rate
    at = requests.at[index] + offset
    return replace(
        requests,
        at=at * (seconds / float(np.sum(lasts[chosen]))),
        prompt=requests.prompt[lengths],
        answer=requests.answer[lengths],
        cached=requests.cached[lengths],
        seconds=seconds,
    )


def _every(order: NDArray[np.intp], wanted: int) -> NDArray[np.intp]:
    """So many of these at even distances, the first and last half a distance from the ends."""
    places = ((np.arange(wanted) + 0.5) * len(order) / wanted).astype(np.intp)
    return np.take(order, places)
