"""What scorers may need besides the example and its answer; whoever puts evaluation together fills it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from freehold.core.caller import Caller
from freehold.evaluate.asking import Asker
from freehold.evaluate.confined.limits import Limits
from freehold.evaluate.judges.store import JudgeStore

Opinions = Callable[[str], Awaitable[Sequence[Mapping[str, Any]]]]
"""What people said of a request, by its id: rows with ``thumb`` (1, -1 or `None`) and ``score`` (0 to 1 or `None`)."""


@dataclass(frozen=True)
class Around:
    """All `None`: only the scorers that look at example and answer alone can be had."""

    asker: Asker | None = None
    caller: Caller | None = None
    """As whom judges are asked: the key of the run."""
    judges: JudgeStore | None = None
    standing: Callable[[str], str] | None = None
    """What a route or target stands for now: a hash that changes when another model would answer. See `judges`."""
    opinions: Opinions | None = None
    limits: Limits = field(default_factory=Limits)
    """For the scorer that runs code."""


NOTHING = Around()
