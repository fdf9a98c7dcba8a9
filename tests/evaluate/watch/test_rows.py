from __future__ import annotations

from pathlib import Path

import pytest

from freehold.evaluate.watch.health import Health, begun
from freehold.evaluate.watch.rows import Audit, WatchRows
from freehold.stores.sqlite import open_store


@pytest.fixture
def rows(tmp_path: Path) -> WatchRows:
    return WatchRows(open_store(tmp_path).connect)


def test_how_a_thing_stands_is_written_over(rows: WatchRows) -> None:
    health = begun("pr_1", "auto", 0.02, 0.05)
    rows.put("health", "pr_1", health)
    rows.put("health", "pr_1", health.after(harmed=True, audited=True, chance=0.1))

    found = rows.get("health", "pr_1", Health)
    assert found is not None
    assert (found.chosen, found.harmed, found.doubt.steady.seen) == (1, 1, 1)
    assert rows.all("health", Health) == [found]
    rows.remove("health", "pr_1")
    assert rows.get("health", "pr_1", Health) is None


def test_audits_are_kept_each_and_their_cost_is_summed(rows: WatchRows) -> None:
    for number in range(3):
        audit = Audit("pr_1", "auto", f"fh_{number}", 0.1, "home", "difference", "away", False, cost_nano=5)
        rows.add("audit", "pr_1", audit, exchange=audit.exchange)
    rows.add("audit", "pr_2", Audit("pr_2", "code", "fh_9", 0.1, "home", "judge"))

    assert {each.exchange for each in rows.of("audit", "pr_1", Audit)} == {"fh_0", "fh_1", "fh_2"}
    assert (rows.spent("audit", 0), rows.spent("audit", 2**62), rows.spent("asking", 0)) == (15, 0, 0)


def test_shadows_that_run_have_shares(rows: WatchRows) -> None:
    rows.put("shadow", "auto", {"share": 0.1, "state": "running"})
    rows.put("shadow", "code", {"share": 0.2, "state": "stopped"})

    assert rows.shares() == {"auto": 0.1}
    assert rows.on_trial() == []


def test_nothing_was_said_of_answers_yet(rows: WatchRows) -> None:
    assert rows.feedback("auto", 0) == (0, 0)
