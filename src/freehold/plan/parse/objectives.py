"""``[objectives]``: what an answer may take in the busiest hour."""

from __future__ import annotations

from freehold.plan.parse.table import Table
from freehold.plan.scenario import Objectives

TTFT_S = 2.0
"""Until the first word: people who wait for an answer feel left alone after some two seconds."""
TPOT_S = 0.1
"""For each further token: ten a second are read as they come."""
PERCENTILE = 0.95


def read_objectives(table: Table) -> Objectives:
    """Those that are written; ``"any"`` asks nothing. With none at all, those of a chat are assumed, and noted."""
    if not table.raw:
        table.book.note(
            f"No objectives are said: {TTFT_S:g} s to the first token and {TPOT_S:g} s for each further one, "
            f"for {100 * PERCENTILE:.0f} % of the requests, as in a chat."
        )
        return Objectives(ttft_s=TTFT_S, tpot_s=TPOT_S, percentile=PERCENTILE)
    ttft = _seconds(table, "ttft_s", 0.01, 86_400, "from a hundredth of a second to a day")
    tpot = _seconds(table, "tpot_s", 0.0005, 60, "no server writes faster, and nobody waits a minute for a word")
    percentile = table.number("percentile", 0.5, 0.999, bound="a share of the requests, such as 0.95")
    return Objectives(ttft_s=ttft, tpot_s=tpot, percentile=PERCENTILE if percentile is None else percentile)


def _seconds(table: Table, key: str, least: float, most: float, bound: str) -> float | None:
    if table.get(key) == "any":
        return None
    return table.number(key, least, most, bound=bound)
