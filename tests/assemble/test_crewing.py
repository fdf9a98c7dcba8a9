"""The crew of one worker is nobody, and costs nothing; what hands sent out is counted with what went out here."""

from __future__ import annotations

import asyncio

from freehold.assemble.crewing import Crew, add_sent
from freehold.crew.messages import Apply, Drain
from freehold.providers.egress import Egress, Tally


def nobody_is_told() -> Apply:
    raise AssertionError("there is nobody to be told")


async def test_nothing_happens_where_there_are_no_hands() -> None:
    crew = Crew(0, nobody_is_told)
    crew.tell(Drain())
    crew.governed([("key", "a")])
    crew.keys_changed()
    crew.drain()
    await asyncio.wait_for(crew.stop(60), 1)
    assert crew.warnings() == []
    assert await crew.counted() == []


def test_what_went_out_of_other_workers_is_added() -> None:
    egress = Egress()
    add_sent(egress, {"a": Tally(1, 2, 3, 4, 5)})
    add_sent(egress, {"a": Tally(1, 1, 1, 1, 1), "b": Tally(requests=1)})
    assert egress.tallies == {"a": Tally(2, 3, 4, 5, 6), "b": Tally(requests=1)}


def test_nobody_is_reconfigured_where_there_are_no_hands() -> None:
    Crew(0, nobody_is_told).reconfigured()
