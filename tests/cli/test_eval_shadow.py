"""``freehold eval shadow``."""

from __future__ import annotations

import pytest

from support.commands import Terminal


@pytest.mark.usefixtures("scripted")
def test_what_is_missing_is_said(terminal: Terminal) -> None:
    found = terminal("eval", "shadow", "auto")
    assert found.code == 2
    assert "--candidate and --scorer" in found.err
    wrong = terminal("eval", "shadow", "auto", "--candidate", "a", "--scorer", "exact", "--share", "lots")
    assert "'lots' is no share" in wrong.err


@pytest.mark.usefixtures("scripted")
def test_a_route_that_there_is_not_has_no_shadow(terminal: Terminal) -> None:
    begun = terminal("eval", "shadow", "nowhere", "--candidate", "echo", "--scorer", "exact")
    assert begun.code == 1
    assert "there is no route 'nowhere'" in begun.err
    assert "nothing shadows the route 'nowhere'" in terminal("eval", "shadow", "nowhere", "--end").err
