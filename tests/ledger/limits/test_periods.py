"""Days, weeks and months in a time zone, summer time and leaps of the clock included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.limits import Period
from freehold.ledger.limits.periods import Calendar, zone_named

NS = 10**9
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Santiago", "Africa/Cairo", "Pacific/Apia")
moments = st.integers(
    int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2035, 1, 1, tzinfo=UTC).timestamp())
)


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * NS


@given(
    zone=st.sampled_from(ZONES), period=st.sampled_from(get_args(Period)), seconds=moments, extra=st.integers(0, NS - 1)
)
def test_every_moment_lies_in_one_period_and_the_next_begins_where_it_ends(zone, period, seconds, extra):
    calendar, at = Calendar(zone), seconds * NS + extra
    span = calendar.span(period, at)
    assert span.starts_ns <= at < span.ends_ns
    assert Calendar(zone).span(period, span.starts_ns) == span
    assert Calendar(zone).span(period, span.ends_ns).starts_ns == span.ends_ns
    assert Calendar(zone).span(period, span.starts_ns - 1).ends_ns == span.starts_ns


@given(zone=st.sampled_from(ZONES), seconds=moments)
def test_a_period_holds_the_days_that_its_name_says(zone, seconds):
    calendar = Calendar(zone)
    local = datetime.fromtimestamp(seconds, zone_named(zone))
    for period, same in (
        ("day", lambda at: at.date()),
        ("week", lambda at: at.isocalendar()[:2]),
        ("month", lambda at: (at.year, at.month)),
    ):
        span = calendar.span(period, seconds * NS)
        for inside in (span.starts_ns // NS, span.ends_ns // NS - 1):
            assert same(datetime.fromtimestamp(inside, zone_named(zone))) == same(local)


@pytest.mark.parametrize(
    ("at", "hours"), [("2026-03-29T12:00+02:00", 23), ("2026-10-25T12:00+01:00", 25), ("2026-06-01T12:00+02:00", 24)]
)
def test_days_on_which_the_clock_is_changed_are_shorter_or_longer(at: str, hours: int):
    span = Calendar("Europe/Berlin").span("day", ns(at))
    assert span.ends_ns - span.starts_ns == hours * 3600 * NS


def test_a_day_without_midnight_begins_at_the_leap():
    # In Chile the clock goes from 24:00 to 01:00.
    span = Calendar("America/Santiago").span("day", ns("2026-09-06T12:00-03:00"))
    assert datetime.fromtimestamp(span.starts_ns // NS, ZoneInfo("America/Santiago")).hour == 1
    assert span.ends_ns - span.starts_ns == 23 * 3600 * NS


def test_a_clock_that_is_set_back_finds_the_period_it_is_set_back_to():
    calendar = Calendar()
    today = ns("2026-11-22T00:00:01+00:00")
    later = calendar.span("day", today)
    earlier = calendar.span("day", today - 2 * NS)
    assert earlier.ends_ns == later.starts_ns
    assert calendar.span("day", today) == later


def test_a_week_begins_on_monday():
    span = Calendar("Europe/Berlin").span("week", ns("2026-11-22T23:59:59+01:00"))
    assert Calendar("Europe/Berlin").iso(span.starts_ns) == "2026-11-16T00:00:00+01:00"
    assert span.ends_ns == ns("2026-11-23T00:00:00+01:00")


def test_moments_in_words():
    calendar = Calendar("Europe/Berlin")
    assert calendar.words(ns("2026-11-23T00:00:00+01:00")) == "on Monday, 23 November 2026, at 00:00 (Europe/Berlin)"


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../etc/passwd", "", "/etc/localtime", "a" * 300, "Europe"])
def test_a_name_that_is_no_zone(name: str):
    with pytest.raises(ValueError, match="is not a time zone"):
        zone_named(name)


def test_utc_needs_no_database():
    assert zone_named("UTC") is UTC
    assert Calendar().span("day", 0).ends_ns == timedelta(days=1).total_seconds() * NS
