"""What the HTTP provider adds to the contract: bad days of an upstream, retry-after, headers, and big answers."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import sha256
from time import time
from typing import Any

import msgspec
import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Answer, Event, gather
from freehold.core.label import Label
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, Origin, Sampling, TextPart
from freehold.core.target import Profile, Secret, Target, Timeouts
from freehold.providers.egress import Egress
from support.decisions import a_request, a_target
from support.upstream import ABORT, CLOSE, SILENCE, Step, Upstream, chunked, frames, head, whole
from support.upstream import Answer as Played
from support.worlds import http_provider

KEY = "sk-very-secret-key"

CHUNKS: list[Any] = [
    {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": "hello"}}]},
    {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    b"data: [DONE]\n\n",
]
BODY = {"id": "c", "model": "m", "choices": [{"index": 0, "message": {"content": "hello"}, "finish_reason": "stop"}]}


@dataclass
class There:
    upstream: Upstream
    target: Target
    attempt: Attempt

    async def ask(self, request: AnyRequest | None = None) -> list[Event]:
        egress = Egress()
        try:
            async with http_provider(egress)(self.target, request or a_request(stream=True), self.attempt) as events:
                return [event async for event in events]
        finally:
            egress.close()

    async def answer(self, request: AnyRequest | None = None) -> Answer:
        return gather(await self.ask(request))

    async def failure(self, request: AnyRequest | None = None) -> AttemptFailed:
        with pytest.raises(AttemptFailed) as caught:
            await self.ask(request)
        return caught.value


@asynccontextmanager
async def there(*answers: Played, **fields: Any) -> AsyncIterator[There]:
    async with Upstream(*answers) as upstream:
        target = msgspec.structs.replace(a_target(), base_url=upstream.url, api_key=Secret(KEY), **fields)
        yield There(upstream, target, Attempt("local", 1))


PAGE = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (whole(PAGE, kind="text/html"), Fault.PROTOCOL),
        (whole(PAGE, 502, kind="text/html"), Fault.SERVER),
        (whole(b'{"error": {"message": "overloaded"}}'), Fault.PROTOCOL),
        (whole(b'{"id": "c", "choi'), Fault.PROTOCOL),
        (whole(b""), Fault.PROTOCOL),
        ([head(204) + b""], Fault.PROTOCOL),
        (whole(b"", 307, "location: http://127.0.0.1:9/"), Fault.PROTOCOL),
        (whole(b'{"error": {"message": "no"}}', 404), Fault.REJECTED),
        (whole(b"Service Unavailable", 503, kind="text/plain"), Fault.SERVER),
    ],
    ids=["page", "502 page", "200 error", "half JSON", "nothing", "204", "redirect", "404", "503"],
)
async def test_an_upstream_on_a_bad_day(answer: list[Step], fault: Fault, streamed: bool) -> None:
    async with there(answer) as place:
        failure = await place.failure(a_request(stream=streamed))
        assert failure.fault is fault
        assert len(place.upstream.requests) == 1, "nothing is followed and nothing asked again"
        assert place.attempt.status is not None


async def test_a_page_is_named_as_one() -> None:
    async with there(whole(PAGE, kind="text/html")) as place:
        assert "web page" in (await place.failure()).message


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (frames({"error": {"message": "no"}}), Fault.PROTOCOL),
        (frames(CHUNKS[0], {"error": {"message": "no"}}), Fault.BROKEN),
        (frames(CHUNKS[0]), Fault.BROKEN),
        ([], Fault.PROTOCOL),
        ([b": keep-alive\n\n"], Fault.PROTOCOL),
    ],
    ids=["error first", "error midway", "no end", "empty", "only comments"],
)
async def test_a_stream_that_is_none(said: list[bytes], fault: Fault) -> None:
    async with there(chunked(*said)) as place:
        assert (await place.failure()).fault is fault


async def test_a_stream_that_was_not_asked_for_is_refused() -> None:
    async with there(chunked(*frames(*CHUNKS))) as place:
        assert (await place.failure(a_request(stream=False))).fault is Fault.PROTOCOL


async def test_an_answer_in_one_piece_serves_for_a_stream() -> None:
    async with there(whole(json.dumps(BODY).encode())) as place:
        events = await place.ask(a_request(stream=True))
        assert gather(events).choices[0].text == "hello"
        assert [event.raw for event in events if event.raw] == [], "its bytes are no frame"


async def test_the_bytes_come_along_where_they_are_an_answer() -> None:
    async with there(whole(json.dumps(BODY).encode())) as place:
        events = await place.ask(a_request(stream=False))
        assert json.loads(events[0].raw or b"") == BODY
    async with there(chunked(*frames(*CHUNKS))) as place:
        events = await place.ask(a_request(stream=True))
        assert b"".join(event.raw or b"" for event in events) == b"".join(frames(*CHUNKS[:2]))


async def test_the_kind_of_a_body_is_known_however_it_is_written() -> None:
    async with there(chunked(*frames(*CHUNKS), kind="Text/Event-Stream; charset=utf-8")) as place:
        assert (await place.answer()).choices[0].text == "hello"


@pytest.mark.parametrize("step", [1, 7, 64])
async def test_a_stream_may_be_cut_anywhere(step: int) -> None:
    said = b"".join(frames(*CHUNKS))
    pieces = [said[at : at + step] for at in range(0, len(said), step)]
    async with there(chunked(*pieces)) as place:
        answer = await place.answer()
        assert (answer.choices[0].text, answer.whole) == ("hello", True)


async def test_a_frame_of_ten_megabytes() -> None:
    text = "x" * 10_000_000
    big = {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": text}}]}
    async with there(chunked(*frames(big, *CHUNKS[1:]))) as place:
        assert (await place.answer()).choices[0].text == text


async def test_an_answer_of_ten_megabytes() -> None:
    text = "x" * 10_000_000
    big = {"id": "c", "model": "m", "choices": [{"index": 0, "message": {"content": text}, "finish_reason": "stop"}]}
    async with there(whole(json.dumps(big).encode())) as place:
        assert (await place.answer(a_request())).choices[0].text == text


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((), None),
        (("retry-after: 7",), 7.0),
        (("retry-after: 1.5",), 1.5),
        (("retry-after: 0",), 0.0),
        (("retry-after: -3",), 0.0),
        (("retry-after: soon",), None),
        (("retry-after: nan",), None),
        (("retry-after: inf",), None),
        (("retry-after: 1e999",), None),
        (("retry-after: 1e20",), 86_400.0),
        (("retry-after-ms: 1e20",), 86_400.0),
        (("retry-after: Thu, 01 Jan 2970 00:00:00 GMT",), 86_400.0),
        (("retry-after-ms: 250", "retry-after: 7"), 0.25),
        (("retry-after-ms: \xb2", "retry-after: 7"), 7.0),
        ((f"retry-after-ms: {'9' * 5000}", "retry-after: 7"), 7.0),
        (("retry-after: Thu, 01 Jan 1970 00:00:00 GMT",), 0.0),
        (("retry-after: Thu, 99 Jan 2030 00:00:00 GMT",), None),
    ],
)
async def test_when_to_come_back(headers: tuple[str, ...], seconds: float | None) -> None:
    async with there(whole(b"{}", 429, *headers)) as place:
        failure = await place.failure()
        assert (failure.fault, failure.safe_to_retry, failure.status) == (Fault.RATE_LIMITED, True, 429)
        assert failure.retry_after == seconds


async def test_a_date_to_come_back_at() -> None:
    async with there(whole(b"{}", 429, f"retry-after: {formatdate(time() + 60, usegmt=True)}")) as place:
        assert (await place.failure()).retry_after == pytest.approx(60, abs=5)


@pytest.mark.parametrize(
    "answer",
    [
        [head(500, "content-length: 100"), b"half", SILENCE],
        [head(500, "transfer-encoding: chunked"), *[b"8000\r\n" + b"x" * 0x8000 + b"\r\n"] * 8, SILENCE],
        [head(500, "content-length: 100"), b"half", 0.01],
    ],
    ids=["hangs", "floods", "breaks off"],
)
async def test_an_error_without_a_readable_body_is_still_an_error(
    answer: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.providers.http._ERROR_SECONDS", 0.1)
    async with there(answer) as place:
        failure = await place.failure()
        assert (failure.fault, failure.status) == (Fault.SERVER, 500)
        assert await place.upstream.left()


@pytest.mark.parametrize(
    ("answer", "limits", "fault"),
    [
        ([SILENCE], Timeouts(first=0.05), Fault.TIMEOUT_FIRST),
        (chunked(SILENCE), Timeouts(first=0.05), Fault.TIMEOUT_FIRST),
        (chunked(*frames(CHUNKS[0]), SILENCE), Timeouts(silence=0.05), Fault.TIMEOUT_SILENCE),
        (chunked(*[*frames(CHUNKS[0]), 0.02] * 50), Timeouts(total=0.1), Fault.TIMEOUT_TOTAL),
        (chunked(*[b": still here\n\n", 0.02] * 50), Timeouts(total=0.1), Fault.TIMEOUT_TOTAL),
    ],
    ids=["half-open", "head only", "falls silent", "never ends", "only comments"],
)
async def test_each_wait_has_its_own_fault(answer: Played, limits: Timeouts, fault: Fault) -> None:
    async with there(answer, timeouts=limits) as place:
        assert (await place.failure()).fault is fault
        assert await place.upstream.left()


async def test_a_header_of_the_dialect_goes_to_its_own_kind_alone() -> None:
    origin = Origin(
        "anthropic", {"messages": [], "max_tokens": 5}, (("anthropic-beta", "x"), ("anthropic-version", "2099-01-01"))
    )
    request = a_request(dialect="anthropic", origin=origin)
    async with there(whole(b"{}", 500), dialect="anthropic", auth="x-api-key") as place:
        await place.failure(request)
        asked = place.upstream.requests[0]
        assert (asked.header("anthropic-beta"), asked.header("anthropic-version")) == ("x", "2099-01-01")
        assert asked.header("x-api-key") == KEY
    async with there(whole(b"{}", 500)) as place:
        await place.failure(request)
        asked = place.upstream.requests[0]
        assert (asked.header("anthropic-beta"), asked.header("anthropic-version")) == (None, None)


async def test_a_dialect_that_wants_its_version_is_told_one() -> None:
    async with there(whole(b"{}", 500), dialect="anthropic") as place:
        await place.failure()
        assert place.upstream.requests[0].header("anthropic-version") == "2023-06-01"
        assert place.upstream.requests[0].line == "POST /v1/messages HTTP/1.1"


@pytest.mark.parametrize("knows", [True, False])
async def test_another_freehold_is_told_the_label(knows: bool) -> None:
    async with there(whole(b"{}", 500), profile=Profile(labels=knows)) as place:
        place.attempt.label = Label.parse("restricted;eu")
        await place.failure()
        assert place.upstream.requests[0].header("x-freehold-label") == ("restricted;eu" if knows else None)


async def test_a_header_that_would_add_another_is_refused_before_anything_is_sent() -> None:
    origin = Origin("openai", {"messages": []}, (("x-a", "1\r\nx-evil: 1"),))
    async with there(whole(b"{}")) as place:
        failure = await place.failure(a_request(origin=origin))
        assert (failure.fault, failure.param) == (Fault.UNTRANSLATABLE, "x-a")
        assert place.upstream.requests == []


async def test_what_was_left_out_is_noted() -> None:
    async with there(whole(b"{}", 500)) as place:
        await place.failure(a_request(sampling=Sampling(top_k=5)))
        sent = place.upstream.requests[0].json
        assert ("top_k" in sent) != ("top_k" in place.attempt.dropped)


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
async def test_a_key_that_the_target_repeats_is_not_shown(status: int) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
    async with there(whole(body, status)) as place:
        failure = await place.failure()
        assert KEY not in str(failure)
        assert KEY not in repr(failure)
        assert place.upstream.requests[0].header("authorization") == f"Bearer {KEY}"


@pytest.mark.parametrize("text", ["hello", "\N{SNOWMAN}" * 100_000])
async def test_what_went_out_is_noted_to_the_byte(text: str) -> None:
    async with there(whole(json.dumps(BODY).encode())) as place:
        await place.ask(a_request(TextPart(text)))
        body = place.upstream.requests[0].body
        assert (place.attempt.bytes_out, place.attempt.body_sha256) == (len(body), sha256(body).hexdigest())


async def test_what_went_out_is_noted_of_a_call_that_fails() -> None:
    async with there([ABORT]) as place:
        await place.failure()
        body = place.upstream.requests[0].body
        assert (place.attempt.bytes_out, place.attempt.body_sha256) == (len(body), sha256(body).hexdigest())


async def test_what_went_out_is_noted_of_a_call_that_is_left_before_its_answer() -> None:
    async with there([SILENCE]) as place:
        asking = asyncio.create_task(place.ask())
        await place.upstream.asked()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert place.attempt.body_sha256 == sha256(place.upstream.requests[0].body).hexdigest()


async def test_what_goes_out_twice_is_counted_twice() -> None:
    async with Upstream(whole(json.dumps(BODY).encode()), [CLOSE], whole(json.dumps(BODY).encode())) as upstream:
        target, egress = msgspec.structs.replace(a_target(), base_url=upstream.url), Egress()
        attempts = [Attempt("local", 1), Attempt("local", 2)]
        for attempt in attempts:
            async with http_provider(egress)(target, a_request(), attempt) as events:
                assert [event async for event in events]
        assert [attempt.bytes_out for attempt in attempts] == [
            len(upstream.requests[0].body) * times for times in (1, 2)
        ]
        assert sum(attempt.bytes_out for attempt in attempts) == egress.tallies[target.name].body_out
        egress.close()


async def test_nothing_went_out_where_no_connection_came_about() -> None:
    attempt, egress = Attempt("local", 1), Egress()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        target = msgspec.structs.replace(a_target(), base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        with pytest.raises(AttemptFailed):
            async with http_provider(egress)(target, a_request(), attempt):
                pass
    assert (attempt.bytes_out, attempt.body_sha256) == (0, None)


async def test_an_answer_that_nobody_wants_to_the_end_closes_its_stream_in_order() -> None:
    async with there(chunked(*frames(CHUNKS[0]), SILENCE)) as place:
        egress = Egress()
        async with http_provider(egress)(place.target, a_request(stream=True), place.attempt) as events:
            async for _ in events:
                break
        with pytest.raises(StopAsyncIteration):
            await anext(events)
        assert await place.upstream.left()
