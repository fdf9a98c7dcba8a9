"""Times as traces write them: ISO 8601, or seconds, milliseconds, microseconds or nanoseconds of the epoch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

Parse = Callable[[str], float]

_UNITS = (("nanoseconds", 1e17, 1e9), ("microseconds", 1e14, 1e6), ("milliseconds", 1e11, 1e3), ("seconds", 1e8, 1.0))
"""Above such a number it is a time of the epoch in that unit: all of them are dates from 1973 on."""


class Clock(msgspec.Struct, frozen=True):
    """How a column of times is read."""

    parse: Parse
    """Seconds; raises `ValueError` for what is no such time."""
    first: datetime
    """The first time, as it is written: its own hour of its own day."""
    said: str
    """How the times are read, in words."""


def clock(first: str, column: str) -> Clock:
    """How to read a column, told from its first time and its name; raises `ValueError` for what is no time.

    Numbers too small to be of the epoch are seconds from some beginning, or milliseconds where the column's name ends
    so; then nobody knows the hour of the day, and midnight on a Monday stands for it.
    """
    text = first.strip()
    try:
        number = float(text)
    except ValueError:
        return _iso(text)
    for unit, above, a_second in _UNITS:
        if number > above:
            began = datetime.fromtimestamp(number / a_second, UTC)
            return Clock(_divided(a_second), began, f"{unit} of the epoch, UTC")
    milli = column.lower().endswith("ms")
    unit = "milliseconds" if milli else "seconds"
    return Clock(_divided(1e3 if milli else 1.0), datetime(1970, 1, 5, tzinfo=UTC), f"{unit} from some beginning")


def _iso(text: str) -> Clock:
    first = datetime.fromisoformat(text)
    aware = first.tzinfo is not None

    def parse(text: str) -> float:
        read = datetime.fromisoformat(text.strip())
        if (read.tzinfo is not None) != aware:
            raise ValueError("a time with a zone among times without" if aware is False else "a time without a zone")
        return (read if aware else read.replace(tzinfo=UTC)).timestamp()

    return Clock(parse, first, "ISO 8601")


def _divided(a_second: float) -> Parse:
    return lambda text: float(text) / a_second


def span(seconds: float) -> str:
    """A length of time in words.

    >>> span(45), span(150), span(86_400)
    ('45 seconds', '2.5 minutes', '24.0 hours')
    """
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.3g} seconds"
