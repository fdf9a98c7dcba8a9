"""Days and hours as local clocks have them, also on the days on which they are set."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from freehold.ledger.moments import DAY_NS, HOUR_NS, QUARTER_NS, Step, following, in_whole_hours, named, ns_of, starts

BERLIN = ZoneInfo("Europe/Berlin")


def ns(text: str) -> int:
    return ns_of(datetime.fromisoformat(text).replace(tzinfo=UTC), 0)


def test_a_moment_keeps_its_microseconds() -> None:
    assert ns_of(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC), 7) == 1_000_005_000
    assert ns_of(None, 7) == 7


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("UTC", "2026-03-29", 24),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("America/Santiago", "2026-09-06", 23),  # the clocks go forward at midnight
        ("Asia/Kathmandu", "2026-06-01", 24),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(zone: str, day: str, hours: float) -> None:
    tz = ZoneInfo(zone)
    noon = ns_of(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=tz), 0)
    start = starts("day", tz)(noon)
    end = following(start, "day", tz)
    assert (end - start) / HOUR_NS == hours
    assert named(start, "day", tz) == day
    assert starts("day", tz)(end - 1) == start
    assert starts("day", tz)(end) == end


@pytest.mark.parametrize("step", ["hour", "day"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"])
def test_steps_cover_a_year_without_a_gap(step: Step, zone: str) -> None:
    tz = ZoneInfo(zone)
    start = starts(step, tz)
    at = start(ns("2026-01-01"))
    for _ in range(24 * 366 if step == "hour" else 366):
        after = following(at, step, tz)
        assert 0 < after - at <= (25 * HOUR_NS if step == "day" else 2 * HOUR_NS)
        assert start(after) == after
        assert start(after - QUARTER_NS) == at
        at = after


def test_an_hour_that_comes_twice_has_two_names() -> None:
    first, second = ns("2026-10-25T00:30"), ns("2026-10-25T01:30")
    hour = starts("hour", BERLIN)
    assert named(hour(first), "hour", BERLIN) == "2026-10-25T02:00+02:00"
    assert named(hour(second), "hour", BERLIN) == "2026-10-25T02:00+01:00"


def test_zones_that_are_whole_hours_away() -> None:
    year = ns("2026-01-01"), ns("2027-01-01")
    assert in_whole_hours(*year, BERLIN)
    assert in_whole_hours(*year, UTC)
    for zone in ("Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"):
        assert not in_whole_hours(*year, ZoneInfo(zone))
    assert in_whole_hours(ns("2026-06-01"), ns("2026-06-01") + DAY_NS, ZoneInfo("Australia/Lord_Howe")) is False
