"""``freehold eval data``: a dataset from a file to its removal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import Terminal

ROWS = '{"question": "2+2?", "answer": 4}\n{"question": "Which city?", "answer": ["Oslo", "Bergen"]}\n'

pytestmark = pytest.mark.usefixtures("scripted")


def test_from_a_file_to_its_removal(terminal: Terminal, folder: Path) -> None:
    (folder / "work.jsonl").write_text(ROWS)
    ran = terminal("eval", "data", "add", "work.jsonl", "--name", "work", "--label", "internal", "--json")
    assert ran.code == 0, ran.err
    made = json.loads(ran.out)
    assert (made["name"], made["size"], made["label"], made["report"]) == (
        "work",
        2,
        "internal",
        ["2 rows read as jsonl"],
    )
    listed = terminal("eval", "data", "list").out.splitlines()
    assert [line.split("\t")[:4] for line in listed] == [
        ["id", "name", "size", "label"],
        [made["id"], "work", "2", "internal"],
    ]
    assert json.loads(terminal("eval", "data", "list", "--name", "other", "--json").out) == []
    shown = terminal("eval", "data", "show", "work", "--examples", "1")
    assert "0\t\t2+2?\t4" in shown.out.splitlines()
    assert "Which city?" not in shown.out
    assert "2 rows read as jsonl" in shown.err
    exported = terminal("eval", "data", "export", "work").out
    (folder / "again.jsonl").write_text(exported)
    again = terminal("eval", "data", "add", "again.jsonl", "--name", "again", "--json")
    assert json.loads(again.out)["id"] == made["id"]
    assert json.loads(again.out)["name"] == "again"
    gone = terminal("eval", "data", "remove", "work")
    assert (gone.code, gone.err) == (0, f"removed the name work; {made['id']} has another, and stays\n")
    gone = terminal("eval", "data", "remove", "again")
    assert (gone.code, gone.err) == (0, f"removed again ({made['id']})\n")
    assert terminal("eval", "data", "show", "work").code == 1


def test_a_dataset_is_split_anew(terminal: Terminal, folder: Path) -> None:
    (folder / "work.jsonl").write_text(ROWS)
    old = json.loads(terminal("eval", "data", "add", "work.jsonl", "--name", "work", "--json").out)
    ran = terminal("eval", "data", "split", "work", "--test-share", "0.5", "--json")
    assert ran.code == 0, ran.err
    made = json.loads(ran.out)
    assert (made["name"], made["size"], "" in made["splits"]) == ("work", 2, False)
    assert made["id"] != old["id"]
    named = terminal("eval", "data", "split", old["id"], "--test-share", "0.5", "--name", "halves", "--json")
    assert (json.loads(named.out)["id"], json.loads(named.out)["name"]) == (made["id"], "halves")
    unsaid = terminal("eval", "data", "split", "work")
    assert (unsaid.code, "say how to split it" in unsaid.err) == (2, True)
    assert terminal("eval", "data", "split", "wrok", "--test-share", "0.5").code == 1


def test_all_that_is_wrong_with_a_file_is_said(terminal: Terminal, folder: Path) -> None:
    (folder / "bad.csv").write_text("questoin\n" + "what?\n" * 25)
    ran = terminal("eval", "data", "add", "bad.csv", "--name", "bad")
    assert ran.code == 2
    assert "25 rows cannot be taken" in ran.err
    assert "line 21: it has no 'input', only 'questoin'; is 'questoin' meant as 'question'?" in ran.err
    assert ran.err.rstrip().endswith("and 5 more")


def test_a_file_that_is_not_there_is_said(terminal: Terminal, folder: Path) -> None:
    assert "there is no file nowhere.csv" in terminal("eval", "data", "add", "nowhere.csv", "--name", "a").err
    assert "is a folder" in terminal("eval", "data", "add", ".", "--name", "a").err


def test_a_ledger_without_opinions_makes_no_dataset(terminal: Terminal) -> None:
    assert terminal("chat", "Hello").code == 0
    ran = terminal("eval", "data", "from-ledger", "--name", "traffic", "--since", "1d", "--test-share", "0.5")
    assert ran.code == 2
    assert "there is no example to make a dataset of: 0 from the ledger" in ran.err
