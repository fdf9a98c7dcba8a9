"""Several tries at once: the first to begin its answer wins, and nothing of the others is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from freehold.core.errors import AttemptFailed
from freehold.gateway.attempts import Live


async def race(runners: list[Coroutine[Any, Any, Live]]) -> Live:
    """The first to deliver an event; the others are cancelled, and those that come too late are closed.

    Raises the last runner's `AttemptFailed` when all have failed.
    """
    tasks = [asyncio.create_task(runner) for runner in runners]
    try:
        winner = await _first_home(tasks)
        await _call_off(tasks, but=winner)
    except BaseException:
        await _call_off(tasks, but=None)
        raise
    return winner


async def _first_home(tasks: list[asyncio.Task[Live]]) -> Live:
    failure: AttemptFailed | None = None
    for task in asyncio.as_completed(tasks):
        try:
            return await task
        except AttemptFailed as error:
            failure = error
    raise failure or AssertionError("a race has runners")


async def _call_off(tasks: list[asyncio.Task[Live]], *, but: Live | None) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Live) and result is not but:
            await result.close()
