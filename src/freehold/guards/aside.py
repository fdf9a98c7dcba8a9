"""Work on a request that may take long, so that the event loop stays free for everybody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from freehold.core.request import AnyRequest
from freehold.guards.scan import LARGE
from freehold.guards.traversal import walk

T = TypeVar("T")


async def aside(request: AnyRequest, work: Callable[[], T]) -> T:
    """What `work` on this request gives; it runs in a thread where the request is large."""
    if sum(len(field.text) for field in walk(request)) > LARGE:
        return await asyncio.to_thread(work)
    return work()
