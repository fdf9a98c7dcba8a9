"""How one promise stands, for whoever looks."""

from __future__ import annotations

import msgspec

from freehold.catalog.promises import Promise
from freehold.evaluate.watch.audits import Standing
from freehold.evaluate.watch.differences import Differences, Side


class Beside(msgspec.Struct, frozen=True):
    """Kept answers of all requests, or of one slice, beside those of the calibration."""

    size: int
    """Kept answers of the calibration."""
    differed: int
    allowed: float
    """The share that may differ before anything is told, at the most."""
    chosen: int
    audited: int
    differs: int
    share: float
    """Of kept answers, those that differ, weighed for how likely each was to be looked at."""
    strength: float
    warned: bool


class Comparison(msgspec.Struct, frozen=True):
    """Whether more kept answers differ from the stronger target's than those of the calibration did."""

    says: str
    warned: bool
    warned_ns: int | None
    strength: float
    acts: bool
    """Whether a warning suspends the promise."""
    all: Beside
    slices: dict[str, Beside]


class Watched(msgspec.Struct, frozen=True):
    """How one promise stands."""

    promise: str
    route: str
    state: str
    why: str
    harm: float
    estimate: float
    measured: float
    low: float
    high: float
    """The interval of the measured share, at every look at once."""
    chosen: int
    audited: int
    harmed: int
    alone: int
    alone_wanting: int
    missed: dict[str, int]
    cost_nano: int
    alarmed: bool
    alarmed_ns: int | None
    e_value: float
    e_needed: float
    """At which an alarm is raised."""
    strength: float
    """How near it has been to that, from 0 to 1."""
    allowed: float
    """The share that may be measured while the promise holds."""
    correction: str
    feedback: int
    """How often people said something of the route's answers in the last `feedback_days`."""
    feedback_bad: int
    feedback_days: int
    differences: Comparison | None
    says: str


def watched(promise: Promise, standing: Standing, feedback: tuple[int, int], *, days: int, acts: bool) -> Watched:
    """How a promise stands; `feedback` is how often people said something in so many `days`, and something bad.

    Takes a while where there were many audits. `acts`: a warning suspends the promise.
    """
    health, interval = standing.health, standing.health.interval()
    return Watched(
        promise=promise.id,
        route=promise.route,
        state=promise.state,
        why=promise.why,
        harm=health.harm,
        estimate=health.estimate,
        measured=health.measured,
        low=interval.low,
        high=interval.high,
        chosen=health.chosen,
        audited=health.audited,
        harmed=health.harmed,
        alone=health.alone,
        alone_wanting=health.alone_wanting,
        missed=health.missed,
        cost_nano=health.cost_nano,
        alarmed=health.alarmed,
        alarmed_ns=health.alarmed_ns,
        e_value=health.doubt.e_value,
        e_needed=health.doubt.needed,
        strength=health.doubt.strength,
        allowed=health.doubt.bound,
        correction=health.correction.says,
        feedback=feedback[0],
        feedback_bad=feedback[1],
        feedback_days=days,
        differences=None if standing.differences is None else _comparison(standing.differences, acts=acts),
        says=health.says(),
    )


def _comparison(differences: Differences, *, acts: bool) -> Comparison:
    return Comparison(
        says=differences.says(),
        warned=differences.warned,
        warned_ns=differences.warned_ns,
        strength=differences.strength,
        acts=acts,
        all=_beside(differences.every),
        slices={name: _beside(side) for name, side in differences.slices.items()},
    )


def _beside(side: Side) -> Beside:
    return Beside(
        size=side.calibrated.size,
        differed=side.calibrated.differed,
        allowed=side.doubt.bound,
        chosen=side.chosen,
        audited=side.audited,
        differs=side.differs,
        share=side.share,
        strength=side.doubt.strength,
        warned=side.doubt.rejects,
    )
