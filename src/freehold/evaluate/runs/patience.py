"""Asks for one example, and again while nobody may be asked: a run waits where a person would be told to come back.

That is while every target is at its limit, and while one is left alone because it failed several times in a row. Each
says after how long there is room, and so long is waited. The wait ends with the run, and no longer than `PATIENCE` is
waited for one example; what has found nobody by then has failed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from freehold.evaluate.model import Asked
from freehold.evaluate.runs.failing import found_nobody

PATIENCE = 300.0
"""Seconds that an example waits for a target that is at its limit, or left alone."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Between one try and the next where nobody says how long to wait."""


async def patiently(ask: Callable[[], Awaitable[Asked]], over: asyncio.Event) -> Asked | None:
    """What came of asking; `None` where the run was over before anybody was asked."""
    until, pause = time.monotonic() + PATIENCE, _FIRST_PAUSE
    while True:
        asked = await ask()
        if not found_nobody(asked):
            return asked
        wait = max(pause, asked.retry_after or 0.0)
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
