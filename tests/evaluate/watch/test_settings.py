from __future__ import annotations

from freehold.evaluate.watch.settings import Settings


def test_what_holds_where_nothing_is_said_is_small_and_asks_no_closed_target_by_itself() -> None:
    settings = Settings()

    assert (settings.share, settings.budget, settings.canaries, settings.judge) == (0.05, 10**9, (), "")
    assert 0 < settings.false_alarms <= 0.05
