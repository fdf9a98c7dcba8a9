"""What was used, by any property, from the rows and from the totals that are made of them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from freehold.core.record import End, Ending
from freehold.ledger.ended import Terms
from freehold.ledger.rollup import RollUp
from freehold.ledger.rows import settled_row
from freehold.ledger.scope import Only, Span
from freehold.ledger.statements import ENDED, SETTLE, write
from freehold.ledger.usage import By, UsageReader, UsageRow
from freehold.stores.sqlite import SqliteStore
from support.days import BASELINE, NOON, at, day, written
from support.exchanges import attempt, begun, ended


@pytest.fixture(params=["rows", "totals"])
def ledger(store: SqliteStore, request: pytest.FixtureRequest) -> UsageReader:
    written(store, day(), Terms(baseline=BASELINE))
    if request.param == "totals":
        chore = RollUp()
        with closing(store.connect()) as connection:
            while chore(connection):
                pass
    return UsageReader(store.reader)


def grouped(ledger: UsageReader, by: By) -> dict[str | None, UsageRow]:
    return {row.group: row for row in ledger.usage(by)}


def test_usage_counts_endings_tokens_and_money(ledger: UsageReader) -> None:
    auto = grouped(ledger, "model")["auto"]
    assert (auto.requests, auto.completed, auto.failed, auto.refused, auto.cancelled) == (6, 3, 1, 0, 1)
    assert (auto.input_tokens, auto.output_tokens, auto.cached_input_tokens) == (401, 81, 120)
    assert auto.cost == 10 + 10 + 5010 + 0 + 3
    assert (auto.home, auto.escalated) == (2, 1)
    assert auto.share_home == pytest.approx(2 / 3)


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_counts_once(store: SqliteStore, ending: Ending) -> None:
    exchange = begun()
    with closing(store.connect()) as connection:
        write(connection, SETTLE, [settled_row(exchange, End(ending, 200), None, captured=False)])
        write(connection, ENDED, [] if ending == Ending.OPEN else [(exchange.id,)])
    [row] = UsageReader(store.reader).usage("model")
    assert {name for name in map(str, Ending) if getattr(row, name)} == {str(ending)}


def test_savings_are_the_baseline_less_what_the_same_answers_cost(ledger: UsageReader) -> None:
    auto = grouped(ledger, "model")["auto"]
    assert auto.baseline == 3 * 100_000
    assert auto.saved == 300_000 - 5030


def test_without_a_baseline_nothing_is_said_of_savings(store: SqliteStore) -> None:
    written(store, day())
    row = grouped(UsageReader(store.reader), "model")["auto"]
    assert (row.baseline, row.saved) == (None, None)


def test_what_was_refused_costs_nothing_and_has_no_route(ledger: UsageReader) -> None:
    nothing = grouped(ledger, "model")[None]
    assert (nothing.requests, nothing.refused, nothing.cost, nothing.share_home) == (1, 1, 0, None)
    assert grouped(ledger, "route")[None].requests == 2
    assert grouped(ledger, "label")["internal"].requests == 5
    assert grouped(ledger, "team")["law"].requests == 5


def test_the_dearest_comes_first(ledger: UsageReader) -> None:
    assert [row.group for row in ledger.usage("key")] == ["bob", "ann"]


def test_by_target_counts_what_was_asked_of_it(ledger: UsageReader) -> None:
    targets = grouped(ledger, "target")
    home, away = targets["home"], targets["away"]
    assert (home.requests, home.completed, home.failed, home.cancelled) == (4, 2, 0, 1)
    assert (away.requests, away.completed, away.failed, away.escalated) == (2, 1, 2, 1)
    assert (home.cost, away.cost) == (33, 5000)
    assert (home.baseline, away.saved) == (200_000, 100_000 - 5000)
    assert (home.share_home, away.share_home) == (1.0, 0.0)


def test_a_day_begins_where_the_reader_lives(ledger: UsageReader, store: SqliteStore) -> None:
    # Clocks go forward in Berlin on this day: midnight of the next is 22:00 UTC, not 23:00.
    late = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
    early = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    written(store, [ended(begun(started_ns=at(moment)), attempt()) for moment in (late, early)])
    in_utc = [(row.group, row.requests) for row in ledger.usage("day")]
    in_berlin = [(row.group, row.requests) for row in ledger.usage("day", Span(tz=ZoneInfo("Europe/Berlin")))]
    assert in_utc == [("2026-03-28", 1), ("2026-03-29", 8)]
    assert in_berlin == [("2026-03-29", 8), ("2026-03-30", 1)]


def test_since_is_included_and_until_is_not(ledger: UsageReader) -> None:
    after = NOON + timedelta(seconds=1)
    assert ledger.usage("model", Span(since=after)) == []
    assert ledger.usage("model", Span(until=NOON)) == []
    assert sum(row.requests for row in ledger.usage("model", Span(NOON, after))) == 7


def test_an_empty_ledger_is_an_empty_list(store: SqliteStore) -> None:
    assert UsageReader(store.reader).usage("day") == []


def test_hours_are_named_with_their_distance_from_utc(ledger: UsageReader) -> None:
    [row] = ledger.usage("hour", Span(tz=ZoneInfo("Asia/Kathmandu")))
    assert (row.group, row.requests) == ("2026-03-29T17:00+05:45", 7)


def test_errors_are_told_by_kind(ledger: UsageReader) -> None:
    assert {row.group: row.requests for row in ledger.usage("error")} == {"failed": 1, "model_not_found": 1}
    assert grouped(ledger, "model")["auto"].errors == {"failed": 1}
    assert grouped(ledger, "target")["away"].errors == {"server": 2}


def test_a_key_goes_by_its_name_and_has_its_id(ledger: UsageReader) -> None:
    assert {(row.group, row.id) for row in ledger.usage("key")} == {("ann", "key_ann"), ("bob", "key_bob")}


@pytest.mark.parametrize(
    ("only", "requests"),
    [
        (Only(key="key_bob"), 2),
        (Only(key="bob"), 0),
        (Only(team="law"), 5),
        (Only(model="auto"), 6),
        (Only(model="nothing"), 0),
        (Only(label="internal", route="auto"), 5),
        (Only(key="key_bob", model="auto"), 2),
        (Only(route="' OR 1=1 --"), 0),
    ],
)
def test_usage_may_be_of_some_alone(ledger: UsageReader, only: Only, requests: int) -> None:
    for by in ("model", "key", "day", "route", "all"):
        assert sum(row.requests for row in ledger.usage(by, only=only)) == requests, by


def test_percentiles_are_good_to_a_hundredth(ledger: UsageReader) -> None:
    auto = grouped(ledger, "model")["auto"]
    assert auto.p50_ms == pytest.approx(100, rel=0.01)
    assert auto.p99_ms == pytest.approx(300, rel=0.01)
    assert auto.first_p50_ms == pytest.approx(10, rel=0.01)


def test_shares_of_nothing_are_not_known(ledger: UsageReader) -> None:
    row = grouped(ledger, "model")[None]
    assert (row.share_home, row.escalation_rate, row.cache_share) == (None, 0.0, None)
