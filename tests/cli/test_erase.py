"""``freehold erase``: counted, asked, done; over a Freehold that runs and over one that does not."""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from support.commands import SCRIPTED, Terminal
from support.live import Live, freehold


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A Freehold that captures, found by its data directory."""
    place = tmp_path / "captures"
    place.mkdir()
    (place / "freehold.toml").write_text(SCRIPTED + "\n[ledger]\ncapture = true\n")
    with freehold(place) as live:
        monkeypatch.setenv("FREEHOLD_DATA_DIR", str(live.data))
        yield live


def post(live: Live, path: str, body: dict[str, Any], key: str) -> Any:
    request = urllib.request.Request(  # an address of this test's own
        f"{live.url}{path}", json.dumps(body).encode(), {"authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def ask(live: Live, *texts: str) -> None:
    """Questions of somebody who consents."""
    key = post(live, "/api/keys", {"name": "ann", "capture": True}, live.key)["key"]
    for text in texts:
        body = {"model": "home", "messages": [{"role": "user", "content": text}]}
        post(live, "/v1/chat/completions", body, key)


def test_it_is_counted_asked_and_done(live: Live, terminal: Terminal) -> None:
    ask(live, "Mrs Weber", "Mr Weber", "nobody")
    counted = terminal("erase", "--text", "weber", "--dry-run")
    assert (counted.code, counted.out) == (0, "would erase: the text of 2 requests\n")
    refused = terminal("erase", "--text", "weber")
    assert (refused.code, refused.out) == (2, "")
    assert "this would erase the text of 2 requests; say --yes" in refused.err
    done = terminal("erase", "--text", "weber", "--yes")
    assert (done.code, done.out) == (0, "erased: the text of 2 requests\n")
    assert terminal("erase", "--text", "weber", "--yes").out == "there is nothing to erase\n"
    assert json.loads(terminal("erase", "--key", "ann", "--yes", "--json").out)["requests"] == 1


def test_kept_stand_ins_are_counted_and_go_even_where_no_text_is_captured(live: Live, terminal: Terminal) -> None:
    with closing(sqlite3.connect(live.data / "freehold.db")) as database, database:
        database.execute("INSERT INTO pseudonyms VALUES (?, ?, ?)", (b"0" * 32, b"sealed", 2**62))
    done = terminal("erase", "--text", "weber", "--yes")
    kept = "the stand-ins kept of 1 conversation, whosever they are"
    assert (done.code, done.out) == (0, f"erased: the text of 0 requests, and {kept}\n")
    assert terminal("erase", "--text", "weber", "--yes").out == "there is nothing to erase\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say whose text is to be erased"),
        (("--text", "a"), "at least 3 characters"),
        (("--key", "nobody"), "there is no key 'nobody'"),
    ],
)
def test_what_says_too_little_is_told(
    terminal: Terminal, scripted: Path, arguments: tuple[str, ...], message: str
) -> None:
    assert terminal("chat", "Hello").code == 0
    ran = terminal("erase", *arguments)
    assert ran.code in {1, 2}
    assert message in ran.err


def test_where_there_is_no_data_none_is_made(terminal: Terminal, tmp_path: Path) -> None:
    ran = terminal("erase", "--request", "fh_0", "--data-dir", str(tmp_path / "new"))
    assert (ran.code, ran.out) == (1, "")
    assert not (tmp_path / "new").exists()
