"""What prompts are compared by: their meaning, their form, and the slices they say they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.evaluate.router.topics import membership, topics
from freehold.evaluate.statistics.interval import Floats

Places = NDArray[np.intp]

MEANING, FORM, TOPIC, SLICE = 1.0, 2.0, 2.0, 1.0
"""How much likeness in each counts, `TOPIC` for likeness of form among prompts of like meaning: what makes a prompt
hard differs from topic to topic. See docs/explanation/router.md for what was tried."""
WIDTH = 0.5
"""How fast likeness in form falls with the squared distance, which is 2 on average."""
_FURTHEST = 4.0
"""Standard deviations beyond which a feature counts as this far: lengths have long tails."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Prompts as figures, one row a prompt. Either of `meaning` and `slices` may have no columns."""

    meaning: Floats
    """Shape (prompts, dimensions): embeddings of length 1; no columns where no embedding model is there."""
    form: Floats
    """Shape (prompts, features), as `freehold.evaluate.router.features` counts them."""
    slices: Floats
    """Shape (prompts, slices): 1 where a prompt belongs to one."""

    def __len__(self) -> int:
        return len(self.form)

    def part(self, which: Places) -> Points:
        """Some of the prompts."""
        return Points(self.meaning[which], self.form[which], self.slices[which])

    def and_also(self, others: Points) -> Points:
        """These prompts, then others of the same columns."""
        return Points(
            np.vstack([self.meaning, others.meaning]),
            np.vstack([self.form, others.form]),
            np.vstack([self.slices, others.slices]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Prompts by their place in a space, one row a prompt."""

    meaning: Floats
    """About the middle of all, at a distance of 1 on average."""
    form: Floats
    """Standardised, of length 1 on average."""
    topics: Floats
    """How far it belongs to each topic; of length 1."""
    slices: Floats

    def coordinates(self) -> Floats:
        """Columns for a model that is linear in all of them; shape (prompts, columns)."""
        return np.hstack([self.meaning, self.form, self.topics, self.slices])


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """How likeness is reckoned, taken from the prompts that a router is taught."""

    middle: Floats
    reach: float
    form_middle: Floats
    form_spread: Floats
    centres: tuple[Floats, ...]

    @classmethod
    def of(cls, points: Points) -> Space:
        """The space in which these prompts lie about the middle, at a distance of 1 on average."""
        middle = points.meaning.mean(0)
        reach = float(np.sqrt(np.mean(np.sum((points.meaning - middle) ** 2, axis=1)))) or 1.0
        spread = points.form.std(0)
        spread = np.where(spread > 0, spread, 1.0)
        return cls(middle, reach, points.form.mean(0), spread, topics(points.meaning))

    def placed(self, points: Points) -> Placed:
        """The prompts by their place in this space."""
        form = np.clip((points.form - self.form_middle) / self.form_spread, -_FURTHEST, _FURTHEST)
        return Placed(
            (points.meaning - self.middle) / self.reach,
            form / np.sqrt(form.shape[1]),
            membership(points.meaning, self.centres),
            points.slices,
        )


def likeness(ones: Placed, others: Placed) -> Floats:
    """A positive definite kernel, shape (ones, others): linear in meaning, Gaussian in form, more so within a topic."""
    apart = np.sum(ones.form**2, axis=1)[:, None] + np.sum(others.form**2, axis=1)[None] - 2 * ones.form @ others.form.T
    same_form = np.exp(-WIDTH * np.maximum(apart, 0.0))
    return np.asarray(
        MEANING * (ones.meaning @ others.meaning.T)
        + (FORM + TOPIC * (ones.topics @ others.topics.T)) * same_form
        + SLICE * (ones.slices @ others.slices.T)
    )


def marked(slices: Sequence[dict[str, str]], names: Sequence[str]) -> Floats:
    """The slices of each prompt as columns of `names`, each ``KEY=VALUE``."""
    places = {name: place for place, name in enumerate(names)}
    columns = np.zeros((len(slices), len(names)))
    for row, given in enumerate(slices):
        for key, value in given.items():
            if (place := places.get(f"{key}={value}")) is not None:
                columns[row, place] = 1.0
    return columns
