"""What each input is in each draw: once at its value, once ten thousand times over its range."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from statistics import NormalDist

import msgspec
import numpy as np

from freehold.plan.quantity import Quantity
from freehold.plan.requests import Floats
from freehold.plan.result import Interval

TENTH = NormalDist().inv_cdf(0.9)
"""How many standard deviations the ends of an 80 % interval lie from the middle of a normal distribution: 1.2816."""


class Case:
    """A setting of every input, in `draws` worlds at once. A plan's formulae are written over its arrays.

    An input that the case says nothing of is at its value. Arrays have the shape (draws, 1), so that they spread over
    months, which lie along the second axis.
    """

    def __init__(self, draws: int = 1, given: Mapping[str, Floats] | None = None) -> None:
        self.draws = draws
        self._given = dict(given or {})

    def __getitem__(self, quantity: Quantity) -> Floats:
        """The input in every draw, shape (draws, 1)."""
        found = self._given.get(quantity.path)
        return np.full((self.draws, 1), quantity.value, float) if found is None else found

    def with_input(self, path: str, values: Floats | float) -> Case:
        """The same but for one input: a number, or an array of the shape (draws, 1)."""
        array = np.broadcast_to(np.asarray(values, float), (self.draws, 1))
        return Case(self.draws, {**self._given, path: array})

    def with_part(self, quantity: Quantity, worlds: slice, values: Floats) -> Case:
        """The same but for one input in some worlds: `values` has the shape (number of them,)."""
        array = self[quantity].copy()
        array[worlds, 0] = values
        return self.with_input(quantity.path, array)

    def take(self, worlds: slice | np.ndarray) -> Case:
        """Only these worlds, in this order: a slice, or an array of their numbers, in which one may stand often."""
        given = {path: values[worlds] for path, values in self._given.items()}
        return Case(len(np.arange(self.draws)[worlds]), given)


def inputs(value: object) -> tuple[Quantity, ...]:
    """Every input within a scenario, or within any part of one, each path once."""
    found = {quantity.path: quantity for quantity in _walk(value)}
    return tuple(found.values())


def _walk(value: object) -> Iterator[Quantity]:
    if isinstance(value, Quantity):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _walk(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            if not isinstance(each, float):
                yield from _walk(each)


def judgement(quantity: Quantity) -> str:
    """What an input is drawn by: inputs of one name, range and source are one judgement, right or wrong at once.

    So an hour of staff costs the same in every option of a world, unless the scenario says otherwise of one of them.
    The speed of a server is a judgement on that server alone, and inputs that say what they move with are one whatever
    their ranges.
    """
    if quantity.moves_with:
        return quantity.moves_with
    field = quantity.path.rpartition(".")[2]
    if field == "speed":
        return quantity.path
    return f"{field} {quantity.value!r} {quantity.low!r} {quantity.high!r} {quantity.source}"


def sample(quantities: Iterable[Quantity], draws: int, seed: int) -> Case:
    """Draws of all inputs by Latin hypercube sampling (McKay, Beckman and Conover 1979), from strata of equal chance.

    Each input has every one of its `draws` strata once, at its middle, in an order of its own that follows from `seed`
    and its `judgement` alone: an input more or less changes none of the others. Judgements are independent of one
    another.
    """
    score = _scores(draws)
    given: dict[str, Floats] = {}
    for quantity in quantities:
        if not quantity.known:
            order = _stream(judgement(quantity), seed).permutation(draws)
            given[quantity.path] = at_score(quantity, score)[order, None]
    return Case(draws, given)


def with_values(case: Case, quantities: Iterable[Quantity]) -> Case:
    """One world more, before the others, in which every input is at its value."""
    given = {each.path: np.concatenate([[[each.value]], case[each]]) for each in quantities if not each.known}
    return Case(case.draws + 1, given)


def over(case: Case, path: str, values: Floats) -> Case:
    """Every world of `case` once for each value of one input: the values follow one another within a world."""
    repeated = case.take(np.repeat(np.arange(case.draws), len(values)))
    return repeated.with_input(path, np.tile(values, case.draws)[:, None])


def at_score(quantity: Quantity, score: Floats) -> Floats:
    """The input where a standard normal variable is `score`: its median at 0, the ends of its range at -1.28 and 1.28.

    The two sides of the median are halves of two distributions, each of which ends its 10 % where the range does. A
    side that has no logarithm or logit, since an end of it is 0 or 1, is straight and cut off there. Nothing goes past
    what the input cannot pass.
    """
    share = np.asarray(score, float) / TENTH
    below = _side(quantity, quantity.low, np.maximum(-share, 0.0))
    above = _side(quantity, quantity.high, np.maximum(share, 0.0))
    return np.clip(np.where(share < 0, below, above), quantity.least, quantity.most)


def _side(quantity: Quantity, end: float, share: Floats) -> Floats:
    """From the value, at `share` 0, past the end of the range, at 1."""
    value, shape = quantity.value, quantity.shape
    if shape == "amount" and min(value, end) > 0:
        return np.asarray(value * np.exp(share * np.log(end / value)))
    if shape == "share" and min(value, end) > 0 and max(value, end) < 1:
        middle, other = np.log(value / (1 - value)), np.log(end / (1 - end))
        return np.asarray(1 / (1 + np.exp(-(middle + share * (other - middle)))))
    straight = value + share * (end - value)
    if shape == "signed":
        return straight
    return np.clip(straight, 0.0, 1.0 if shape == "share" else None)


def interval(draws: Floats, value: float | None = None) -> Interval:
    """The 10th and 90th percentile of draws, any shape, around `value`, or around their median where none is given.

    Draws that are not finite are left out: who makes them says how many there are.
    """
    finite = draws[np.isfinite(draws)]
    if not finite.size:
        return Interval(math.inf, math.inf, math.inf)
    low, middle, high = np.percentile(finite, (10, 50, 90))
    return Interval(float(middle if value is None else value), float(low), float(high))


@lru_cache(maxsize=8)
def _scores(draws: int) -> Floats:
    """The standard normal variable at the middle of each of so many strata of equal chance, rising."""
    inverse = NormalDist().inv_cdf
    scores = np.array([inverse((number + 0.5) / draws) for number in range(draws)])
    scores.flags.writeable = False
    return scores


def _stream(name: str, seed: int) -> np.random.Generator:
    """The random numbers of one judgement."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "big")])
