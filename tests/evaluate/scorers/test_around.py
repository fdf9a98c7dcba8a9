from __future__ import annotations

from freehold.evaluate.scorers.around import NOTHING


def test_code_is_confined_unless_somebody_says_otherwise() -> None:
    assert not NOTHING.limits.weaker
    assert NOTHING.asker is None
