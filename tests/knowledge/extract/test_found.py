from __future__ import annotations

from freehold.knowledge.extract.found import Found, Rejected, Unreadable


def test_a_rejection_becomes_a_reason() -> None:
    found = Found("a", Unreadable(str(Rejected("It is damaged."))), "", 0)
    assert found.outcome == Unreadable("It is damaged.")
