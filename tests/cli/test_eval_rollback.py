"""``freehold eval rollback``."""

from __future__ import annotations

import pytest

from support.commands import Terminal


@pytest.mark.usefixtures("scripted")
def test_a_route_as_it_was_configured_cannot_be_taken_back(terminal: Terminal) -> None:
    found = terminal("eval", "rollback", "auto")
    assert found.code == 1
    assert "is as the configuration has it" in found.err
