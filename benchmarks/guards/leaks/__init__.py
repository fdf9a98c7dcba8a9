"""The leak test: thousands of stories against a whole Freehold whose targets hand on every byte they are sent.

    python -m benchmarks.guards.leaks --stories 10000 --seed 1

What reached each target is searched for words that its clearance does not allow: see `lattice` for the oracle, which
knows nothing of Freehold, `stories` for what is asked, `recorders` for the upstreams, `setting` for the targets and
routes, and `world` for what happens. While stories are under way documents are relabelled, added and removed, and the
configuration is changed and read again; half-way Freehold is stopped and started. `sabotage` breaks one of the things
that keep words in, to show that the test would notice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.guards.leaks.sabotage import SABOTAGES
from benchmarks.guards.leaks.world import DOCUMENTS, Tally, World

Row = tuple[str, str, float, float]
"""Measure, method, value, goal."""

STORIES = 10_000
SEED = 20261122


def measure(stories: int, seed: int = SEED, *, sabotage: str | None = None, documents: int = DOCUMENTS) -> Tally:
    """Tell so many stories in a fresh place; with `sabotage`, in a Freehold of which that is broken, up to a leak."""
    log = logging.getLogger("freehold")
    before, log.level = log.level, logging.CRITICAL  # Upstreams fail on purpose, which it would tell.
    try:
        with (
            tempfile.TemporaryDirectory(prefix="freehold-leaks-") as folder,
            SABOTAGES[sabotage]() if sabotage else contextlib.nullcontext(),
        ):
            world = World(Path(folder), seed, documents, until_leak=sabotage is not None)
            return asyncio.run(_tell(world, stories))
    finally:
        log.level = before


async def _tell(world: World, stories: int) -> Tally:
    async with world.upstreams():
        for part in (range(1, stories // 2 + 1), range(stories // 2 + 1, stories + 1)):
            async with world.running():
                await world.tell(part)
    return world.tally


def run(_data: Path, stories: int = STORIES) -> Iterator[Row]:
    """All rows."""
    tally = measure(stories)
    yield "leaks", f"{tally.bodies} bodies searched", float(len(tally.leaks)), 0.0
    yield "leaks: stories told", f"{tally.words} words met", float(tally.stories), float(stories)
