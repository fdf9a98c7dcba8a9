"""``[watch]``: what is taken, and what is told of what is not."""

from __future__ import annotations

import pytest

from freehold.config.watch import make_watch
from freehold.core.money import Nanodollars
from freehold.evaluate.watch.settings import Settings
from freehold.tables.faults import Findings


def made(**table: object) -> tuple[Settings, list[str]]:
    findings = Findings()
    settings = make_watch({"watch": table}, ["openai/a", "local/b"], findings)
    return settings, [str(fault) for fault in findings.found]


def test_nothing_said() -> None:
    assert made() == (Settings(), [])


def test_all_said() -> None:
    settings, faults = made(
        share=0.1,
        budget=2.5,
        false_alarms=0.01,
        judge="fair",
        pairs="better",
        drift_suspends=True,
        canaries=("openai/a",),
        canaries_at="23:30",
    )
    wanted = Settings(0.1, Nanodollars(2_500_000_000), 0.01, "fair", "better", True, ("openai/a",), 23 * 60 + 30)
    assert (settings, faults) == (wanted, [])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"share": 1.5}, "share"),
        ({"budget": -1}, "budget"),
        ({"false_alarms": 0.0}, "false_alarms"),
        ({"canaries": ("openai/x",)}, "openai/x"),
        ({"canaries_at": "25:00"}, "25:00"),
        ({"sample": 1}, "sample"),
    ],
)
def test_what_is_at_fault_is_told(table: dict[str, object], said: str) -> None:
    settings, faults = made(**table)
    assert len(faults) == 1
    assert said in faults[0]
    assert settings.false_alarms == 0.05
