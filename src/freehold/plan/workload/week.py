"""How a week's requests spread over its 168 hours, from Monday 00:00."""

from __future__ import annotations

import re

import numpy as np

from freehold.plan.requests import Floats

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = 168
_CLOCK = re.compile(r"(\d{1,2})(?::00)?\s*-\s*(\d{1,2})(?::00)?")
_STEEPEST = 60.0
"""Of the exponent: then all of a day's requests come within an hour or two."""


def active(hours: str, days: str) -> Floats:
    """Which hours of the week are worked in: 1 or 0, shape (168,). Raises `ValueError` with what is wrong.

    `hours` is ``"08:00-18:00"``, over midnight too (its last hours then belong to the next day); `days` ``"mon-fri"``
    or ``"mon,wed"``.

    >>> int(active("08:00-18:00", "mon-fri").sum())
    50
    """
    clock = _CLOCK.fullmatch(hours.strip())
    if clock is None or int(clock[1]) > 23 or not 0 < int(clock[2]) <= 24:
        raise ValueError(f'{hours!r} are no hours of a day: write whole hours, as in "08:00-18:00"')
    first, last = int(clock[1]), int(clock[2])
    length = (last - first) % 24 or 24
    week = np.zeros(HOURS)
    for day in _days(days):
        week[(day * 24 + first + np.arange(length)) % HOURS] = 1.0
    return week


def spread_over(open_hours: Floats, peak: float) -> Floats:
    """The share of each hour of the week, shape (168,), when its busiest has `peak` times the mean of all 168.

    Each stretch of open hours rises to its middle and falls again, as a half wave to a power; the power is solved for,
    so that the busiest hour is as busy as asked. Raises `ValueError` for what no power gives.
    """
    least, most = peaks(open_hours)
    if not least * (1 - 1e-9) <= peak <= most * (1 + 1e-9):
        raise ValueError(
            f"open in {open_hours.sum():.0f} of 168 hours, the busiest hour has from {least:.2f} times the mean, "
            f"spread evenly, to {most:.0f} times, all in one hour of each day; not {peak:g}"
        )
    wave = _wave(open_hours)
    low, high = 0.0, _STEEPEST
    for _ in range(60):
        power = (low + high) / 2
        low, high = (power, high) if _peak(wave, power) < peak else (low, power)
    raised = _raised(wave, high)
    return np.asarray(raised / raised.sum(), float)


def peaks(open_hours: Floats) -> tuple[float, float]:
    """The least and the most that the busiest hour can have over the mean."""
    wave = _wave(open_hours)
    return HOURS / float(open_hours.sum()), _peak(wave, _STEEPEST)


def _days(text: str) -> list[int]:
    chosen: list[int] = []
    for part in text.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"{text!r} are no days: write mon-fri, or some of {', '.join(DAYS)}")
        start, end = DAYS.index(first), DAYS.index(last or first)
        chosen += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return sorted(set(chosen))


def _wave(open_hours: Floats) -> Floats:
    """Of each open hour, where it lies in its stretch: near 0 at the ends, 1 in the middle; 0 where closed.

    A week without a closed hour has seven stretches of a day each, from 02:00, when fewest people are awake.
    """
    closed = np.flatnonzero(open_hours == 0)
    wave = np.zeros(HOURS)
    if len(closed) == 0:
        place = (np.arange(HOURS) - 2) % 24
        return np.asarray(np.sin(np.pi * (place + 0.5) / 24), float)
    start = int(closed[0])
    turn = np.roll(open_hours, -start)
    edges = np.flatnonzero(np.diff(np.concatenate((turn, [0.0]))))
    for first, last in zip(edges[::2] + 1, edges[1::2] + 1, strict=True):
        length = last - first
        wave[(np.arange(first, last) + start) % HOURS] = np.sin(np.pi * (np.arange(length) + 0.5) / length)
    return wave


def _raised(wave: Floats, power: float) -> Floats:
    return np.where(wave > 0, np.power(wave, power, where=wave > 0, out=np.zeros(HOURS)), 0.0)


def _peak(wave: Floats, power: float) -> float:
    raised = _raised(wave, power)
    return float(raised.max() / raised.mean())
