"""No target is sent what its clearance does not allow, in any of hundreds of stories; and the test would notice.

The stories, the upstreams that hand on every byte, and the oracle are those of ``python -m benchmarks.guards.leaks``.
"""

from __future__ import annotations

import pytest

from benchmarks.guards.leaks import measure
from benchmarks.guards.leaks.sabotage import SABOTAGES


def test_nothing_leaks() -> None:
    tally = measure(250, seed=5, documents=12)
    assert tally.leaks == []
    assert tally.stories == 250
    # Most of the stories are refused or fail, as they should; those that are not have to show something.
    assert tally.bodies > 100
    assert tally.words > 1000
    assert tally.statuses[200] > 50
    assert tally.statuses[403] > 20
    assert len(tally.targets) > 8
    assert tally.events["starts"] == 2
    assert tally.events["reload"]
    assert tally.events["relabel"]
    assert tally.events["failed answers"]


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_what_is_broken_is_noticed(sabotage: str) -> None:
    # What is told at once comes about in any order, and so a leak is early or late: the telling ends with the first.
    assert measure(4_000, seed=6, sabotage=sabotage, documents=8).leaks
