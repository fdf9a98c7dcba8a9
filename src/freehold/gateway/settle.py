"""Opens an exchange's record before anything can cost money, and settles it exactly once, however it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from types import TracebackType

from freehold.core.errors import AttemptFailed, Fault, RequestError
from freehold.core.event import Event, Gatherer
from freehold.core.exchange import Exchange
from freehold.core.ports import Book, Events, Handler, Observer, Stage
from freehold.core.record import End, Ending
from freehold.gateway.held import HELD_LIMIT, size_of

Captured = Callable[[Exchange], bool]
"""Whether the text of this exchange is to be kept, by configuration and by its caller's consent."""


def settle(book: Book, captured: Captured, observer: Observer | None = None) -> Stage:
    """The stage that keeps the ledger's promise, and gathers the answer where it is to be captured.

    `observer` is shown each exchange that has ended, once the ledger has it.
    """

    def stage(inner: Handler) -> Handler:
        def handle(exchange: Exchange) -> _Settled:
            return _Settled(book, captured, inner, exchange, observer)

        return handle

    return stage


class _Settled:
    """One exchange between its opening row and its settled one.

    A class, as all that stands in every request's way: a generator made into a context manager costs thrice as much.
    """

    __slots__ = ("_book", "_captured", "_exchange", "_gatherer", "_inner", "_observer", "_within")

    def __init__(
        self, book: Book, captured: Captured, inner: Handler, exchange: Exchange, observer: Observer | None
    ) -> None:
        self._book = book
        self._captured = captured
        self._inner = inner
        self._exchange = exchange
        self._observer = observer
        self._gatherer: Gatherer | None = None

    async def __aenter__(self) -> Events:
        exchange = self._exchange
        await self._book.open(exchange)
        try:
            if self._captured(exchange):
                self._gatherer = Gatherer()
            self._within = self._inner(exchange)
            events = await self._within.__aenter__()
        except BaseException as failure:
            self._settle(failure)
            raise
        return events if self._gatherer is None else _gathering(events, self._gatherer)

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        try:
            swallowed = await self._within.__aexit__(kind, failure, trace)
        except BaseException as error:
            self._settle(error)
            raise
        self._settle(None if swallowed else failure)
        return swallowed

    def _settle(self, failure: BaseException | None) -> None:
        exchange = self._exchange
        if self._gatherer is not None:
            exchange.answer = self._gatherer.answer
        exchange.end = _end(exchange, failure)
        self._book.settle(exchange)
        if self._observer is not None:
            self._observer.ended(exchange)


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
    failure = exchange.stopped or failure
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
