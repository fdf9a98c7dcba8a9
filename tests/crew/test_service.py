"""What the first does for a hand beside ledger, gates and money: it counts, remembers, and gathers before it reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from freehold.core.label import Label
from freehold.crew.messages import Counts, Gather, Gathered, Open, Remember, Sent, Serving, Settled
from freehold.ledger.ended import Ended
from freehold.observe.snapshot import Snapshot
from freehold.providers.egress import Tally
from support.crew import Crew, a_crew, settled, until


@pytest.fixture
async def crew(tmp_path: Path) -> AsyncIterator[Crew]:
    async with a_crew(tmp_path) as made:
        yield made


async def test_a_hand_that_serves_says_so(crew: Crew) -> None:
    assert not crew.service.ready.is_set()
    crew.line.send(Serving(123))
    await asyncio.wait_for(crew.service.ready.wait(), 5)


async def test_what_went_out_of_a_hand_is_counted(crew: Crew) -> None:
    crew.line.send(Sent({"gpt": Tally(1, 2, 3, 4, 5)}))
    await until(lambda: crew.sent == {"gpt": Tally(1, 2, 3, 4, 5)})


async def test_what_a_hand_had_said_is_there_once_it_is_gathered(crew: Crew) -> None:
    counted = Snapshot(7)

    def gather(asked: Gather) -> None:
        crew.line.send(Remember([b"d" * 16], Label.parse("restricted")))
        crew.line.send(Gathered(asked.number, counted))

    crew.line.on({Gather: gather})
    crew.service.ready.set()
    await crew.service.gather(5)
    assert crew.service.counted == counted
    assert len(crew.memory.remembered) == 1


async def test_what_a_hand_counted_is_known_without_asking(crew: Crew) -> None:
    crew.line.send(Counts(Snapshot(7)))
    await until(lambda: crew.service.counted == Snapshot(7))


async def test_what_was_under_way_in_a_hand_that_ended_is_counted(crew: Crew) -> None:
    rows = [("fh_1", 1, "key_ann", "ann", None, "gpt", "openai", "chat", False, "api", "open")]
    crew.line.send(Open(1, rows[0]))
    await settled()
    assert crew.under_way == []
    await crew.hang_up()
    assert [tuple(row) for row in crew.under_way] == rows


async def test_a_hand_that_says_nothing_or_dies_is_not_waited_for(crew: Crew) -> None:
    crew.service.ready.set()
    await crew.service.gather(0.01)
    waiting = asyncio.create_task(crew.service.gather(60))
    await settled()
    await crew.hang_up()
    await asyncio.wait_for(waiting, 5)
    await asyncio.wait_for(crew.service.gather(60), 5)


async def test_a_hand_that_is_being_started_is_not_waited_for(crew: Crew) -> None:
    await asyncio.wait_for(crew.service.gather(60), 1)


async def test_what_was_never_opened_is_not_settled(crew: Crew) -> None:
    crew.line.send(Settled(Ended(("fh_1", *[None] * 10))))
    await settled()
    await crew.book.flush()
    assert crew.lost == []


async def test_whoever_wants_to_know_of_the_end_is_told_once(crew: Crew) -> None:
    told: list[str] = []
    crew.service.at_end(lambda: told.append("over"))
    await crew.hang_up()
    crew.service.channel.close()
    assert (told, crew.lost) == (["over"], ["hand"])
