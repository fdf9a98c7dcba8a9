"""What is told before anybody listens is heard later, in order; a question gets its own answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

from freehold.crew.messages import Drain, Governed, KeysChanged, Ready, Standing
from support.crew import a_crew, settled


async def test_what_came_too_early_is_heard_in_order(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as crew:
        crew.service.channel.send(Governed([("key", "1")]))
        crew.service.channel.send(Governed([("key", "2")]))
        crew.service.channel.send(Drain())
        await settled()
        first = await crew.line.once(Governed)
        assert first.subjects == [("key", "1")]
        heard: list[object] = []
        crew.line.on({Governed: heard.append, Drain: heard.append, KeysChanged: heard.append})
        crew.service.channel.send(KeysChanged())
        await settled()
        assert heard == [Governed([("key", "2")]), Drain(), KeysChanged()]


async def test_answers_find_their_questions_in_any_order(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as crew:
        slow, quick = crew.line.number(), crew.line.number()
        waiting = asyncio.create_task(crew.line.ask(slow, Ready(slow, "slow", 5.0)))
        await settled()
        answer: Standing = await crew.line.ask(quick, Ready(quick, "quick", 0.0))
        assert answer.status.name == "quick"
        crew.models.ready.set()
        assert (await waiting).status.name == "slow"


async def test_an_answer_that_nobody_waits_for_any_more_is_dropped(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as crew:
        number = crew.line.number()
        waiting = asyncio.create_task(crew.line.ask(number, Ready(number, "m", 0.02)))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await asyncio.sleep(0.05)
        assert crew.lost == []
