"""``freehold plan``."""

from __future__ import annotations

from support.commands import Terminal


def test_it_leads_to_the_load_test(terminal: Terminal) -> None:
    ran = terminal("plan", "--help")
    assert ran.code == 0
    assert "measure" in ran.out
