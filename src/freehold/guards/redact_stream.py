"""Takes findings out of an answer while it comes: of its texts, its thoughts and the arguments of its calls."""

from __future__ import annotations

from collections.abc import AsyncIterator

from freehold.core.event import Event
from freehold.guards.events import Rewriter, Sort, rewritten
from freehold.guards.json_stream import Changing
from freehold.guards.redact_json import redacting_json
from freehold.guards.redacting import Find, Numbers, Redacting


def redact_events(events: AsyncIterator[Event], find: Find) -> AsyncIterator[Event]:
    """The answer with a placeholder for all that `find` finds in it."""
    numbers: Numbers = {}

    def new(sort: Sort) -> Changing:
        return redacting_json(find, numbers) if sort == "call" else Redacting(find, numbers)

    def whole(text: str) -> str:
        stream = Redacting(find, numbers)
        return stream.feed(text) + stream.flush()

    return rewritten(events, Rewriter(new, whole))
