"""Feedback as the edge uses it, on the event loop: said and taken back on the ledger's thread, read beside it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from freehold.core.errors import RequestError
from freehold.ledger.audit.leaf import note
from freehold.ledger.book import Book
from freehold.ledger.decision import feedback_row
from freehold.ledger.errand import errand
from freehold.ledger.examples import FIRST, ExampleReader, Examples, Place
from freehold.ledger.feedback import Said, Say, TakeBack

_OF = "SELECT * FROM feedback WHERE exchange_id = ? ORDER BY at_ns, id"


class Opinions:
    """What was said of answers. `connect` opens a read-only connection with named columns."""

    def __init__(self, book: Book, connect: Callable[[], sqlite3.Connection]) -> None:
        self._book = book
        self._connect = connect
        self._examples = ExampleReader(connect)

    async def say(self, exchange: str, key: str, said: Said) -> None:
        """Keep what a key says of a request; raises `NotFound`, `Conflict` for text without consent, `Unavailable`."""
        await self._book.flush()
        refused: RequestError | None = await errand(self._book, lambda done: Say(exchange, key, said, done))
        if refused is not None:
            raise refused

    async def take_back(self, exchange: str, key: str) -> int:
        """Remove what a key said of a request, and say how much that was. The audit log hears of text that went."""
        taken: list[Said] = await errand(self._book, lambda done: TakeBack(exchange, key, done))
        if any(said.has_text for said in taken):
            erased = {"records": 0, "conversations": 0, "requests": [exchange]}
            self._book.note(note("erasure", by=key, chosen=["feedback"], **erased))
        return len(taken)

    async def of(self, exchange: str) -> list[dict[str, Any]]:
        """All that was said of a request, oldest first."""
        return await asyncio.to_thread(self._read, exchange)

    async def examples(self, since_ns: int, after: Place = FIRST) -> Examples:
        """Some of the dataset."""
        return await asyncio.to_thread(self._examples.examples, since_ns, after)

    def _read(self, exchange: str) -> list[dict[str, Any]]:
        with closing(self._connect()) as connection:
            return [feedback_row(row) for row in connection.execute(_OF, (exchange,))]
