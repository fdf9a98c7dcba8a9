from __future__ import annotations

from freehold.ledger.scope import ALL, Only


def test_what_is_given_is_told_by_its_name() -> None:
    assert ALL.given == {}
    assert Only(key="key_1", label="internal").given == {"key": "key_1", "label": "internal"}
