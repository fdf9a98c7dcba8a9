"""What a ranking says, as it is shown and exported."""

from __future__ import annotations

import msgspec

from freehold.evaluate.statistics.interval import CONFIDENCE


class Rating(msgspec.Struct, frozen=True):
    """How strong a subject is on one scale, with the ends of its interval."""

    value: float
    low: float
    high: float


class Ranked(msgspec.Struct, frozen=True):
    """One subject in its group. Ranks count from 1, and tell which are possible beside what is decided."""

    subject: str
    votes: int
    rating: Rating
    best_rank: int
    worst_rank: int
    adjusted: Rating | None = None
    """With length and style held equal; `None` where they could not be told apart."""


class Pair(msgspec.Struct, frozen=True):
    """Two subjects, of which `stronger` has the higher rating."""

    stronger: str
    weaker: str
    votes: int
    """Between these two."""
    chance: float
    """That an answer of `stronger` is preferred, ties halved."""
    p: float
    """Of no difference, corrected for all pairs of the group (Holm 1979)."""
    decided: bool
    more_votes: int | None = None
    """Between the two until they are told apart four times in five, if what is seen is so; `None`: decided, or more
    than can be said."""


class Deciding(msgspec.Struct, frozen=True):
    """How few votes the order of two neighbours hangs on."""

    stronger: str
    weaker: str
    votes: int | None
    """Without these the lead is gone; `None`: no quarter of all votes does it."""


class StyleEffect(msgspec.Struct, frozen=True):
    """What one difference of style adds to the log-odds of being preferred, for one standard deviation of it."""

    name: str
    value: float
    low: float
    high: float


class Group(msgspec.Struct, frozen=True):
    """Subjects that votes join, the strongest first. Nothing here says anything of another group's."""

    votes: int
    ranked: tuple[Ranked, ...]
    pairs: tuple[Pair, ...]
    deciding: tuple[Deciding, ...]
    style: tuple[StyleEffect, ...]
    method: str
    warnings: tuple[str, ...]


class Ranking(msgspec.Struct, frozen=True):
    """What all votes allow to be said."""

    votes: int
    groups: tuple[Group, ...]
    confidence: float = CONFIDENCE
    warnings: tuple[str, ...] = ()
