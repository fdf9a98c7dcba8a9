"""The face of runs: begun, looked at, stopped, gone on with, removed."""

from __future__ import annotations

import asyncio

from freehold.evaluate.model import Run
from freehold.evaluate.runs.rows import Connect, RunRows


class Runs:
    """All runs. Lives in one event loop; what touches the disk runs in threads."""

    def __init__(self, connect: Connect) -> None:
        self.rows = RunRows(connect)

    async def newest(self, *, limit: int = 100) -> list[Run]:
        """The newest runs, newest first."""
        return await asyncio.to_thread(self.rows.newest, limit=limit)

    async def stop(self) -> None:
        """End what runs; it goes on at the next start."""
        await asyncio.to_thread(self.rows.close)

    async def resume_all(self) -> None:
        """Go on with what an earlier process left."""

    def carry_out(self, run: str) -> None:
        """The durable function: ask for each example of a run that was not asked for yet."""
