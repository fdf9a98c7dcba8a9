"""Stand-ins for dates: another day, month and year, written the same way."""

from __future__ import annotations

import datetime
import re

import msgspec

from freehold.guards.pseudonyms.conversation import Draw

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

_NUMERIC = re.compile(r"(?P<a>\d{1,4})(?P<s>[-./ ])(?P<b>\d{1,2})(?P=s)(?P<c>\d{1,4})")
_NAMED = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\.?,? (?:of )?(?P<m1>[A-Za-z]{3,9})\.?|"
    r"(?P<m2>[A-Za-z]{3,9})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?),? (?P<y>\d{4})"
)


class _Read(msgspec.Struct, frozen=True):
    """A date as it was read: the numbers, and where in the text day, month and year stand."""

    year: int
    month: int
    day: int
    places: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
    sure: bool = True
    """Whether day and month cannot be the other way about."""


def moved(text: str, draw: Draw) -> str | None:
    """Another date, one to two years earlier or later; `None` for what is not read as a date."""
    read = _read(text)
    if read is None:
        return None
    year = read.year + draw.of((-2, -1, 1, 2))
    # A day that can be no month stays one, and one that can be a month too, so that both are read as they were.
    day = 13 + draw.below(16) if read.day > 12 else 1 + draw.below(12)
    month = 1 + draw.below(12)
    return _rewritten(text, read, (year, month, day))


def like(text: str, date: str) -> str:
    """Another date, given as ``1961-03-14``, written as the one in this text."""
    read, other = _read(text), _read(date)
    return date if read is None or other is None else _rewritten(text, read, (other.year, other.month, other.day))


def forms(text: str) -> list[str]:
    """The ways in which a model may write a date in place of this one, the same ones in order for every date."""
    read = _read(text)
    if read is None or not read.sure:
        return []
    try:
        date = datetime.date(read.year, read.month, read.day)
    except ValueError:
        return []
    month, year = MONTHS[date.month - 1].capitalize(), f"{date.year:04}"
    nth = f"{date.day}{_ending(date.day)}"
    return [
        f"{year}-{date.month:02}-{date.day:02}",
        f"{date.day} {month} {year}",
        f"{month} {date.day}, {year}",
        f"{date.day} {month[:3]} {year}",
        f"{month[:3]} {date.day}, {year}",
        f"{date.day:02} {month} {year}",
        f"{month} {date.day:02}, {year}",
        f"{nth} {month} {year}",
        f"{nth} of {month} {year}",
        f"{month} {nth}, {year}",
        f"{date.day:02}.{date.month:02}.{year}",
        f"{date.month:02}/{date.day:02}/{year}",
        f"{date.day}.{date.month}.{year}",
        f"{date.day}/{date.month}/{year}",
        f"{date.month}/{date.day}/{year}",
    ]


def _ending(day: int) -> str:
    """What makes an ordinal of a number up to 31."""
    return "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _read(text: str) -> _Read | None:
    if found := _NUMERIC.search(text):
        return _numeric(found)
    found = _NAMED.search(text)
    if not found:
        return None
    which = "1" if found["d1"] else "2"
    name = found[f"m{which}"].lower()
    month = next((number for number, full in enumerate(MONTHS, 1) if full.startswith(name)), 0)
    if not month:
        return None
    places = (found.span("y"), found.span(f"m{which}"), found.span(f"d{which}"))
    return _Read(int(found["y"]), month, int(found[f"d{which}"]), places)


def _numeric(found: re.Match[str]) -> _Read | None:
    first, second, third = (int(found[name]) for name in "abc")
    spans = found.span("a"), found.span("b"), found.span("c")
    if len(found["a"]) == 4:
        return _Read(first, second, third, spans) if second <= 12 and third <= 31 else None
    if len(found["c"]) not in {2, 4} or not (0 < first <= 31 and 0 < second <= 31):
        return None
    if second > 12:
        return _Read(third, first, second, (spans[2], spans[0], spans[1])) if first <= 12 else None
    return _Read(third, second, first, (spans[2], spans[1], spans[0]), sure=first > 12 and len(found["c"]) == 4)


def _rewritten(text: str, read: _Read, numbers: tuple[int, int, int]) -> str:
    changes = sorted(zip(read.places, numbers, range(3), strict=True), reverse=True)
    for (start, end), number, which in changes:
        old = text[start:end]
        if old.isdecimal():
            new = str(number % 10 ** len(old) if which == 0 else number).rjust(len(old), "0")
        else:
            name = MONTHS[number - 1]
            name = name[:3] if len(old) == 3 and old.lower() != "may" else name
            new = name.upper() if old.isupper() else name.capitalize() if old[0].isupper() else name
        text = text[:start] + new + text[end:]
    return text
