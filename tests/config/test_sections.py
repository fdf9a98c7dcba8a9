"""The plain tables: defaults, and what is out of range."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from freehold.config.sections import make_discover, make_knowledge, make_ledger, make_policy, make_server
from freehold.config.tree import Discover, Ledger, Policy
from freehold.core.label import Label
from freehold.tables.faults import Findings

HOME = {"HOME": "/home/ada"}


@pytest.fixture
def findings() -> Findings:
    return Findings()


def messages(findings: Findings) -> list[str]:
    return [fault.message for fault in findings.found]


@pytest.mark.parametrize(
    ("given", "env", "path"),
    [
        (None, {}, "/home/ada/.local/share/freehold"),
        (None, {"XDG_DATA_HOME": "/x"}, "/x/freehold"),
        (None, {"XDG_DATA_HOME": "~/x"}, "/home/ada/x/freehold"),
        ("~/mine", {"XDG_DATA_HOME": "/x"}, "/home/ada/mine"),
        ("/data", {}, "/data"),
    ],
)
def test_data_lie_where_the_file_says_or_where_the_desktop_keeps_them(
    findings: Findings, given: str | None, env: dict[str, str], path: str
) -> None:
    table = {"data_dir": given} if given else {}
    server = make_server({"server": table}, HOME | env, findings)
    assert server is not None
    assert server.data_dir == Path(path)


@pytest.mark.parametrize("name", ["port", "workers", "max_body_mb", "shutdown_seconds", "forecast_ms"])
@pytest.mark.parametrize("value", [-1, 10**6])
def test_a_number_out_of_its_range_is_told_with_the_range(findings: Findings, name: str, value: int) -> None:
    make_server({"server": {name: value}}, HOME, findings)
    (fault,) = findings.found
    assert fault.message.startswith(f"{name} is {value}")
    assert fault.mend.startswith("give a number from ")


@pytest.mark.parametrize("host", ["", "a b", "a\nb"])
def test_what_is_no_host_is_told(findings: Findings, host: str) -> None:
    make_server({"server": {"host": host}}, HOME, findings)
    assert messages(findings) == [f"{host!r} is not a host"]


@pytest.mark.parametrize("database", ["sqlite", "postgresql://ada:hunter2@db/x", "postgres:///x"])
def test_documents_may_be_kept_in_sqlite_or_in_postgresql(findings: Findings, database: str) -> None:
    server = make_server({"server": {"database": database}}, HOME, findings)
    assert findings.found == []
    assert server.database.reveal() == database
    assert "hunter2" not in repr(server)


@pytest.mark.parametrize("database", ["mysql://ada:hunter2@db", "hunter2", "", "SQLITE", "postgresql:ada:hunter2@db"])
def test_a_database_that_is_refused_is_never_repeated_for_it_may_hold_a_password(
    findings: Findings, database: str
) -> None:
    server = make_server({"server": {"database": database}}, HOME, findings)
    assert messages(findings) == ["documents are kept in SQLite or in PostgreSQL"]
    assert "hunter2" not in str(findings.found[0]) + repr(server)


def test_labels_use_declared_tags_alone(findings: Findings) -> None:
    policy = make_policy({"policy": {"tags": ["eu"], "default_label": "internal;eu"}}, findings)
    assert (policy.default_label, policy.tags) == (Label.parse("internal;eu"), frozenset({"eu"}))
    make_policy({"policy": {"tags": ["eu"], "documents_label": "internal;health"}}, findings)
    assert messages(findings) == ["the tag 'health' is not declared"]


def test_a_label_at_fault_leaves_the_default_standing(findings: Findings) -> None:
    assert make_policy({"policy": {"default_label": "secret"}}, findings).default_label == Policy().default_label
    assert len(findings.found) == 1


@pytest.mark.parametrize("explicit", [True, False])
def test_what_is_looked_for_depends_on_whether_the_file_names_targets(findings: Findings, explicit: bool) -> None:
    assert make_discover({}, findings, explicit=explicit) == Discover(not explicit, not explicit)
    said = {"discover": {"enabled": True, "keys": False}}
    assert make_discover(said, findings, explicit=explicit) == Discover(enabled=True, keys=False)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"retention_days": -1}, "retention_days is -1"),
        ({"retention_days": 36_501}, "retention_days is 36501"),
        ({"price_per_kwh": -1}, "price_per_kwh is -1"),
        ({"price_per_kwh": 1001}, "price_per_kwh is 1001"),
        ({"baseline": "hom"}, "the baseline 'hom' is no target"),
    ],
)
def test_what_the_ledger_cannot_do_is_told(findings: Findings, table: dict[str, Any], says: str) -> None:
    make_ledger({"ledger": table}, ["home"], findings)
    assert messages(findings) == [says]


def test_the_ledger_keeps_no_text_unless_it_is_told_to(findings: Findings) -> None:
    assert make_ledger({}, [], findings) == Ledger(capture=False, retention_days=30)
    made = make_ledger({"ledger": {"capture": True, "baseline": "home", "price_per_kwh": 0.31}}, ["home"], findings)
    assert made == Ledger(capture=True, retention_days=30, baseline="home", price_per_kwh=310_000_000)
    assert findings.found == []


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"passages": 0}, "passages is 0"),
        ({"passages": 51}, "passages is 51"),
        ({"max_file_mb": 5000}, "max_file_mb is 5000"),
        ({"embedding": "minilmm"}, "embedding names an unknown target 'minilmm'"),
        ({"rerank": "minilm"}, "rerank names an unknown target 'minilm'"),
        ({"rewrite": "nobody"}, "rewrite names an unknown target 'nobody'"),
    ],
)
def test_what_documents_cannot_be_kept_with_is_told(findings: Findings, table: dict[str, Any], says: str) -> None:
    make_knowledge({"knowledge": table}, {"a/embeds"}, {"auto"}, findings)
    assert messages(findings) == [says]


def test_documents_may_use_targets_and_routes_by_name(findings: Findings) -> None:
    table = {"embedding": "a/embeds", "rerank": "a/embeds", "rewrite": "auto"}
    made = make_knowledge({"knowledge": table}, {"a/embeds"}, {"auto"}, findings)
    assert (made.embedding, made.rerank, made.rewrite, findings.found) == ("a/embeds", "a/embeds", "auto", [])


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (None, None),
        ("https://ai.example.org", "https://ai.example.org"),
        ("https://AI.Example.org/", "https://ai.example.org"),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_where_people_reach_the_page_is_an_origin(findings: Findings, given: str | None, made: str | None) -> None:
    table = {} if given is None else {"public_url": given}
    assert make_server({"server": table}, HOME, findings).public_url == made
    assert findings.found == []


@pytest.mark.parametrize(
    "given",
    ["ai.example.org", "ftp://ai.example.org", "https://a.org/path", "https://u:p@a.org", "https://", "", "null"],
)
def test_what_is_no_origin_is_told(findings: Findings, given: str) -> None:
    make_server({"server": {"public_url": given}}, HOME, findings)
    assert messages(findings) == [f"{given!r} is not where a site is reached"]
