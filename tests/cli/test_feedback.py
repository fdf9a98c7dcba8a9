"""``freehold feedback export``: a line an example, and a remark about those without text."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from freehold.ledger.transaction import transaction
from freehold.stores.sqlite import open_store
from support.commands import Terminal


@pytest.mark.usefixtures("scripted")
def test_nothing_said_is_nothing_exported(terminal: Terminal) -> None:
    assert terminal("chat", "Hello").code == 0
    ran = terminal("feedback", "export")
    assert (ran.code, ran.out, ran.err) == (0, "", "0 examples\n")
    assert terminal("feedback", "export", "--format", "csv").code == 2


@pytest.mark.usefixtures("scripted")
def test_what_was_said_is_a_line_each(terminal: Terminal) -> None:
    assert terminal("chat", "Hello").code == 0
    [asked] = json.loads(terminal("usage", "--requests", "--json").out)
    connection = open_store(Path(os.environ["FREEHOLD_DATA_DIR"])).connect()
    with transaction(connection):
        connection.execute(
            "INSERT INTO feedback (id, exchange_id, key_id, at_ns, thumb) VALUES ('fb_1', ?, 'local', 5, 1)",
            (asked["id"],),
        )
    connection.close()
    ran = terminal("feedback", "export")
    [line] = map(json.loads, ran.out.splitlines())
    assert (line["request"], line["thumb"], line["consent"], line["input"]) == (asked["id"], 1, False, None)
    assert ran.err == "1 example, 1 of them without text, since it is not kept\n"
    assert terminal("feedback", "export", "--since", "1h").out == ""
