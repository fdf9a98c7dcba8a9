"""Days, weeks and months of the calendar in one time zone, as moments of the wall clock.

A day begins at local midnight, and where the clock is put forward over midnight, at the moment it is. So a day has 23
to 25 hours where summer time begins or ends. A week begins on Monday (ISO 8601).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from freehold.core.limits import Period

_NS = 10**9


class Span(NamedTuple):
    """One period: from its first moment to that of the next, in nanoseconds since the epoch."""

    starts_ns: int
    ends_ns: int


def zone_named(name: str) -> tzinfo:
    """A zone of the IANA database; raises `ValueError` for a name that is none, or is not known on this machine."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{name!r} is not a time zone that this machine knows") from error


class Calendar:
    """The periods of one time zone."""

    def __init__(self, zone: str = "UTC") -> None:
        self.zone = zone
        self._tz = zone_named(zone)
        self._last: dict[Period, Span] = {}

    def span(self, period: Period, at_ns: int) -> Span:
        """The period that holds a moment."""
        last = self._last.get(period)
        if last is None or not last.starts_ns <= at_ns < last.ends_ns:
            last = self._last[period] = self._span(period, at_ns)
        return last

    def _span(self, period: Period, at_ns: int) -> Span:
        day = datetime.fromtimestamp(at_ns // _NS, self._tz).date()
        if period == "day":
            first, after = day, day + timedelta(days=1)
        elif period == "week":
            first = day - timedelta(days=day.weekday())
            after = first + timedelta(days=7)
        else:
            first = day.replace(day=1)
            after = (first + timedelta(days=31)).replace(day=1)
        return Span(self._midnight(first), self._midnight(after))

    def _midnight(self, day: date) -> int:
        """The first moment of a day. Of a midnight that comes twice the first counts; of none, the clock's leap."""
        return round(datetime.combine(day, time(), self._tz).timestamp()) * _NS

    def iso(self, at_ns: int) -> str:
        """A moment in ISO 8601, with the zone's offset."""
        return self._local(at_ns).isoformat(timespec="seconds")

    def words(self, at_ns: int) -> str:
        """A moment for people.

        >>> Calendar().words(1_764_547_200 * 10**9)
        'on Monday, 1 December 2025, at 00:00 (UTC)'
        """
        local = self._local(at_ns)
        # Not by strftime, whose names of days and months follow the process's locale.
        weekday, month = _WEEKDAYS[local.weekday()], _MONTHS[local.month - 1]
        return f"on {weekday}, {local.day} {month} {local.year}, at {local:%H:%M} ({self.zone})"

    def _local(self, at_ns: int) -> datetime:
        return datetime.fromtimestamp(at_ns // _NS, self._tz)


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
