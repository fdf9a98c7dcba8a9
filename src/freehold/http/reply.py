"""Answers a model request: runs the pipeline inside its own call, chooses the status by the first event, then streams.

The handler is entered here and left here, so that whatever ends the request, the caller leaving included, closes all
that it opened, in order. A caller that leaves cancels the request; that is noticed within milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import math
import sqlite3
from contextlib import suppress

import msgspec

from freehold.core.errors import TIMEOUTS as TIMEOUT_FAULTS
from freehold.core.errors import AttemptFailed, RequestError, Unauthorized, Unavailable, UpstreamFailed, UpstreamTimeout
from freehold.core.event import Gatherer, Ready
from freehold.core.exchange import Exchange
from freehold.core.money import dollars
from freehold.core.ports import Events, Handler
from freehold.core.record import Refusal
from freehold.core.request import Dialect
from freehold.http.allowed import allowed
from freehold.http.asgi import EVENT_STREAM, NO_STORE, Header, Http
from freehold.wire.codec import CallerCodec
from freehold.wire.faults import error_body

_FAREWELL = 1.0
"""Seconds to tell a caller that its stream ends early, when Freehold itself is ending."""

_LONGEST_TRACE = 6000
"""Bytes. Many a client takes no head of more than 8 KiB."""
_SHORT_REASON = 500

_WATCH_AFTER = 0.02
"""Seconds before a request gets a task that watches whether its caller has left; most are done by then."""

_LOOK_AGAIN = 0.25
"""Seconds between two looks at whether the key of a request under way still stands."""


_REQUEST_ID: dict[Dialect, bytes] = {"openai": b"x-request-id", "anthropic": b"request-id"}
"""Where the official clients of each dialect read ``_request_id``."""


class Watch:
    """Cancels the current task when the caller leaves, and that of an exchange also when the caller's key ends."""

    def __init__(self, http: Http, exchange: Exchange | None = None) -> None:
        self.left = False
        self._http = http
        self._exchange = exchange
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._watcher: asyncio.Task[None] | None = None
        self._timer = loop.call_later(_WATCH_AFTER, self._begin)

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        self._watcher = loop.create_task(self._watch())
        if self._exchange is not None:
            self._timer = loop.call_later(_LOOK_AGAIN, self._look, self._exchange)

    def _look(self, exchange: Exchange) -> None:
        # A database that cannot be read says nothing of the key; the next look may.
        with suppress(sqlite3.Error):
            if not self._http.stands():
                exchange.stopped = Unauthorized("this key was revoked or has ended while it was being answered")
                if self._task is not None:
                    self._task.cancel()
                return
        self._timer = asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._look, exchange)

    async def _watch(self) -> None:
        while (await self._http.receive())["type"] != "http.disconnect":
            pass
        self.left = True
        if self._task is not None:
            self._task.cancel()

    def stop(self) -> None:
        """Watch no longer, and let go of the tasks: as parts of a cycle they would wait for the garbage collector."""
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        self._task = self._watcher = None


async def answer(http: Http, handler: Handler, exchange: Exchange, codec: CallerCodec) -> None:
    """Run the pipeline for `exchange` and send what comes, in the caller's dialect."""
    watch = Watch(http, exchange)
    try:
        if exchange.request.stream:
            await _stream(http, handler, exchange, codec, watch)
        else:
            await _whole(http, handler, exchange, codec)
    except RequestError as error:
        await refuse(http, error, exchange)
    except asyncio.CancelledError:
        if not watch.left and exchange.stopped is None:
            raise
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        if exchange.stopped is not None and not http.started:
            await refuse(http, exchange.stopped, exchange)
    finally:
        watch.stop()


async def _whole(http: Http, handler: Handler, exchange: Exchange, codec: CallerCodec) -> None:
    async with handler(exchange) as events:
        body = await _gathered(events, exchange, codec)
    await http.reply(200, body, facts(exchange, settled=True))


async def _gathered(events: Events, exchange: Exchange, codec: CallerCodec) -> bytes:
    if isinstance(events, Ready) and events.events and _verbatim(exchange) and (raw := events.events[0].raw):
        return raw
    gatherer = Gatherer()
    raw = None
    first = True
    try:
        async for event in events:
            if first:
                first = False
                raw = event.raw if _verbatim(exchange) else None
            if raw is None:
                gatherer.add(event)
    except AttemptFailed as failure:
        raise _upstream(exchange, failure) from failure
    return raw or codec.whole(gatherer.answer, exchange.request, exchange.id)


async def _stream(http: Http, handler: Handler, exchange: Exchange, codec: CallerCodec, watch: Watch) -> None:
    async with handler(exchange) as events:
        writer = codec.writer(exchange.request, exchange.id, verbatim=_verbatim(exchange))
        await http.start(200, [EVENT_STREAM, NO_STORE, *facts(exchange, settled=False)])
        try:
            async for event in events:
                if data := writer.write(event):
                    await http.write(data)
        except AttemptFailed as failure:
            await http.finish(writer.fail(_upstream(exchange, failure)))
        except asyncio.CancelledError:
            if not watch.left:  # It is Freehold that ends it, and its caller must hear of it.
                why = exchange.stopped or Unavailable("Freehold is stopping; the answer is not whole")
                with suppress(TimeoutError):
                    async with asyncio.timeout(_FAREWELL):
                        await http.finish(writer.fail(why))
            raise
        except Exception:
            await http.finish(writer.fail(RequestError(f"Freehold failed in mid-answer; its log has {exchange.id}")))
            raise
        else:
            await http.finish(writer.close())


def _verbatim(exchange: Exchange) -> bool:
    chosen = exchange.chosen
    return chosen is not None and chosen.dialect == exchange.request.dialect


def _upstream(exchange: Exchange, failure: AttemptFailed) -> RequestError:
    name = exchange.chosen.name if exchange.chosen is not None else "the target"
    kind = UpstreamTimeout if failure.fault in TIMEOUT_FAULTS else UpstreamFailed
    return kind(f"{name} failed in mid-answer: {failure.message}", [(name, failure)])


async def refuse(http: Http, error: RequestError, exchange: Exchange) -> None:
    """Send an error in the caller's dialect, with all that is known of the exchange."""
    body = error_body(error, exchange.request.dialect, exchange.id)
    await http.reply(error.status, body, [*retry(error), *facts(exchange, settled=True)])


def retry(error: RequestError) -> list[Header]:
    """The ``retry-after`` header, in whole seconds, where the error knows it."""
    if error.retry_after is None:
        return []
    return [(b"retry-after", b"%d" % max(1, math.ceil(error.retry_after)))]


def facts(exchange: Exchange, *, settled: bool) -> list[Header]:
    """The headers by which an answer explains itself. Before the end of a stream its cost is not known, so not said."""
    found = stated(
        exchange.id,
        exchange.request.dialect,
        target=exchange.chosen.name if exchange.chosen is not None else "none",
        label=str(exchange.label) if exchange.label is not None else "none",
        attempts=len(exchange.attempts),
        cost=dollars(exchange.cost) if settled else None,
    )
    if exchange.allowance is not None:
        found += allowed(exchange.allowance, exchange.request.dialect)
    if exchange.headers.trace:
        found.append((b"x-freehold-trace", _trace(exchange)))
    return found


def stated(
    exchange_id: str,
    dialect: Dialect = "openai",
    *,
    target: str = "none",
    label: str = "none",
    attempts: int = 0,
    cost: str | None = "0",
) -> list[Header]:
    """The headers that every answer bears; as they stand by themselves, those of one that never was an exchange."""
    name = header_value(exchange_id)
    found = [
        (b"x-freehold-id", name),
        (_REQUEST_ID[dialect], name),
        (b"x-freehold-target", header_value(target)),
        (b"x-freehold-label", header_value(label)),
        (b"x-freehold-attempts", b"%d" % attempts),
        (b"x-freehold-cache", b"off"),
    ]
    if cost is not None:
        found.append((b"x-freehold-cost", cost.encode()))
    return found


def header_value(text: str) -> bytes:
    """Text as a header's value: printable ASCII, anything else as a question mark."""
    if text.isascii() and text.isprintable():
        return text.encode()
    return bytes(byte if 32 <= byte < 127 else 63 for byte in text.encode("ascii", "replace"))


def _trace(exchange: Exchange) -> bytes:
    """The decision so far, as one line of JSON that fits into a header; what was left out for that is said."""
    permit = exchange.permit
    refusals: tuple[Refusal, ...] = permit.refusals if permit is not None else ()
    sources = {each.origin: str(each.label) for each in exchange.sources}
    refused: list[object] = [{"target": each.target, "rule": each.rule, "reason": each.reason} for each in refusals]
    attempts: list[object] = [
        {"target": each.target, "fault": each.fault, "score": each.score, "note": each.note}
        for each in exchange.attempts
    ]
    decision: dict[str, object] = {
        "route": permit.route if permit is not None else None,
        "label": {"value": str(exchange.label), "sources": sources},
        "refused": refused,
        "attempts": attempts,
        "reason": exchange.reason,
    }
    text = _line(decision)
    parts: tuple[list[object] | dict[str, str], ...] = (refused, attempts, sources)
    for part in parts:
        while part and len(text) > _LONGEST_TRACE:
            _halve(part)
            text = _line(decision | {"truncated": True})
    if len(text) > _LONGEST_TRACE:
        text = _line(decision | {"reason": exchange.reason[:_SHORT_REASON], "truncated": True})
    return header_value(text)


def _line(decision: dict[str, object]) -> str:
    return json.dumps(msgspec.to_builtins(decision), separators=(",", ":"))


def _halve(part: list[object] | dict[str, str]) -> None:
    """Leave out the later half, and the last one that is left."""
    for _ in range((len(part) + 1) // 2):
        if isinstance(part, list):
            part.pop()
        else:
            part.popitem()
