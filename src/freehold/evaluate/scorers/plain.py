"""A scorer that needs nothing but the example and the answer: a pure function with a name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from freehold.evaluate.model import Example, Result, Scored

Judge = Callable[[Example, Result], Scored]

LONGEST = 1024 * 1024
"""Characters of an answer that are looked at; what is longer is not scored, and says so."""

_QUICK = 20_000
"""Characters up to which a score is reckoned where it is asked for; longer ones are reckoned in a thread."""


class Plain:
    """A pure scorer. `revision` is counted up by whoever changes what the same answer gets."""

    gates = True
    free = True

    def __init__(self, name: str, judge: Judge, *, revision: int = 1, slow: bool = False) -> None:
        """`slow`: it is always reckoned in a thread, never on the event loop."""
        self._quick = 0 if slow else _QUICK
        self.name = name
        self.version = f"{name}@{revision}"
        self._judge = judge

    async def __call__(self, example: Example, result: Result) -> Scored:
        """The score; `None` for an example without an answer, and for one that is too long to be looked at."""
        if result.state != "answered":
            return Scored(None, f"there is no answer: {result.state}")
        if len(result.text) > LONGEST:
            return Scored(None, f"the answer is longer than {LONGEST} characters")
        if len(result.text) < self._quick:
            return self._judge(example, result)
        return await asyncio.to_thread(self._judge, example, result)
