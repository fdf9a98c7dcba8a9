"""``[watch]``: what may be spent on seeing whether promises hold and targets are still the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from freehold.catalog.words import mend_for
from freehold.config.schema import WatchTable
from freehold.core.money import from_dollars
from freehold.evaluate.watch.settings import Settings
from freehold.tables.faults import Findings
from freehold.tables.read import read_plain

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def make_watch(document: Mapping[str, Any], targets: Collection[str], findings: Findings) -> Settings:
    """``[watch]``; `targets` are the names that canaries may be asked of. What is at fault is found."""
    table = read_plain(WatchTable, document.get("watch", {}), ("watch",), findings)
    if not (table.budget.is_finite() and 0 <= table.budget <= 100_000):
        findings.add(("watch", "budget"), f"budget is {table.budget}", "give US dollars a day, as in 2.50")
        return Settings()
    if not 0 < table.false_alarms < 1:
        mend = "give a chance above 0 and below 1, as in 0.05"
        findings.add(("watch", "false_alarms"), f"false_alarms is {table.false_alarms}", mend)
        return Settings()
    for index, name in enumerate(table.canaries):
        if name not in targets:
            message = f"canaries name an unknown target {name!r}"
            findings.add(("watch", "canaries", index), message, mend_for(name, targets))
    at = _TIME.fullmatch(table.canaries_at)
    if at is None:
        mend = 'give a time of day of UTC, as in "03:00"'
        findings.add(("watch", "canaries_at"), f"{table.canaries_at!r} is no time", mend)
    return Settings(
        share=table.share,
        budget=from_dollars(table.budget),
        false_alarms=table.false_alarms,
        judge=table.judge or "",
        pairs=table.pairs or "",
        drift_suspends=table.drift_suspends,
        canaries=tuple(name for name in table.canaries if name in targets),
        canaries_at=Settings().canaries_at if at is None else 60 * int(at[1]) + int(at[2]),
    )
