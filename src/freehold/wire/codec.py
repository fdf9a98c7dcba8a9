"""What a dialect's codec offers, on the caller's side and on the provider's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from freehold.core.errors import AttemptFailed, RequestError
from freehold.core.event import Answer, Event
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.wire.sse import Frame


class Encoded(msgspec.Struct, frozen=True):
    """A request as a provider's body. `path` follows the target's base URL; `dropped` names what was left out."""

    path: str
    body: bytes
    dropped: tuple[str, ...] = ()


class StreamWriter(Protocol):
    """Writes one streamed answer in the caller's dialect. Stateful; one for each answer.

    Events that carry `raw` are written as those bytes when the writer was made with ``verbatim=True``, and encoded
    afresh otherwise.
    """

    def write(self, event: Event) -> bytes:
        """The bytes this event adds to the stream; often none."""
        ...

    def close(self) -> bytes:
        """What ends a stream that went well."""
        ...

    def fail(self, error: RequestError) -> bytes:
        """The dialect's own in-stream error, after which nothing follows."""
        ...


class CallerCodec(Protocol):
    """The caller's side of a dialect."""

    def parse(self, body: bytes) -> AnyRequest:
        """Read a request; raises `BadRequest` whose `param` names the field."""
        ...

    def whole(self, answer: Answer, request: AnyRequest, exchange_id: str) -> bytes:
        """An answer that is not streamed."""
        ...

    def writer(self, request: AnyRequest, exchange_id: str, *, verbatim: bool) -> StreamWriter:
        """Begin a streamed answer."""
        ...


class FrameReader(Protocol):
    """Reads one provider's stream. Stateful; one for each stream."""

    def read(self, frame: Frame) -> Sequence[Event]:
        """The events of one frame, the first carrying its bytes; raises `AttemptFailed` for an error event."""
        ...

    def end(self) -> Sequence[Event]:
        """What remains to be said when the bytes have ended; raises `AttemptFailed` if they ended too soon."""
        ...


class ProviderCodec(Protocol):
    """The provider's side of a dialect."""

    def encode(self, request: AnyRequest, target: Target) -> Encoded:
        """Write a request; raises `AttemptFailed` (``UNTRANSLATABLE``, with `param`) for what it cannot say."""
        ...

    def whole(self, body: bytes, request: AnyRequest) -> Sequence[Event]:
        """The events of an answer that was not streamed, the first carrying `body`; raises `AttemptFailed`."""
        ...

    def reader(self, request: AnyRequest) -> FrameReader:
        """Begin to read a streamed answer."""
        ...

    def failure(self, status: int, body: bytes, retry_after: float | None) -> AttemptFailed:
        """What an HTTP error status means, by status before text."""
        ...
