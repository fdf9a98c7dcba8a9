"""What a plan takes from traffic that was seen: the shape of the week, how far its busiest hour stands out, ranges."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from freehold.plan.defaults.field import Assumed
from freehold.plan.requests import Floats
from freehold.plan.workload.observed import HOUR_S, Observed
from freehold.plan.workload.times import span
from freehold.plan.workload.week import HOURS

DAY_H = 24
WEEK_DAYS = 6.5
"""From so many days on, each hour of the week is taken from itself; of fewer, each hour of the day from all days."""

_RANGES = ((28.0, 0.92, 1.10), (6.5, 0.85, 1.20), (1.0, 0.70, 1.40), (1 / 24, 0.50, 2.00), (0.0, 0.10, 10.0))
"""From so many days on, the ends of the range of a volume: months differ less than weeks, and these less than days. Of
minutes nobody knows more than the order of magnitude, if that."""


def volume(observed: Observed, requests_a_day: float) -> Assumed:
    """Requests a day with the range that so long an observation leaves.

    Of less than a day nobody knows whether the rest of it was as busy: the low end is what was seen, and nothing more.
    """
    _, low, high = next(row for row in _RANGES if observed.days >= row[0])
    least = requests_a_day * low
    if observed.days >= 1:
        why = f"counted over {observed.days:.1f} days"
    else:
        why = f"as if all day were like the {span(observed.seconds)} that were seen"
        least = min(least, float(observed.requests))
    return Assumed(requests_a_day, least, requests_a_day * high, why)


def whole_hours(observed: Observed) -> Floats:
    """Requests of each hour that was seen from its beginning to its end, shape (hours,)."""
    return observed.hourly[: int(observed.seconds // HOUR_S)]


def week(observed: Observed) -> Floats:
    """The share of each hour of the week, from Monday 00:00, shape (168,). Of a day or more; needs at least 24 hours.

    An hour of the day that nobody saw has the mean of those that were. Hours begin with the first request, and belong
    to the hour of the clock that most of theirs lies in.
    """
    counts = whole_hours(observed)
    first = _hour_of_week(observed.first)
    place = (first + np.arange(len(counts))) % HOURS
    if observed.days < WEEK_DAYS:
        place %= DAY_H
    slots = HOURS if observed.days >= WEEK_DAYS else DAY_H
    seen = np.bincount(place, minlength=slots)
    sums = np.bincount(place, weights=counts, minlength=slots)
    means = np.where(seen > 0, sums / np.maximum(seen, 1), counts.mean())
    shares = np.tile(means, HOURS // slots)
    return np.asarray(shares / shares.sum(), float)


def peak(observed: Observed) -> float:
    """The busiest hour over the mean: of each week that was seen, then their mean, as a usual week has it."""
    counts = whole_hours(observed)
    weeks = max(1, len(counts) // HOURS)
    parts = np.array_split(counts, weeks)
    return float(np.mean([part.max() for part in parts]) / counts.mean())


def _hour_of_week(moment: datetime) -> int:
    return moment.weekday() * DAY_H + (moment.hour + (moment.minute >= 30)) % DAY_H
