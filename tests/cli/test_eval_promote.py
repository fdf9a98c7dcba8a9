"""``freehold eval promote``."""

from __future__ import annotations

import pytest

from support.commands import Terminal


@pytest.mark.usefixtures("scripted")
def test_it_is_said_what_there_is_not(terminal: Terminal) -> None:
    found = terminal("eval", "promote", "nowhere", "echo", "--canary", "10%")
    assert found.code == 1
    assert "there is no route 'nowhere'" in found.err
