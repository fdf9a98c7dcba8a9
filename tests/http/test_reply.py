from __future__ import annotations

import asyncio
import gc
import json
import sqlite3
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from freehold.core.errors import AttemptFailed, BadRequest, Fault, RateLimited, Unauthorized, Unavailable
from freehold.core.event import Event, Finished, Opened, Text, Usage
from freehold.core.exchange import Exchange, Headers, Permit
from freehold.core.label import Source
from freehold.core.money import Nanodollars
from freehold.core.ports import Events, Handler
from freehold.http.reply import answer, facts, header_value, retry
from freehold.wire.anthropic import MessagesCaller
from freehold.wire.openai import ChatCaller
from support.asgi import Caller
from support.exchanges import AWAY, CALLER, HOME, INTERNAL, NO_WAY, attempt

CHAT = ChatCaller()


def exchange_of(codec: Any = CHAT, **body: Any) -> Exchange:
    whole = {"model": "auto", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], **body}
    return Exchange(codec.parse(json.dumps(whole).encode()), CALLER)


def playing(*events: Event | BaseException, closed: list[str] | None = None, chosen: Any = HOME) -> Handler:
    """A pipeline that plays events, raises what is an error, and notes that it was left."""

    async def play() -> AsyncIterator[Event]:
        for event in events:
            if isinstance(event, BaseException):
                raise event
            yield event

    @asynccontextmanager
    async def handler(exchange: Exchange) -> AsyncIterator[Events]:
        exchange.chosen, exchange.label = chosen, INTERNAL
        try:
            yield play()
        finally:
            if closed is not None:
                closed.append("left")

    return handler


def refusing(error: Exception) -> Handler:
    @asynccontextmanager
    async def handler(exchange: Exchange) -> AsyncIterator[Events]:
        raise error
        yield

    return handler


HELLO = (Opened(id="c", model="m", created=1), Text("Hel"), Text("lo"), Usage(input=3, output=2), Finished("stop"))


async def answered(handler: Handler, exchange: Exchange, codec: Any = CHAT, caller: Caller | None = None) -> Caller:
    caller = caller or Caller("POST")
    await answer(caller.http, handler, exchange, codec)
    return caller


async def test_a_whole_answer_is_the_stream_gathered() -> None:
    closed: list[str] = []
    caller = await answered(playing(*HELLO, closed=closed), exchange_of())
    assert caller.status == 200
    assert caller.json["choices"][0]["message"]["content"] == "Hello"
    assert caller.headers["content-type"] == "application/json"
    assert caller.headers["x-freehold-cost"] == "0"
    assert closed == ["left"]


async def test_the_vendors_own_bytes_go_out_in_its_own_dialect() -> None:
    raw = b'{ "odd":  1 }'
    events = [Opened(raw=raw), Text("hi", raw=b""), Finished(raw=b"")]
    caller = await answered(playing(*events), exchange_of())
    assert caller.body == raw
    other = await answered(playing(*events), exchange_of(MessagesCaller()), MessagesCaller())
    assert other.json["content"][0]["text"] == "hi"


async def test_a_stream_begins_with_what_is_known() -> None:
    caller = await answered(playing(*HELLO), exchange_of(stream=True))
    assert caller.status == 200
    assert caller.headers["content-type"].startswith("text/event-stream")
    assert caller.headers["cache-control"] == "no-cache"
    assert caller.headers["x-freehold-target"] == "home"
    assert "x-freehold-cost" not in caller.headers
    assert "content-length" not in caller.headers
    assert caller.body.endswith(b"data: [DONE]\n\n")
    assert caller.whole


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("error", "status"), [(BadRequest("no", param="n"), 400), (RateLimited("slow", retry_after=2.1), 429)]
)
async def test_a_refusal_has_its_status_streamed_or_not(stream: bool, error: Any, status: int) -> None:
    caller = await answered(refusing(error), exchange_of(stream=stream))
    assert (caller.status, caller.whole) == (status, True)
    assert caller.json["error"]["message"] == error.message
    assert caller.headers["content-type"] == "application/json"
    assert caller.headers.get("retry-after") == (None if status == 400 else "3")


async def test_a_refusal_is_in_the_callers_dialect() -> None:
    caller = await answered(refusing(Unavailable("not now")), exchange_of(MessagesCaller()), MessagesCaller())
    assert caller.json["type"] == "error"
    assert caller.json["error"]["type"] == "overloaded_error"


@pytest.mark.parametrize(("fault", "status"), [(Fault.BROKEN, 502), (Fault.TIMEOUT_SILENCE, 504)])
async def test_what_breaks_before_a_whole_answer_is_out_is_a_status(fault: Fault, status: int) -> None:
    caller = await answered(playing(HELLO[0], HELLO[1], AttemptFailed(fault, "gone")), exchange_of())
    assert caller.status == status
    assert caller.json["error"]["message"] == "home failed in mid-answer: gone"
    assert caller.json["error"]["freehold"]["attempts"][0]["fault"] == fault


async def test_what_breaks_in_mid_stream_is_said_in_the_stream() -> None:
    caller = await answered(playing(*HELLO[:2], AttemptFailed(Fault.BROKEN, "gone")), exchange_of(stream=True))
    assert (caller.status, caller.whole) == (200, True)
    assert b"gone" in caller.body
    assert b"[DONE]" not in caller.body


async def test_a_failure_inside_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        await answered(playing(HELLO[0], ZeroDivisionError()), exchange_of(stream=True))


@pytest.mark.parametrize("stream", [False, True])
async def test_a_caller_that_leaves_ends_the_pipeline(stream: bool) -> None:
    closed: list[str] = []
    began = asyncio.Event()

    async def for_ever() -> AsyncIterator[Event]:
        yield HELLO[0]
        yield HELLO[1]
        began.set()
        await asyncio.Event().wait()

    @asynccontextmanager
    async def handler(exchange: Exchange) -> AsyncIterator[Events]:
        exchange.chosen = HOME
        try:
            yield for_ever()
        finally:
            closed.append("left")

    caller = Caller("POST")
    async with asyncio.timeout(30):
        asking = asyncio.create_task(answered(handler, exchange_of(stream=stream), caller=caller))
        await began.wait()
        assert closed == []
        caller.leave()
        await asking
    assert closed == ["left"]
    assert not caller.sent or not caller.whole


async def test_a_cancellation_from_elsewhere_is_passed_on() -> None:
    """A server that stops cancels its requests; that is no caller that left."""
    began = asyncio.Event()

    @asynccontextmanager
    async def handler(exchange: Exchange) -> AsyncIterator[Events]:
        began.set()
        await asyncio.Event().wait()
        yield HELLO  # type: ignore[misc]

    asking = asyncio.create_task(answered(handler, exchange_of()))
    await began.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.parametrize("codec", [CHAT, MessagesCaller()])
@pytest.mark.parametrize("stream", [True, False])
async def test_an_answer_to_a_key_that_ends_is_cut_within_a_second_and_says_why(stream: bool, codec: Any) -> None:
    closed: list[str] = []
    looks: list[Exception | bool] = [True, sqlite3.OperationalError("locked"), False]

    def stands() -> bool:
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async def for_ever() -> AsyncIterator[Event]:
        yield HELLO[0]
        yield HELLO[1]
        await asyncio.Event().wait()

    @asynccontextmanager
    async def handler(exchange: Exchange) -> AsyncIterator[Events]:
        exchange.chosen = HOME
        try:
            yield for_ever()
        finally:
            closed.append("left")

    caller, exchange = Caller("POST"), exchange_of(codec, stream=stream)
    http = caller.http
    http.stands = stands
    async with asyncio.timeout(2):
        await answer(http, handler, exchange, codec)
    assert closed == ["left"]
    assert caller.whole
    assert b"this key was revoked" in caller.body
    assert (caller.status, b"Hel" in caller.body) == ((200, True) if stream else (401, False))
    assert isinstance(exchange.stopped, Unauthorized)


async def test_nobody_watches_once_the_answer_is_out() -> None:
    await answered(playing(*HELLO), exchange_of())
    await asyncio.sleep(0.05)
    assert len(asyncio.all_tasks()) == 1


def given(exchange: Exchange, *, settled: bool = True) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in facts(exchange, settled=settled)}


def test_facts_of_an_exchange_that_never_was_admitted() -> None:
    exchange = exchange_of()
    assert given(exchange) == {
        "x-freehold-id": exchange.id,
        "x-request-id": exchange.id,
        "x-freehold-target": "none",
        "x-freehold-label": "none",
        "x-freehold-attempts": "0",
        "x-freehold-cache": "off",
        "x-freehold-cost": "0",
    }


def test_the_cost_is_that_of_all_attempts() -> None:
    exchange = exchange_of()
    exchange.attempts = [attempt(cost=Nanodollars(1_500_000)), attempt(2, AWAY, cost=Nanodollars(500_000))]
    exchange.chosen, exchange.label = AWAY, INTERNAL
    told = given(exchange)
    assert (told["x-freehold-cost"], told["x-freehold-attempts"], told["x-freehold-target"]) == ("0.002", "2", "away")


def test_a_trace_is_one_line_of_json_within_bounds() -> None:
    exchange = exchange_of()
    exchange.headers = Headers(trace=True)
    exchange.label, exchange.sources = INTERNAL, [Source("default", INTERNAL)]
    exchange.permit = Permit("auto", (HOME,), INTERNAL, (NO_WAY,), "r1")
    exchange.attempts = [attempt()]
    exchange.reason = "a reason\nof two lines, with an é"
    trace = json.loads(given(exchange)["x-freehold-trace"])
    assert trace["route"] == "auto"
    assert trace["label"] == {"value": "internal", "sources": {"default": "internal"}}
    assert trace["refused"][0]["target"] == "far"
    assert trace["reason"] == exchange.reason
    assert "truncated" not in trace


@pytest.mark.parametrize("many", ["refusals", "attempts", "sources", "reason"])
def test_a_trace_that_is_too_long_stays_json_and_says_that_it_was_cut(many: str) -> None:
    exchange = exchange_of()
    exchange.headers, exchange.label, exchange.reason = Headers(trace=True), INTERNAL, "because"
    refusals = (NO_WAY,) * (1000 if many == "refusals" else 1)
    exchange.permit = Permit("auto", (HOME,), INTERNAL, refusals, "r1")
    exchange.attempts = [attempt()] * (1000 if many == "attempts" else 1)
    if many == "sources":
        exchange.sources = [Source(f"message {number}", INTERNAL) for number in range(1000)]
    if many == "reason":
        exchange.reason = "x" * 100_000
    shown = given(exchange)["x-freehold-trace"]
    trace = json.loads(shown)
    assert len(shown) <= 6000
    assert (trace["truncated"], trace["route"], trace["label"]["value"]) == (True, "auto", "internal")
    assert trace["reason"]
    if many in ("refusals", "attempts"):
        assert trace["refused" if many == "refusals" else "attempts"] != []


def test_a_header_holds_printable_ascii_alone() -> None:
    assert header_value("plain: text!") == b"plain: text!"
    assert header_value("a\r\nb\x00c\x7fé\u2028") == b"a??b?c???"


@pytest.mark.parametrize(("seconds", "said"), [(0, b"1"), (0.2, b"1"), (1.001, b"2"), (77, b"77"), (76.9999, b"77")])
def test_retry_after_is_rounded_up_to_whole_seconds(seconds: float, said: bytes) -> None:
    assert retry(RateLimited("slow", retry_after=seconds)) == [(b"retry-after", said)]


def test_without_a_wait_there_is_no_retry_after() -> None:
    assert retry(RateLimited("slow")) == []


async def test_a_bug_in_mid_stream_is_said_in_the_stream_and_raised() -> None:
    caller = Caller()
    exchange = exchange_of(stream=True)
    with pytest.raises(KeyError):
        await answer(caller.http, playing(Opened(), Text("a"), KeyError("secret")), exchange, CHAT)
    assert caller.whole
    assert f"its log has {exchange.id}".encode() in caller.body
    assert b"secret" not in caller.body


async def test_a_stream_that_a_stopping_server_cuts_says_so() -> None:
    caller = Caller()
    begun = asyncio.Event()

    async def play() -> AsyncIterator[Event]:
        yield Opened()
        begun.set()
        await asyncio.Event().wait()

    @asynccontextmanager
    async def handler(exchange: Exchange) -> AsyncIterator[Events]:
        exchange.chosen, exchange.label = HOME, INTERNAL
        yield play()

    task = asyncio.create_task(answer(caller.http, handler, exchange_of(stream=True), CHAT))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert caller.whole
    assert b"Freehold is stopping" in caller.body


async def test_a_request_that_was_watched_leaves_nothing_for_the_garbage_collector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("freehold.http.reply._WATCH_AFTER", 0)

    async def ask() -> weakref.ref[Exchange]:
        exchange, caller = exchange_of(), Caller("POST")

        @asynccontextmanager
        async def watched(_exchange: Exchange) -> AsyncIterator[Events]:
            for _ in range(3):  # The watcher is begun and has read what there is.
                await asyncio.sleep(0)
            async with playing(*HELLO)(exchange) as events:
                yield events

        await answer(caller.http, watched, exchange, CHAT)
        assert caller.status == 200
        return weakref.ref(exchange)

    gc.collect()
    gc.disable()
    try:
        left = await asyncio.create_task(ask())
        for _ in range(3):
            await asyncio.sleep(0)
        assert left() is None
    finally:
        gc.enable()
