"""Puts the originals back into an answer, as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator

from freehold.core.event import Event
from freehold.guards.events import Rewriter, Sort, rewritten
from freehold.guards.json_stream import Changing, JsonStream
from freehold.guards.swap import Swap, Swapping


def restored(events: AsyncIterator[Event], show: Swap, *, json: bool = False) -> AsyncIterator[Event]:
    """The events with what `show` says put back.

    `json`: the texts are JSON, because the request asked for it, so that originals go in escaped; the arguments of
    calls always are.
    """

    def new(sort: Sort) -> Changing:
        if sort == "call" or (json and sort == "text"):
            return JsonStream(Swapping(show), Swapping(show.numeric()))
        return Swapping(show)

    return rewritten(events, Rewriter(new, show.whole))
