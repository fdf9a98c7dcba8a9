"""What watching is told of one request once it has ended: enough to ask again, and to say what became of it.

It lives in memory, from the end of the request to the end of its audit, and is written nowhere. It can go from one
process to another, so that requests are watched in one place whichever worker answered them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.core.caller import Caller
from freehold.core.label import Label
from freehold.core.request import Request
from freehold.evaluate.datasets.body import read_body
from freehold.wire import json

Purpose = Literal["audit", "shadow", "turn", "quality"]
"""``audit``: of a promise; ``shadow``: a candidate answers too, unseen; ``turn``: how a request went on a route with a
candidate on trial, of which no text is wanted; ``quality``: the same, scored by a judge."""


class Seen(msgspec.Struct, frozen=True):
    """One request of a watched route."""

    exchange: str
    route: str
    drawn: dict[str, float]
    """For each purpose that it was chosen for, the chance with which that was; written down before its answer."""
    at_ns: int
    body: str | None
    """The request as a chat completion; `None` where only how it ended is wanted, or it cannot be written as one."""
    caller: Caller
    label: Label | None
    allowed: tuple[str, ...]
    """The targets of its permit: nothing that is asked for its sake goes further."""
    revision: str = ""
    text: str = ""
    """Of the answer's first choice."""
    target: str = ""
    """Whose answer it got; empty where it got none."""
    chance: float | None = None
    """What the promise's rule gave the answer, of which it is kept at some least."""
    kept: bool = False
    """Whether it was held and judged, and a promise's rule kept it."""
    slices: dict[str, str] = {}
    """What the request says it belongs to: its metadata."""
    failed: tuple[str, ...] = ()
    """The targets that were asked and failed."""
    completed: bool = False
    cancelled: bool = False
    total_ms: float = 0.0
    cost_nano: int = 0

    @property
    def request(self) -> Request | None:
        """The request, read anew: without a model, and without who asked."""
        return None if self.body is None else read_body(json.decode(self.body.encode()))
