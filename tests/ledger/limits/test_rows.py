"""Limits as rows: written again they are the same, and nothing is left of a budget that was removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.core.limits import Budget, Rate
from freehold.core.money import Nanodollars
from freehold.ledger.limits import rows
from freehold.ledger.limits.periods import Span
from freehold.stores.sqlite import SqliteStore

DAY = Span(1000, 2000)
BUDGET = Budget(id="budget_1", scope="key", subject="key_a", amount=Nanodollars(50), period="day", warn_at=0.5)


@pytest.fixture
def connection(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    with closing(store.connect()) as made:
        yield made


def counted(connection: sqlite3.Connection, table: str) -> int:
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_budget_is_read_as_it_was_saved_and_saved_anew_in_place(connection: sqlite3.Connection) -> None:
    rows.save_budget(connection, BUDGET, now_ns=1)
    dearer = Budget(
        id="budget_1", scope="key", subject="key_a", amount=Nanodollars(99), period="day", when_spent="owned"
    )
    assert rows.read_budgets(connection) == [BUDGET]
    rows.save_budget(connection, dearer, now_ns=2)
    assert rows.read_budgets(connection) == [dearer]


def test_one_thing_has_one_budget_a_period(connection: sqlite3.Connection) -> None:
    rows.save_budget(connection, BUDGET, now_ns=1)
    twin = Budget(id="budget_2", scope="key", subject="key_a", amount=Nanodollars(1), period="day")
    with pytest.raises(sqlite3.IntegrityError):
        rows.save_budget(connection, twin, now_ns=2)


def test_a_rate_is_read_as_it_was_saved_and_removed(connection: sqlite3.Connection) -> None:
    rate = Rate(scope="team", subject="t", requests=3)
    rows.save_rate(connection, Rate(scope="team", subject="t", tokens=9, parallel=2))
    rows.save_rate(connection, rate)
    assert rows.read_rates(connection) == [rate]
    rows.remove_rate(connection, "team", "t")
    assert rows.read_rates(connection) == []


def test_what_is_written_twice_stands_once(connection: sqlite3.Connection) -> None:
    rows.save_budget(connection, BUDGET, now_ns=1)
    for _ in range(2):
        rows.renew_accounts(connection, [("budget_1", DAY.starts_ns, 20, True)])
        rows.write_holds(connection, [("fh_1", (("budget_1", DAY.starts_ns, 7),))])
    assert (counted(connection, "accounts"), counted(connection, "reservations")) == (1, 1)
    rows.write_holds(connection, [("fh_1", None), ("fh_2", None)])
    assert counted(connection, "reservations") == 0


def test_nothing_is_written_of_a_budget_that_is_gone(connection: sqlite3.Connection) -> None:
    rows.save_budget(connection, BUDGET, now_ns=1)
    rows.renew_accounts(connection, [("budget_1", DAY.starts_ns, 20, False)])
    rows.write_holds(connection, [("fh_1", (("budget_1", DAY.starts_ns, 7),))])
    rows.remove_budget(connection, "budget_1")
    rows.renew_accounts(connection, [("budget_1", DAY.starts_ns, 20, False)])
    rows.write_holds(connection, [("fh_1", (("budget_1", DAY.starts_ns, 7),))])
    assert [counted(connection, table) for table in ("budgets", "accounts", "reservations")] == [0, 0, 0]


def test_a_start_frees_what_is_held_and_counts_requests(connection: sqlite3.Connection) -> None:
    for number in (1, 2):
        rows.save_budget(
            connection,
            Budget(id=f"budget_{number}", scope="key", subject=f"{number}", amount=Nanodollars(1), period="day"),
            now_ns=number,
        )
    rows.write_holds(connection, [("fh_1", (("budget_1", 0, 7), ("budget_2", 0, 7))), ("fh_2", (("budget_1", 0, 1),))])
    assert rows.release_all(connection) == 2
    assert (counted(connection, "reservations"), rows.release_all(connection)) == (0, 0)


def test_an_account_is_read_by_its_row_and_else_by_the_attempts(store: SqliteStore) -> None:
    with closing(store.connect()) as connection:
        rows.save_budget(connection, BUDGET, now_ns=1)
        for name, started, cost in (("fh_1", 1000, 5), ("fh_2", 1999, 7), ("fh_3", 2000, 100)):
            connection.execute(
                "INSERT INTO exchanges (id, started_ns, key_id, key_name, alias, dialect, kind, stream, origin, ending)"
                " VALUES (?, ?, 'key_a', 'a', 'auto', 'openai', 'chat', 0, 'api', 'completed')",
                (name, started),
            )
            connection.execute(
                "INSERT INTO attempts (exchange_id, number, target, owned, started_ns, estimated, cost_nano, shown)"
                " VALUES (?, 1, 't', 0, ?, 0, ?, 1)",
                (name, started, cost),
            )
    assert rows.open_account(store.reader, BUDGET, DAY, ()) == (12, False, False)
    assert rows.open_account(store.reader, BUDGET, DAY, ("fh_2",)) == (5, False, False)
    with closing(store.connect()) as connection:
        rows.renew_accounts(connection, [("budget_1", DAY.starts_ns, 20, True)])
    assert rows.open_account(store.reader, BUDGET, DAY, ("fh_2",)) == (20, True, True)
