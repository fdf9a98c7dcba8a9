"""Whether the arena's intervals cover, orders that are not there are rarely found, and style is told from strength.

    python -m benchmarks.evaluate --only arena

Votes are simulated from Bradley and Terry's model; five subjects, 0.8 of log-odds from the middle to either end. Some
twenty seconds. A row with a goal of .95 should lie between .93 and .97; a false order, at or below .05.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.goals import Row
from freehold.evaluate.arena.design import COVARIATES, Design
from freehold.evaluate.arena.fit import Fit, Separated, fit
from freehold.evaluate.arena.model import Choice, Side, Style, Vote
from freehold.evaluate.arena.ranking import rank
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.normal import two_sided

DRAWS = 400
SIZES = (60, 200, 1000)
STRENGTHS = np.array([0.8, 0.4, 0.0, -0.4, -0.8])
LIKED = 0.7
"""What one more in the logarithm of length adds to the log-odds, where length is liked."""


def run(_data: Path) -> Iterator[Row]:
    """Every row; no data is read."""
    for size in SIZES:
        yield f"strength covered, {size} votes", "sandwich", covered(size, liked=0.0), 0.95
        yield f"strength covered, {size} votes, length liked", "sandwich, style held equal", covered(size, LIKED), 0.95
        yield f"any order found among five alike, {size} votes", "Holm", found_orders(size), 0.05
    yield "seconds to rank 10,000 votes on five subjects", "", seconds(10_000), 5.0


def covered(size: int, liked: float) -> float:
    """The share of strengths within their intervals."""
    rng, reach, inside = np.random.default_rng(1), two_sided(0.95), 0
    for _ in range(DRAWS):
        design = drawn(rng, STRENGTHS, size, liked)
        found = fitted(design, design.covariates[:, :1] if liked else None)
        errors = np.array([found.error(place) for place in range(len(STRENGTHS))])
        inside += int(np.sum(np.abs(found.values[: len(STRENGTHS)] - STRENGTHS) <= reach * errors))
    return inside / DRAWS / len(STRENGTHS)


def found_orders(size: int) -> float:
    """How often any pair is called decided where all are alike."""
    rng = np.random.default_rng(2)
    designs = (drawn(rng, np.zeros(5), size, 0.0) for _ in range(DRAWS // 2))
    return sum(any(pair.decided for pair in rank(votes_of(each)).groups[0].pairs) for each in designs) / (DRAWS // 2)


def seconds(size: int) -> float:
    """What a ranking with all it says takes."""
    votes = votes_of(drawn(np.random.default_rng(3), STRENGTHS, size, LIKED))
    began = time.perf_counter()
    rank(votes)
    return time.perf_counter() - began


def fitted(design: Design, covariates: Floats | None) -> Fit:
    """By maximum likelihood, and with Firth's penalty where there is none."""
    try:
        return fit(design, covariates)
    except Separated:
        return fit(design, covariates, firth=True)


def drawn(rng: np.random.Generator, strengths: Floats, size: int, liked: float) -> Design:
    """Votes between subjects at random; lengths differ by a normal in their logarithms."""
    many = len(strengths)
    left = rng.integers(0, many, size)
    right = (left + rng.integers(1, many, size)) % many
    covariates = np.zeros((size, len(COVARIATES)))
    covariates[:, 0] = rng.normal(0.0, 0.7, size)
    odds = strengths[left] - strengths[right] + liked * covariates[:, 0]
    won = (rng.random(size) < 1 / (1 + np.exp(-odds))).astype(float)
    return Design(tuple(f"m{place}" for place in range(many)), left, right, won, covariates)


def votes_of(design: Design) -> list[Vote]:
    """The same as votes that people gave."""
    votes = []
    for number, (left, right, won) in enumerate(zip(design.left, design.right, design.won, strict=True)):
        lengths = (int(1000 * np.exp(design.covariates[number, 0])), 1000)
        sides = [
            Side(f"rq_{number}_{place}", design.subjects[place], design.subjects[place], Style(length))
            for place, length in zip((left, right), lengths, strict=True)
        ]
        choice: Choice = "left" if won else "right"
        votes.append(Vote(f"vo_{number}", number, f"key_{number % 9}", sides[0], sides[1], choice))
    return votes
