"""Moments as the ledger keeps them, in nanoseconds since the epoch, and the days and hours they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Literal

NS = 1_000_000_000
LAST_NS = 2**63 - 1
"""The year 2262, the last that a column holds."""

QUARTER_NS = 900 * NS
"""A quarter of an hour. Every offset from UTC in use today is a whole number of them."""
HOUR_NS = 3600 * NS
DAY_NS = 86_400 * NS

_WEEKS_NS = 28 * DAY_NS

Step = Literal["hour", "day"]
When = Callable[[int], int]
"""To which moment one belongs."""


def ns_of(moment: datetime | None, default: int) -> int:
    """A moment in nanoseconds."""
    return default if moment is None else int(moment.timestamp()) * NS + moment.microsecond * 1000


def local(ns: int, tz: tzinfo) -> datetime:
    """A moment as clocks in that zone show it, to the second."""
    return datetime.fromtimestamp(ns // NS, tz)


def starts(step: Step, tz: tzinfo) -> When:
    """Says when the local hour or day began that a moment lies in; the same for all of a quarter of an hour."""
    known: dict[int, int] = {}

    def start(ns: int) -> int:
        quarter = ns // QUARTER_NS
        found = known.get(quarter)
        if found is None:
            found = known[quarter] = _start(local(quarter * QUARTER_NS, tz), step)
        return found

    return start


def following(start_ns: int, step: Step, tz: tzinfo) -> int:
    """When the local hour or day after this one begins, however long this one is."""
    if step == "hour":
        after = start_ns + HOUR_NS
        # Where clocks are set back by half an hour, one of their hours lasts longer than that.
        while (found := _start(local(after, tz), step)) <= start_ns:
            after += QUARTER_NS
        return found
    # Noon of the next day lies in it, whatever the clocks do at night.
    tomorrow = local(start_ns, tz) + timedelta(days=1, hours=12)
    return _start(tomorrow, step)


def in_whole_hours(since_ns: int, until_ns: int, tz: tzinfo) -> bool:
    """Whether that zone is whole hours away from UTC all the time, looked at every four weeks."""
    moments = (*range(since_ns, until_ns, _WEEKS_NS), until_ns)
    return not any(local(ns, tz).minute for ns in (moment // HOUR_NS * HOUR_NS for moment in moments))


def named(start_ns: int, step: Step, tz: tzinfo) -> str:
    """What a local day or hour is called: ``2026-03-29``, ``2026-03-29T14:00+02:00``."""
    shown = local(start_ns, tz)
    return shown.date().isoformat() if step == "day" else shown.isoformat(timespec="minutes")


def _start(shown: datetime, step: Step) -> int:
    begun = shown.replace(minute=0, second=0, microsecond=0)
    return int((begun if step == "hour" else begun.replace(hour=0, fold=0)).timestamp()) * NS
