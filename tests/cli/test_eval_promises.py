"""``freehold eval promises``."""

from __future__ import annotations

import pytest

from support.commands import Terminal


@pytest.mark.usefixtures("scripted")
def test_nothing_was_promised_yet_and_nothing_can_be_withdrawn(terminal: Terminal) -> None:
    found = terminal("eval", "promises", "withdraw", "pr_9")
    assert found.code == 1
    assert "there is no promise 'pr_9'" in found.err
    assert terminal("eval", "promises").out.split() == ["promise", "route", "state", "what"]
    assert terminal("eval", "promises", "--json").out.strip() == "[]"
