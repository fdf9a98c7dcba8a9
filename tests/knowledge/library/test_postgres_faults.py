"""What PostgreSQL's errors mean: the commonest, each with its mend, none with the data."""

from __future__ import annotations

import psycopg
import pytest

from freehold.knowledge.library.postgres_faults import explain, is_circumstance, is_too_much


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ('connection failed: FATAL:  password authentication failed for user "ada"', "user or the password"),
        ("fe_sendauth: no password supplied", "user or the password"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "ada"', "pg_hba.conf"),
        ('FATAL:  role "ada" does not exist', "CREATE ROLE"),
        ('FATAL:  database "x" does not exist', "createdb"),
        ("FATAL:  sorry, too many clients already", "max_connections"),
        ("FATAL:  the database system is starting up", "try again in a moment"),
        ("failed to resolve host 'db': Name or service not known", "host is not known"),
        ("server does not support SSL, but SSL was required", "sslmode"),
        ("connection refused", "is its server running"),
        ("", "is its server running"),
    ],
)
def test_a_connection_that_did_not_come_about(said: str, mend: str) -> None:
    assert mend in explain(psycopg.OperationalError(said))


@pytest.mark.parametrize(
    ("error", "mend"),
    [
        (psycopg.errors.DiskFull, "free some space"),
        (psycopg.errors.ReadOnlySqlTransaction, "primary"),
        (psycopg.errors.QueryCanceled, "took too long"),
        (psycopg.errors.InsufficientPrivilege, "grant"),
        (psycopg.errors.UndefinedTable, "restore a backup"),
    ],
)
def test_a_statement_that_failed_for_its_circumstances(error: type[psycopg.Error], mend: str) -> None:
    fault = error("a statement that quotes hunter2")
    assert is_circumstance(fault)
    assert mend in explain(fault)
    assert "hunter2" not in explain(fault)


def test_what_is_too_large_for_an_index_will_be_so_the_next_time_too() -> None:
    fault = psycopg.errors.ProgramLimitExceeded("index row size 3000 exceeds maximum 2712")
    assert is_too_much(fault)
    assert not is_circumstance(fault)
    assert not is_too_much(psycopg.errors.DiskFull())
    assert not is_too_much(psycopg.OperationalError("connection refused"))


def test_a_mistake_of_ours_is_none_of_the_circumstances() -> None:
    fault = psycopg.errors.UndefinedColumn("column hunter2")
    assert not is_circumstance(fault)
    assert explain(fault) == "it answered UndefinedColumn (42703); see its log"
