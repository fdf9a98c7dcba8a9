from datetime import UTC, datetime

import pytest

from freehold.ledger.workload import Asked, Cascaded
from freehold.plan.workload.history import history, wilson


class Past:
    """A ledger of rows at hand."""

    def __init__(self, rows, judged=0, kept=0):
        self.rows, self.kept = rows, Cascaded(judged, kept)

    def newest(self):
        return datetime.fromtimestamp(self.rows[-1].started_ns / 1e9, UTC) if self.rows else None

    def asked(self, span):
        since = span.since.timestamp() * 1e9 if span.since else 0
        yield from (row for row in self.rows if row.started_ns >= since)

    def cascaded(self, span):
        return self.kept


def test_what_was_asked_is_summed_up():
    start = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp() * 1e9)
    found = history(Past([Asked(start + n * 10**9, 100, 0, 150) for n in range(10)], 100, 60))
    assert found.observed.requests == 10
    assert (found.observed.answer, found.observed.cached_share) == (1, 1)
    assert found.observed.first.hour == 9
    assert found.kept_home.value == 0.6


def test_of_a_long_past_the_last_four_weeks_count():
    day = 86_400 * 10**9
    found = history(Past([Asked(1_700_000_000 * 10**9 + n * day, 100, 5, 0) for n in range(400)]))
    assert found.observed.requests == 29


def test_an_empty_ledger_tells_nothing():
    with pytest.raises(ValueError, match="fewer than two"):
        history(Past([]))


def test_without_a_cascade_no_share_is_known():
    assert history(Past([Asked(n * 10**9, 5, 5, 0) for n in range(3)])).kept_home is None


@pytest.mark.parametrize(("kept", "of"), [(0, 5), (5, 5), (3, 10), (600, 1000)])
def test_a_share_has_an_interval_within_nothing_and_all(kept, of):
    share = wilson(kept, of)
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low < share.high


def test_wilsons_interval_is_as_published():
    # Brown, Cai and DasGupta 2001, with z = 1.2816: 10 of 20.
    share = wilson(10, 20)
    assert (round(share.low, 3), round(share.high, 3)) == (0.362, 0.638)
