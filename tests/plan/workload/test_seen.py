from datetime import UTC, datetime

import numpy as np
import pytest

from freehold.plan.workload.observed import Observer
from freehold.plan.workload.seen import peak, volume, week

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def observed(days, first=MONDAY, at_noon=30):
    """Two requests in each hour, but at noon more."""
    observer = Observer("test", cached=False)
    for hour in range(24 * days):
        number = at_noon if (first.hour + hour) % 24 == 12 else 2
        for part in range(number):
            observer.add(hour * 3600 + part * 3600 / number, first, 100, 10, 0, 1)
    return observer.done()


@pytest.mark.parametrize("days", [2, 7, 15])
@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_hours_lie_where_the_clock_says(days, hour):
    shares = week(observed(days, MONDAY.replace(hour=hour)))
    assert shares.shape == (168,)
    assert shares.sum() == pytest.approx(1)
    assert set(np.flatnonzero(shares > 2 / 168)) == {12 + 24 * day for day in range(7)}


def test_a_week_knows_its_days_and_less_does_not():
    first = MONDAY.replace(day=7)
    assert first.weekday() == 5
    observer = Observer("test", cached=False)
    for hour in range(7 * 24 + 1):
        for part in range(1 if hour < 48 else 5):
            observer.add(hour * 3600 + part * 600, first, 100, 10, 0, 1)
    shares = week(observer.done())
    assert shares[5 * 24 :].sum() == pytest.approx(48 / (48 + 600), rel=0.01)


def test_the_peak_is_that_of_a_usual_week():
    mean = (23 * 2 + 30) / 24
    assert peak(observed(14)) == pytest.approx(30 / mean, rel=0.01)


def test_the_longer_it_was_seen_the_better_a_volume_is_known():
    widths = [volume(observed(days), 100.0) for days in (2, 8, 30)]
    assert widths[0].high > widths[1].high > widths[2].high > 100
    assert widths[0].low < widths[1].low < widths[2].low < 100
    assert "30.0 days" in widths[2].why


def test_of_less_than_a_day_no_more_is_sure_than_what_was_seen():
    observer = Observer("test", cached=False)
    for second in range(91):
        observer.add(float(second), MONDAY, 100, 10, 0, 1)
    found = volume(observer.done(), 86_400.0)
    assert (found.low, found.value, found.high) == (91.0, 86_400.0, 864_000.0)
    assert found.why == "as if all day were like the 91 seconds that were seen"
