"""``freehold keys``, with a Freehold running and without."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from freehold.stores.instance import InstanceLock, write_endpoint
from support.commands import Terminal
from support.live import Live


@pytest.fixture(params=["offline", "running"])
def keys(request: pytest.FixtureRequest, terminal: Terminal) -> Terminal:
    """A terminal at which keys can be made, both ways there are."""
    if request.param == "running":
        request.getfixturevalue("found")
    return terminal


def make(terminal: Terminal, *options: str) -> dict[str, object]:
    made: dict[str, object] = json.loads(terminal("keys", "create", *options, "--json").out)
    return made


def test_a_key_is_made_and_listed_without_its_secret(keys: Terminal) -> None:
    options = ("--label", "confidential", "--models", "auto, home", "--groups", "a,b", "--team", "red", "--days", "3")
    options = (*options, "--collections", "handbook, contracts")
    made = make(keys, "--name", "ada", *options, "--may-declare", "--capture")
    assert str(made["key"]).startswith("fh-")
    row = next(row for row in json.loads(keys("keys", "list", "--json").out) if row["id"] == made["id"])
    assert "key" not in row
    assert (row["name"], row["label"], row["models"], row["groups"]) == (
        "ada",
        "confidential",
        ["auto", "home"],
        ["a", "b"],
    )
    assert (row["team"], row["may_declare"], row["capture"], row["admin"]) == ("red", True, True, False)
    assert row["collections"] == ["handbook", "contracts"]
    assert row["expires"] is not None
    listed = keys("keys", "list").out
    assert str(made["key"]) not in listed
    shown = ("ada", "confidential", "auto, home", "red", "a, b", "handbook, contracts", "user, may_declare, capture")
    assert "\t".join([str(made["id"]), str(made["prefix"]), *shown]) in listed


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_a_key_has_the_role_that_is_asked_for(keys: Terminal, role: str) -> None:
    made = make(keys, "--name", "ada", "--role", role)
    assert made["role"] == role
    assert f"\t{role}\t" in next(line for line in keys("keys", "list").out.splitlines() if str(made["id"]) in line)


def test_a_role_that_is_none_is_refused(keys: Terminal) -> None:
    ran = keys("keys", "create", "--name", "ada", "--role", "root")
    assert ran.code == 2
    assert "operator" in ran.err


def test_the_secret_is_all_that_goes_to_stdout(keys: Terminal) -> None:
    ran = keys("keys", "create", "--name", "bob")
    assert ran.code == 0
    assert ran.out.startswith("fh-")
    assert ran.out.count("\n") == 1
    assert "bob" in ran.err
    assert ran.out.strip() not in ran.err


def test_rotate_and_revoke(keys: Terminal) -> None:
    made = make(keys, "--name", "carol/1")
    renewed = json.loads(keys("keys", "rotate", "carol/1", "--json").out)
    assert renewed["id"] == made["id"]
    assert renewed["key"] != made["key"]
    assert keys("keys", "revoke", str(made["id"])).out == f"revoked: carol/1 ({made['id']})\n"
    ran = keys("keys", "rotate", str(made["id"]))
    assert ran.code == 1
    assert "is revoked" in ran.err


def test_a_key_that_is_not_there(keys: Terminal) -> None:
    for verb in ("rotate", "revoke"):
        ran = keys("keys", verb, "nobody")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == "freehold: there is no key 'nobody'\n"


def test_a_key_is_made_with_limits_and_limited_anew(keys: Terminal) -> None:
    limits = ("--budget", "0.10/day", "--rpm", "60", "--tpm", "9000", "--parallel", "3")
    made = make(keys, "--name", "ada", *limits)
    listed = keys("keys", "list").out
    assert "0.1/day (0.1 left), 60 rpm, 9000 tpm, 3 parallel" in listed
    ran = keys("keys", "limit", str(made["id"]), "--budget", "25/week", "--warn-at", "0.8", "--rpm", "0", "--json")
    row = json.loads(ran.out)
    assert row["id"] == made["id"]
    assert [(each["amount"], each["period"], each["warn_at"]) for each in row["limits"]["budgets"]] == [
        ("0.1", "day", None),
        ("25", "week", 0.8),
    ]
    assert (row["limits"]["rpm"], row["limits"]["tpm"], row["limits"]["parallel"]) == (None, 9000, 3)


def test_a_key_whose_limit_cannot_be_set_is_not_made(keys: Terminal) -> None:
    ran = keys("keys", "create", "--name", "eve", "--budget", "1/fortnight")
    assert (ran.code, ran.out) == (2, "")
    assert "as in 0.10/day, 25/week or 300/month" in ran.err
    assert "eve" not in keys("keys", "list").out


def test_no_limit_is_no_wish(keys: Terminal) -> None:
    made = make(keys, "--name", "ada")
    assert keys("keys", "limit", str(made["id"])).code == 2


@pytest.mark.parametrize(
    "wrong", [("--name", " "), ("--name", "x", "--days", "0"), ("--name", "x", "--label", "top"), ("--name",)]
)
def test_wrong_options(keys: Terminal, wrong: tuple[str, ...]) -> None:
    assert keys("keys", "create", *wrong).code == 2


def test_keys_made_offline_are_kept_as_hashes(terminal: Terminal, own_data: Path) -> None:
    secret = str(make(terminal, "--name", "ada")["key"])
    rows = sqlite3.connect(own_data / "freehold.db").execute("SELECT * FROM keys").fetchall()
    assert len(rows) == 1
    assert secret not in repr(rows)


def test_a_data_directory_in_use_is_left_alone(terminal: Terminal, own_data: Path) -> None:
    """Held, but nobody answers there yet: another command, or a start under way."""
    with InstanceLock.acquire(own_data):
        ran = terminal("keys", "list")
    assert ran.code == 1
    assert "in use by process" in ran.err


def test_an_endpoint_that_does_not_answer_is_said(terminal: Terminal, own_data: Path) -> None:
    with InstanceLock.acquire(own_data):
        write_endpoint(own_data, "http://127.0.0.1:9", "token")
        ran = terminal("keys", "list")
    assert ran.code == 1
    assert "cannot reach Freehold at http://127.0.0.1:9" in ran.err


def test_a_key_without_the_right_is_told_so(terminal: Terminal, running: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_URL", running.url)
    monkeypatch.setenv("FREEHOLD_KEY", running.key)
    secret = str(make(terminal, "--name", "plain")["key"])
    monkeypatch.setenv("FREEHOLD_KEY", secret)
    ran = terminal("keys", "list")
    assert (ran.code, ran.err) == (1, "freehold: this needs the role viewer, and this key's is user\n")


@pytest.mark.parametrize("groups", ["", "hr,", "a b"])
def test_a_group_that_came_out_empty_or_is_none_is_refused(terminal: Terminal, own_data: Path, groups: str) -> None:
    ran = terminal("keys", "create", "--name", "ada", "--groups", groups)
    assert (ran.code, ran.out) == (2, "")
    assert "group" in ran.err
    assert not own_data.exists()


def test_a_warning_without_its_budget_is_used_wrongly(terminal: Terminal) -> None:
    ran = terminal("keys", "limit", "anybody", "--rpm", "5", "--warn-at", "0.8")
    assert (ran.code, ran.out) == (2, "")
    assert "--warn-at is of a budget" in ran.err
