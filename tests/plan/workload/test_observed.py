from datetime import UTC, datetime

import numpy as np
import pytest

from freehold.plan.workload.observed import MOST_HOURS, Observer

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def observed(times, prompt=100.0, answer=10.0, cached=0.0, *, counts_cached=False):
    observer = Observer("test", cached=counts_cached)
    for row, at in enumerate(times, 1):
        observer.add(at, MONDAY if row == 1 else None, prompt, answer, cached, row)
    return observer.done()


def test_sums_and_hours():
    seen = observed([10.0, 11.0, 3620.0, 3621.0, 3622.0, 10_900.0], cached=25.0, counts_cached=True)
    assert seen.hourly.tolist() == [2, 3, 0, 1]
    assert (seen.requests, seen.prompt, seen.answer, seen.cached_share) == (6, 100, 10, 0.25)
    assert seen.seconds == pytest.approx(10_890 * 6 / 5)


def test_the_busiest_hour_is_kept_as_it_was():
    seen = observed([0.0, 10.0, 3650.0, 3700.0, 3800.0, 9000.0])
    assert seen.busiest.at.tolist() == [50.0, 100.0, 200.0]
    assert seen.busiest.seconds == 3600


def test_less_than_an_hour_is_all_there_is():
    seen = observed([5.0, 6.0, 8.0])
    assert seen.busiest.at.tolist() == [0.0, 1.0, 3.0]
    assert seen.busiest.seconds == pytest.approx(4.5)


def test_long_silences_are_told_with_their_row_the_longest_first():
    times = np.concatenate([np.arange(0, 1000, 10.0), np.arange(1500, 2000, 10.0), np.arange(2200, 3000, 10.0)])
    seen = observed(times)
    assert [(gap.row, gap.seconds) for gap in seen.gaps] == [(101, 510.0), (151, 210.0)]


def test_the_memory_of_gaps_is_small_and_keeps_the_longest():
    times = np.cumsum(np.concatenate([np.full(50, 70.0), [4000.0], np.full(50, 70.0)]))
    assert [gap.seconds for gap in observed(times).gaps] == [4000.0]


@pytest.mark.parametrize("times", [[], [1.0], [1.0, 1.0]])
def test_too_little_tells_nothing(times):
    with pytest.raises(ValueError, match="fewer than two"):
        observed(times)


def test_what_claims_to_last_for_ages_is_refused():
    with pytest.raises(ValueError, match="three years"):
        observed([0.0, MOST_HOURS * 3600.0])
