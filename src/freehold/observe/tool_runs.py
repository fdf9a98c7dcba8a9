"""Remembers which tools answers asked for, until a request brings what they gave.

Freehold runs no tools; its callers do. What it can see of a tool's run is how long it was from the end of the answer
that asked for it to the request that brings its result: the run itself, and the caller's way there and back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from freehold.core.exchange import Exchange
from freehold.core.request import Request, ToolResult, ToolUse
from freehold.observe.reading import shown

MOST = 4096
"""Calls that are remembered; beyond that the oldest is forgotten."""


class Asked(NamedTuple):
    """A call that an answer asked for: when that had ended, and where it stands among traces."""

    at_ns: int
    trace: str
    span: str


class Run(NamedTuple):
    """A call whose result has come."""

    id: str
    name: str
    failed: bool
    asked: Asked


class Tools:
    """The calls that are under way, by the key that was told of them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._asked: OrderedDict[tuple[str, str], Asked] = OrderedDict()

    def ask(self, exchange: Exchange, ended_ns: int, trace: str, span: str) -> None:
        """Remember what an ended exchange's answer asks for."""
        answered = shown(exchange)
        if answered is None or not answered.calls:
            return
        for call in answered.calls:
            self._asked[exchange.caller.key_id, call] = Asked(ended_ns, trace, span)
        while len(self._asked) > self._most:
            self._asked.popitem(last=False)

    def back(self, exchange: Exchange) -> Iterator[Run]:
        """The calls whose results this exchange's request brings, each once; another key's are not known."""
        if not self._asked or not isinstance(exchange.request, Request):
            return
        results: list[ToolResult] = []
        for message in reversed(exchange.request.messages):
            if message.role == "assistant":
                uses = {part.id: part.name for part in message.parts if isinstance(part, ToolUse)}
                for result in reversed(results):
                    asked = self._asked.pop((exchange.caller.key_id, result.id), None)
                    if asked is not None and result.id in uses:
                        yield Run(result.id, uses[result.id], result.is_error, asked)
                return
            results += [part for part in message.parts if isinstance(part, ToolResult)]
