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
_STANDSTILL = 4.0
"""Seconds without any step of work done, after which the disk is taken to refuse it: nobody waits on for that."""
_LOOK = 0.25


async def errand(book: Book, chore: Callable[[Callable[[T], None]], Chore], patience: float = _PATIENCE) -> T:
    """What the work tells; `chore` makes it, given what it is to call, once, when it is done.

    Raises `Unavailable` where the disk refuses it, or does not take it within `patience` seconds; it may be done yet.
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
    if not await in_time(book, done, patience):
        raise Unavailable(f"the ledger has not taken it yet: {book.refused}", retry_after=_PATIENCE)
    return done.result()


async def in_time(book: Book, done: asyncio.Future[T], patience: float, standstill: float = _STANDSTILL) -> bool:
    """Whether work is done within `patience` seconds; not waited for where none is done for `standstill` seconds."""
    clock = asyncio.get_running_loop().time
    end = clock() + patience
    worked, stands_at = book.worked, clock() + standstill
    while not done.done() and (left := min(end, stands_at) - clock()) > 0:
        await asyncio.wait((done,), timeout=min(left, _LOOK))
        if book.worked != worked:
            worked, stands_at = book.worked, clock() + standstill
    return done.done()
