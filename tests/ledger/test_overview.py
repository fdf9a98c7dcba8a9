"""One look at a span: its course has no gaps, and its parts add up."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from freehold.core.errors import BadRequest
from freehold.ledger.overview import OverviewReader
from freehold.ledger.scope import Only
from freehold.stores.sqlite import SqliteStore
from support.days import NOON, day, written

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def overviews(store: SqliteStore) -> OverviewReader:
    written(store, day())
    return OverviewReader(store.reader)


def test_hours_up_to_three_days_and_days_beyond(overviews: OverviewReader) -> None:
    hours = overviews.overview(NOON - timedelta(days=2), NOON + timedelta(days=1), BERLIN)
    assert (hours.step, len(hours.series)) == ("hour", 72)
    days = overviews.overview(NOON - timedelta(days=6), NOON + timedelta(days=1), BERLIN)
    assert (days.step, len(days.series)) == ("day", 8)
    for found in (hours, days):
        assert sum(stretch.row.requests for stretch in found.series) == found.totals.requests == 7
        assert found.before.requests == 0
        assert [row.group for row in found.targets] == ["home", "away"]


def test_what_came_before_is_as_long(overviews: OverviewReader) -> None:
    found = overviews.overview(NOON + timedelta(hours=1), NOON + timedelta(hours=3), BERLIN)
    assert (found.totals.requests, found.before.requests) == (0, 7)
    assert overviews.overview(NOON, NOON + timedelta(hours=1), BERLIN, Only(key="key_bob")).totals.requests == 2


def test_at_most_eight_stand_out(store: SqliteStore, overviews: OverviewReader) -> None:
    for number in range(10):
        exchanges = day()
        for exchange in exchanges:
            exchange.id += f"_{number}"
            exchange.request = type(exchange.request)(f"model-{number}", exchange.request.messages, "openai")  # type: ignore[union-attr,call-arg]  # a chat
        written(store, exchanges[:2] if number else exchanges)
    assert len(overviews.overview(NOON, NOON + timedelta(hours=1), BERLIN).models) == 8


@pytest.mark.parametrize("days", [0, -1, 1200])
def test_a_span_that_is_none_is_refused(overviews: OverviewReader, days: int) -> None:
    with pytest.raises(BadRequest) as refused:
        overviews.overview(NOON, NOON + timedelta(days=days), BERLIN)
    assert refused.value.param == "since"


def test_a_span_whose_ends_are_swapped_is_told_how_to_be_mended(overviews: OverviewReader) -> None:
    with pytest.raises(BadRequest, match="ends before it begins; the earlier day is From"):
        overviews.overview(NOON, NOON - timedelta(days=2), ZoneInfo("UTC"))
