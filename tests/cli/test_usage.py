"""``freehold usage``: figures, lists and stories, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from support.commands import Terminal


@pytest.fixture
def used(terminal: Terminal, scripted: Path) -> Terminal:
    """Two questions answered, one refused, one failed, in a ledger that nobody has open."""
    assert terminal("chat", "Hello").code == 0
    assert terminal("chat", "--label", "confidential", "Hello").code == 0
    assert terminal("chat", "--model", "away", "--label", "restricted", "Hello").code == 1
    assert terminal("chat", "--model", "fails", "Hello").code == 1
    return terminal


def test_a_row_a_group_with_figures(used: Terminal) -> None:
    names, *rows = [line.split("\t") for line in used("usage").out.splitlines()]
    assert names[:8] == ["model", "requests", "completed", "failed", "tokens in", "tokens out", "cost $", "saved $"]
    assert {row[0]: row[1:4] for row in rows} == {
        "auto": ["2", "2", "0"],
        "fails": ["1", "0", "1"],
        "away": ["1", "0", "0"],
    }
    assert {row[0]: row[-1] for row in rows} == {"auto": "-", "fails": "upstream_failed 1", "away": "label_forbidden 1"}
    assert next(row for row in rows if row[0] == "auto")[8] == "100 %"


@pytest.mark.parametrize("options", [(), ("--requests",), ("--request", "01a"), ("--csv",)])
def test_where_there_is_no_data_none_is_made(terminal: Terminal, tmp_path: Path, options: tuple[str, ...]) -> None:
    ran = terminal("usage", "--data-dir", str(tmp_path / "new"), *options)
    assert (ran.code, ran.out) == (1, "")
    assert f"there is no data in {tmp_path / 'new'}" in ran.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("label", {"internal", "confidential", "restricted"}),
        ("key", {"local command"}),
        ("target", {"home", "fails"}),
        ("route", {"auto", "fails", "(none)"}),
        ("team", {"(none)"}),
        ("error", {"upstream_failed", "label_forbidden"}),
    ],
)
def test_groups(used: Terminal, by: str, groups: set[str]) -> None:
    lines = used("usage", "--by", by).out.splitlines()
    assert lines[0].startswith(f"{by}\t")
    assert {line.split("\t")[0] for line in lines[1:]} >= groups - {"(none)"}


def test_spans(used: Terminal) -> None:
    assert len(used("usage", "--since", "1h").out.splitlines()) == 4
    ran = used("usage", "--until", "2020-01-01")
    assert len(ran.out.splitlines()) == 1
    assert ran.err == "Nothing was asked in that time.\n"
    assert used("usage", "--since", "last week").code == 2


def test_csv_has_every_figure_and_can_be_read_back(used: Terminal) -> None:
    rows = list(csv.DictReader(io.StringIO(used("usage", "--csv").out, newline="")))
    assert {row["model"]: row["refused"] for row in rows} == {"auto": "0", "fails": "0", "away": "1"}
    assert list(rows[0])[1:6] == ["id", "requests", "completed", "failed", "refused"]
    assert {row["model"]: row["errors"] for row in rows}["fails"] == "upstream_failed 1"
    assert used("usage", "--csv", "--until", "2020-01-01").out.startswith("model,id,requests,completed,failed,refused,")


def test_json_is_what_the_api_says(used: Terminal) -> None:
    rows = json.loads(used("usage", "--json").out)
    assert {row["group"]: row["requests"] for row in rows} == {"auto": 2, "fails": 1, "away": 1}


def test_hours_and_days_are_those_of_a_zone(used: Terminal) -> None:
    [hour] = json.loads(used("usage", "--by", "hour", "--tz", "Asia/Kathmandu", "--json").out)
    assert (hour["requests"], hour["group"][-9:]) == (4, ":00+05:45")
    [day] = used("usage", "--by", "day", "--tz", "Asia/Kathmandu").out.splitlines()[1:]
    assert day.startswith(hour["group"][:10])
    assert used("usage", "--tz", "Mars").code == 2


def test_one_key_s_usage(used: Terminal) -> None:
    assert used("keys", "create", "--name", "ann").code == 0
    assert used("usage", "--key", "ann").out.count("\n") == 1
    assert used("usage", "--key", "nobody").code == 1


def test_recent_requests_say_why(used: Terminal) -> None:
    names, *rows = [line.split("\t") for line in used("usage", "--requests").out.splitlines()]
    assert names[-1] == "why"
    assert [row[3] for row in rows] == ["fails", "away", "auto", "auto"]
    assert "may not flow to away" in rows[1][-1]
    assert len(used("usage", "--requests", "--limit", "1").out.splitlines()) == 2
    assert len(json.loads(used("usage", "--requests", "--json").out)) == 4


def test_a_caller_s_formula_does_not_reach_a_spreadsheet(used: Terminal) -> None:
    used("chat", "--model", "=1+1", "Hello")
    rows = list(csv.DictReader(io.StringIO(used("usage", "--requests", "--csv").out, newline="")))
    assert rows[0]["model"] == "'=1+1"


def test_the_story_of_a_request(used: Terminal) -> None:
    ids = [row["id"] for row in json.loads(used("usage", "--requests", "--json").out)]
    failed, refused, labelled, _ = [used("usage", "--request", each).out.splitlines() for each in ids]
    assert labelled[1:4] == [
        "asked: local command asked for auto (openai chat, streamed)",
        "label: confidential (internal from default, confidential from x-freehold-label)",
        labelled[3],
    ]
    assert labelled[3].startswith("might answer: home (policy revision ")
    assert labelled[4].startswith("refused: away (label): ")
    assert labelled[5].startswith("attempt 1: home (at home, first): ")
    assert labelled[5].endswith(", shown")
    assert any(line.startswith("ended: refused with status 403") for line in refused)
    assert any(line.startswith("attempt 1: fails (at home, first): failed (server)") for line in failed)
    assert labelled[-1] == "cost: $0"


def test_a_request_that_is_not_there(used: Terminal) -> None:
    ran = used("usage", "--request", "fh_0")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no request 'fh_0'" in ran.err


@pytest.mark.parametrize(
    "wrong", [("--csv", "--json"), ("--requests", "--request", "x"), ("--csv", "--request", "x"), ("--by", "x")]
)
def test_options_that_do_not_go_together(terminal: Terminal, wrong: tuple[str, ...]) -> None:
    assert terminal("usage", *wrong).code == 2
