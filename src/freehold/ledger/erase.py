"""Finds what is to be erased, has it erased, and tells the audit log; the event loop's side of `erasure`."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable

import msgspec

from freehold.core.errors import BadRequest, Unavailable
from freehold.ledger.book import Book
from freehold.ledger.erasure import Erasure, Which, find, leaves
from freehold.ledger.errand import in_time

_SHORTEST_TEXT = 3
_MOST_IDS = 100
_PATIENCE = 60.0
"""Seconds for which an erasure is waited for; it goes on afterwards."""
_RETRY = 10.0


class Erased(msgspec.Struct, frozen=True):
    """What was erased, or in a dry run would be."""

    dry_run: bool
    requests: int
    """Requests whose text is gone."""
    records: int
    """Records that no longer name the document."""
    conversations: int = 0
    """Conversations whose kept stand-ins are gone: all, since nobody can tell whose they are."""
    emptied: bool | None = None
    """Whether the write-ahead log was emptied too; otherwise what was erased stays in it until it is written over."""
    ids: tuple[str, ...] = ()
    """Of the first requests."""


async def erase(
    book: Book, reader: Callable[[], sqlite3.Connection], which: Which, *, by: str, dry_run: bool = False
) -> Erased:
    """Erase what `which` says; `by` is the id of the key that wants it.

    Raises `BadRequest` where nothing is said or too little, and `Unavailable` where the disk refuses it or takes too
    long: then it is gone on with as soon as that is over, and asking again tells what is left.
    """
    if not which.kinds:
        raise BadRequest("say whose text is to be erased: a request's, a key's, a user's, a document's, or which text")
    if which.text is not None and len(which.text.strip()) < _SHORTEST_TEXT:
        raise BadRequest(f"text is at least {_SHORTEST_TEXT} characters: less stands nearly everywhere", param="text")
    await book.flush()
    found = await asyncio.to_thread(find, reader, which)
    erased = Erased(
        dry_run=dry_run,
        requests=len(found.texts),
        records=len(found.records),
        conversations=found.conversations,
        ids=found.texts[:_MOST_IDS],
    )
    if dry_run:
        return erased
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bool] = loop.create_future()

    def tell(emptied: bool) -> None:
        book.note(*leaves(found, which, by))
        if not done.done():
            done.set_result(emptied)

    def is_done(emptied: bool) -> None:
        """Called on the ledger's thread, perhaps at the very end."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, emptied)

    book.do(Erasure(found, which, is_done))
    if not await in_time(book, done, _PATIENCE):
        raise Unavailable(
            f"the erasure is not done yet, and is tried again until Freehold ends: {book.refused}",
            retry_after=_RETRY,
        )
    return msgspec.structs.replace(erased, emptied=done.result())
