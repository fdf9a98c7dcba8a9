"""The one provider for every target that has an address: the codec says what, `egress` carries it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from email.utils import parsedate_to_datetime

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Event, Ready
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, Dialect, EmbeddingRequest, RerankRequest
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

    def __init__(
        self,
        egress: Egress,
        chat: Mapping[Dialect, ProviderCodec],
        embeddings: ProviderCodec,
        rerank: ProviderCodec,
    ) -> None:
        self._egress = egress
        self._chat = chat
        self._embeddings = embeddings
        self._rerank = rerank

    def __call__(self, target: Target, request: AnyRequest, attempt: Attempt) -> _Asked:
        codec = self._codec(request, target)
        return _Asked(self._egress, codec, target, request, attempt)

    def _codec(self, request: AnyRequest, target: Target) -> ProviderCodec:
        if isinstance(request, EmbeddingRequest):
            return self._embeddings
        return self._rerank if isinstance(request, RerankRequest) else self._chat[target.dialect]


class _Asked:
    """One request at one target, from its encoding to the end of its answer."""

    __slots__ = ("_attempt", "_call", "_codec", "_egress", "_frames", "_request", "_target")

    def __init__(
        self, egress: Egress, codec: ProviderCodec, target: Target, request: AnyRequest, attempt: Attempt
    ) -> None:
        self._egress = egress
        self._codec = codec
        self._target = target
        self._request = request
        self._attempt = attempt
        self._frames: AsyncGenerator[Event, None] | None = None

    async def __aenter__(self) -> Events:
        target, attempt = self._target, self._attempt
        encoded = self._codec.encode(self._request, target)
        attempt.dropped = encoded.dropped
        headers = _headers(target, self._request, attempt)
        call = self._egress.send(target, encoded.path, encoded.body, headers)
        try:
            self._call = await call.__aenter__()
        finally:
            # Also of a call that failed or was left: what went out went out.
            if call.body_out:
                attempt.bytes_out, attempt.body_sha256 = call.body_out, call.body_sha256
        try:
            return await self._answer(self._call)
        except BaseException:
            await self._call.__aexit__(None, None, None)
            raise

    async def __aexit__(self, *_: object) -> None:
        try:
            if self._frames is not None:
                await self._frames.aclose()
        finally:
            await self._call.__aexit__(None, None, None)

    async def _answer(self, call: Call) -> Events:
        self._attempt.status = status = call.status
        if status != 200:
            raise await _failure(call, self._codec, status)
        request = self._request
        if not (call.header("content-type") or "").lower().startswith("text/event-stream"):
            return Ready(_whole(await call.read_all(_WHOLE_LIMIT), self._codec, request))
        if not request.stream:
            raise AttemptFailed(Fault.PROTOCOL, "the target streamed an answer that was not to be streamed")
        self._frames = _frames(call, self._codec.reader(request))
        return self._frames


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


def _whole(body: bytes, codec: ProviderCodec, request: AnyRequest) -> Sequence[Event]:
    events = codec.whole(body, request)
    if not request.stream:
        return events
    # A target that was asked to stream and did not: its body is no frame, so it is encoded afresh as frames.
    return [msgspec.structs.replace(event, raw=None) for event in events]


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
