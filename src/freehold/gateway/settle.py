"""Opens an exchange's record before anything can cost money, and settles it exactly once, however it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from freehold.core.errors import AttemptFailed, Fault, RequestError
from freehold.core.event import Event, Gatherer
from freehold.core.exchange import Exchange
from freehold.core.ports import Book, Events, Handler, Stage
from freehold.core.record import End, Ending
from freehold.gateway.held import HELD_LIMIT, size_of

Captured = Callable[[Exchange], bool]
"""Whether the text of this exchange is to be kept, by configuration and by its caller's consent."""


def settle(book: Book, captured: Captured) -> Stage:
    """The stage that keeps the ledger's promise, and gathers the answer where it is to be captured."""

    def stage(inner: Handler) -> Handler:
        @asynccontextmanager
        async def handle(exchange: Exchange) -> AsyncIterator[Events]:
            await book.open(exchange)
            failure: BaseException | None = None
            gatherer = Gatherer() if captured(exchange) else None
            try:
                async with inner(exchange) as events:
                    yield events if gatherer is None else _gathering(events, gatherer)
            except BaseException as error:
                failure = error
                raise
            finally:
                if gatherer is not None:
                    exchange.answer = gatherer.answer
                exchange.end = _end(exchange, failure)
                book.settle(exchange)

        return handle

    return stage


async def _gathering(events: Events, gatherer: Gatherer) -> AsyncIterator[Event]:
    """The events as they come, gathered too, up to the size that may be held."""
    size = 0
    async for event in events:
        size += size_of(event)
        if size > HELD_LIMIT:
            gatherer.cut()
        else:
            gatherer.add(event)
        yield event


def _end(exchange: Exchange, failure: BaseException | None) -> End:
    """How it ended. Money follows attempts; this follows what the caller got."""
    elapsed = exchange.elapsed_ms()
    if isinstance(failure, RequestError):
        ending = Ending.FAILED if exchange.attempts else Ending.REFUSED
        return End(ending, failure.status, f"{failure.code}: {failure.message}", elapsed)
    if isinstance(failure, Exception) and not isinstance(failure, AttemptFailed):
        return End(Ending.FAILED, 500, f"internal_error: {type(failure).__name__}", elapsed)
    shown = next((attempt for attempt in exchange.attempts if attempt.shown), None)
    if shown is None or shown.fault == Fault.CANCELLED:
        # Left before the end: by cancellation, or by reading no further.
        return End(Ending.CANCELLED, 499, "the caller left before the answer was whole", elapsed)
    if shown.fault is not None:
        return End(Ending.FAILED, 200, f"{shown.fault}: {shown.error}", elapsed)
    return End(Ending.COMPLETED, 200, None, elapsed)
