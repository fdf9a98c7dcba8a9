"""The code of an answer does what its tests ask of it, run confined."""

from __future__ import annotations

import asyncio

from freehold.evaluate.confined.run import run
from freehold.evaluate.confined.source import NothingChecked, code_of, runnable
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.settings import none

MOST_AT_ONCE = 2
"""Programs of models that run side by side, each with the processor and memory that its limits allow."""


def code(settings: str, around: Around) -> Code:
    """``code``: 1 where the example's tests pass, else 0."""
    none("code", settings)
    return Code(around)


class Code:
    """Runs Python. See `freehold.evaluate.confined` for what it is kept from, and what not."""

    name = "code"
    gates = True
    free = True

    def __init__(self, around: Around) -> None:
        self._limits = around.limits
        self.version = f"code@1:{around.limits.named}"
        self._turn = asyncio.Semaphore(MOST_AT_ONCE)

    async def __call__(self, example: Example, result: Result) -> Scored:
        """The verdict; `None` where there are no tests, or they cannot be run as they should."""
        if not example.tests:
            return Scored(None, "the example has no tests")
        if result.state != "answered":
            return Scored(None, f"there is no answer: {result.state}")
        try:
            tests = runnable(example.tests)
        except (NothingChecked, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Scored(None, f"the example's tests cannot be run: {error}"[:200])
        written = code_of(result.text)
        if not written.strip():
            return Scored(0.0, "the answer holds no code")
        async with self._turn:
            ran = await asyncio.to_thread(run, written, tests, self._limits)
        value = {"passed": 1.0, "failed": 0.0, "not run": None}[ran.state]
        return Scored(value, ran.reason, detail={"seconds": round(ran.seconds, 3)})
