"""Has a piece of work done on the ledger's thread, and waits for what it tells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from freehold.core.errors import Unavailable
from freehold.ledger.book import Book
from freehold.ledger.writer import Chore

T = TypeVar("T")

_PATIENCE = 10.0


async def errand(book: Book, chore: Callable[[Callable[[T], None]], Chore], patience: float = _PATIENCE) -> T:
    """What the work tells; `chore` makes it, given what it is to call, once, when it is done.

    Raises `Unavailable` where the disk does not take it within `patience` seconds; then it may be done yet.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(value: T) -> None:
        if not done.done():
            done.set_result(value)

    def is_done(value: T) -> None:
        """Called on the ledger's thread, perhaps at the very end."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, value)

    book.do(chore(is_done))
    try:
        return await asyncio.wait_for(done, patience)
    except TimeoutError:
        trouble = book.trouble or "it has much to write"
        raise Unavailable(f"the ledger has not taken it yet: {trouble}", retry_after=patience) from None
