"""Asks for one example, and again while nobody may be asked: a run waits where a person would be told to come back.

That is while every target is at its limit, while one is left alone because it failed several times in a row, and while
requests under way hold what a budget has left. Each says after how long there is room, and so long is waited. The wait
ends with the run, and no longer than `PATIENCE` is waited for one example; what has found nobody by then has failed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from freehold.evaluate.model import Asked
from freehold.evaluate.runs.failing import found_nobody, held_back

PATIENCE = 300.0
"""Seconds that an example waits for a target that is at its limit, or left alone."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Between one try and the next where nobody says how long to wait."""
_WHILE_HELD = 4.0
"""The longest where requests under way hold what a budget has left: they end one after another."""


async def patiently(ask: Callable[[], Awaitable[Asked]], over: asyncio.Event) -> Asked | None:
    """What came of asking; `None` where the run was over before anybody was asked."""
    until, pause = time.monotonic() + PATIENCE, _FIRST_PAUSE
    while True:
        asked = await ask()
        held = held_back(asked)
        if not held and not found_nobody(asked):
            return asked
        wait = max(min(pause, _WHILE_HELD) if held else pause, asked.retry_after or 0.0)
        if time.monotonic() + wait > until:
            return asked
        await _first(over, wait)
        if over.is_set():
            return None
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _first(event: asyncio.Event, seconds: float) -> None:
    """Until the event, or for so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
