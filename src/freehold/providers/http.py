"""The one provider for every target that has an address: the codec says what, `egress` carries it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from email.utils import parsedate_to_datetime

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Event
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, Dialect, EmbeddingRequest
from freehold.core.target import Target
from freehold.providers.egress import Call, Egress
from freehold.wire.codec import FrameReader, ProviderCodec
from freehold.wire.sse import Splitter

_ERROR_LIMIT = 64 * 1024
_ERROR_SECONDS = 5.0
"""How long to wait for the body of an error, whose status says most of it."""
_WHOLE_LIMIT = 64 * 1024 * 1024
_LONGEST_WAIT = 86_400.0
"""Seconds, a day: the longest a target is believed when it says how long to stay away."""
_ANTHROPIC_VERSION = ("anthropic-version", "2023-06-01")


class HttpProvider:
    """Opens streams to targets over HTTP. A `core.ports.Provider`."""

    def __init__(self, egress: Egress, chat: Mapping[Dialect, ProviderCodec], embeddings: ProviderCodec) -> None:
        self._egress = egress
        self._chat = chat
        self._embeddings = embeddings

    @asynccontextmanager
    async def __call__(self, target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        codec = self._embeddings if isinstance(request, EmbeddingRequest) else self._chat[target.dialect]
        encoded = codec.encode(request, target)
        attempt.dropped = encoded.dropped
        headers = _headers(target, request, attempt)
        async with self._egress.send(target, encoded.path, encoded.body, headers) as call:
            attempt.status = status = call.status
            if status != 200:
                raise await _failure(call, codec, status)
            streamed = (call.header("content-type") or "").lower().startswith("text/event-stream")
            if streamed and not request.stream:
                raise AttemptFailed(Fault.PROTOCOL, "the target streamed an answer that was not to be streamed")
            if streamed:
                events = _frames(call, codec.reader(request))
            else:
                events = _whole(await call.read_all(_WHOLE_LIMIT), codec, request)
            async with aclosing(events):
                yield events


async def _frames(call: Call, reader: FrameReader) -> AsyncGenerator[Event, None]:
    splitter = Splitter()
    while data := await call.read():
        for frame in splitter.feed(data):
            for event in reader.read(frame):
                yield event
    for frame in splitter.end():
        for event in reader.read(frame):
            yield event
    for event in reader.end():
        yield event


async def _whole(body: bytes, codec: ProviderCodec, request: AnyRequest) -> AsyncGenerator[Event, None]:
    for event in codec.whole(body, request):
        # A target that was asked to stream and did not: its body is no frame, so it is encoded afresh as frames.
        yield msgspec.structs.replace(event, raw=None) if request.stream else event


def _headers(target: Target, request: AnyRequest, attempt: Attempt) -> tuple[tuple[str, str], ...]:
    """The request's own headers. A body that goes on as it came keeps the version it was written for.

    What the target's row sets itself stands, and is not said a second time; but the label goes along in any case to a
    target that knows labels, or the next house would judge the same data by its own default.
    """
    origin = request.origin
    said = dict(origin.headers) if origin is not None and origin.dialect == target.dialect else {}
    if target.dialect == "anthropic":
        said.setdefault(*_ANTHROPIC_VERSION)
    fixed = {name.lower() for name, _ in target.headers}
    own = tuple((name, value) for name, value in said.items() if name not in fixed)
    labelled = target.profile.labels and attempt.label is not None
    return (*own, ("x-freehold-label", str(attempt.label))) if labelled else own


async def _failure(call: Call, codec: ProviderCodec, status: int) -> AttemptFailed:
    retry_after = _seconds(call.header("retry-after"), call.header("retry-after-ms"))
    if 300 <= status < 400:
        return AttemptFailed(
            Fault.PROTOCOL, f"the target redirects (HTTP {status}); its address must be the final one", status=status
        )
    if status < 400:
        return AttemptFailed(Fault.PROTOCOL, f"the target answered with HTTP {status}", status=status)
    try:
        async with asyncio.timeout(_ERROR_SECONDS):
            body = await call.read_all(_ERROR_LIMIT)
    except (AttemptFailed, TimeoutError):
        body = b""  # The status alone says enough; an error body that breaks off changes nothing.
    return codec.failure(status, body, retry_after)


def _seconds(text: str | None, milliseconds: str | None) -> float | None:
    """``retry-after`` as seconds from now: a number, or an HTTP date (RFC 9110, 10.2.3); or OpenAI's milliseconds."""
    seconds = _number(milliseconds)
    if seconds is not None:
        seconds /= 1000
    elif text is not None:
        seconds = _number(text)
        if seconds is None:
            seconds = _until(text)
    return None if seconds is None else min(max(0.0, seconds), _LONGEST_WAIT)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _until(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
