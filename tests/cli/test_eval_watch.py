"""``freehold eval watch``."""

from __future__ import annotations

import json

import pytest

from support.commands import Terminal


@pytest.mark.usefixtures("scripted")
def test_nothing_is_watched_yet(terminal: Terminal) -> None:
    terminal("keys", "list")
    assert terminal("eval", "watch").out.split() == ["what", "of", "stands", "because"]
    told = json.loads(terminal("eval", "watch", "--json").out)
    assert (told["promises"], told["share"], told["dropped"]) == ([], 0.05, 0)


@pytest.mark.usefixtures("scripted")
def test_an_unknown_target_cannot_be_asked(terminal: Terminal) -> None:
    found = terminal("eval", "watch", "--ask", "nobody")
    assert found.code == 1
    assert "there is no target 'nobody'" in found.err
