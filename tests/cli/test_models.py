"""``freehold models list`` and ``show``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import Terminal
from support.live import Live


def test_routes_come_first_then_targets(terminal: Terminal, scripted: Path, own_data: Path) -> None:
    names, *rows = [line.split("\t") for line in terminal("models", "list").out.splitlines()]
    assert names == ["name", "kind", "answers with", "owned", "clearance", "price", "state"]
    assert rows[0][:3] == ["auto", "fallback", "home, away"]
    assert rows[1][:5] == ["home", "scripted", "say:Four score and seven", "yes", "restricted"]
    assert rows[2][3:5] == ["no", "public"]
    assert not own_data.exists()


def test_a_running_freehold_lists_its_own(terminal: Terminal, found: Live) -> None:
    rows = json.loads(terminal("models", "list", "--json").out)
    assert [row["name"] for row in rows] == ["auto", "home", "away", "breaks", "fails"]
    assert {row["kind"] for row in rows} == {"route", "target"}


def test_a_plain_key_sees_what_it_may_ask_for(terminal: Terminal, found: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    key = json.loads(terminal("keys", "create", "--name", "narrow", "--models", "home", "--json").out)["key"]
    monkeypatch.setenv("FREEHOLD_URL", found.url)
    monkeypatch.setenv("FREEHOLD_KEY", key)
    assert [line.split("\t")[0] for line in terminal("models", "list").out.splitlines()] == ["name", "home"]


def test_the_reader_shows_its_card(terminal: Terminal) -> None:
    ran = terminal("models", "show", "freehold/extractive-reader")
    assert ran.code == 0
    assert "owned\tyes\n" in ran.out
    assert "answers by quotation" in ran.out
    assert (
        "answers by quotation"
        in json.loads(terminal("models", "show", "freehold/extractive-reader", "--json").out)["card"]
    )


def test_a_route_shows_its_targets(terminal: Terminal, scripted: Path) -> None:
    assert terminal("models", "show", "auto").out == ("name\tauto\nkind\troute\nflow\tfallback\ntargets\thome, away\n")


def test_a_model_that_is_not_there(terminal: Terminal, scripted: Path) -> None:
    ran = terminal("models", "show", "nope")
    assert (ran.code, ran.out) == (1, "")
    assert "'nope' does not exist" in ran.err


def test_a_model_of_ours_says_how_it_stands(terminal: Terminal, folder: Path) -> None:
    block = '[[target]]\nname = "local/x"\nengine = "llamacpp"\nmodel = "hf:acme/Gone-GGUF"\n'
    (folder / "freehold.toml").write_text(block)
    assert "stopped: it has not been started" in terminal("models", "list").out
