"""``freehold eval arena``: ranks with what is undecided, and what to do where there are no votes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from freehold.evaluate.arena.store import VoteStore
from freehold.stores.sqlite import open_store
from support.commands import Terminal
from support.voting import tally

WINS = {("home", "away"): 12, ("away", "home"): 9, ("x", "y"): 3}


@pytest.fixture
def voted(terminal: Terminal, scripted: Path) -> Terminal:
    """A terminal over a Freehold with two groups of votes."""
    assert terminal("chat", "Hello").code == 0
    database = open_store(Path(os.environ["FREEHOLD_DATA_DIR"]))
    store = VoteStore(database.connect, database.reader)
    for vote in tally(WINS):
        store.put(vote)
    return terminal


def test_ranks_are_told_with_what_is_undecided(voted: Terminal) -> None:
    ran = voted("eval", "arena")
    assert ran.code == 0
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert rows[0][:3] == ["rank", "subject", "rating"]
    assert rows[1][:2] == ["1 to 2", "home"]
    assert "home before away: undecided, about" in ran.err
    assert "without 3 of 21, home would not be before away" in ran.err
    assert "no rank goes across them" in ran.err


def test_json_holds_all_of_it(voted: Terminal) -> None:
    found = json.loads(voted("eval", "arena", "--json").out)
    assert (found["votes"], len(found["groups"])) == (24, 2)


@pytest.mark.usefixtures("scripted")
def test_without_votes_it_is_said_how_to_vote(terminal: Terminal) -> None:
    assert terminal("chat", "Hello").code == 0
    ran = terminal("eval", "arena")
    assert (ran.code, ran.out) == (0, "")
    assert "side by side in the page's playground" in ran.err
