"""The dialect of Anthropic's Messages API.

The caller's side (`MessagesCaller`) reads requests and writes answers; the provider's side (`MessagesProvider`) writes
requests and reads answers. Rooms: `schema` and `parse`; `encode` with `turns`, `draft` and `terms`; `decode` with
`failures`; `reply` and `writer`; `citations` go both ways.
"""

from __future__ import annotations

from collections.abc import Sequence

from freehold.core.errors import AttemptFailed
from freehold.core.event import Answer, Event
from freehold.core.request import AnyRequest, Request
from freehold.core.target import Target
from freehold.wire import json
from freehold.wire.anthropic import decode, encode, reply
from freehold.wire.anthropic.parse import parse
from freehold.wire.anthropic.writer import Writer
from freehold.wire.codec import Encoded, FrameReader, StreamWriter
from freehold.wire.upstream import failure_of_status

__all__ = ["MessagesCaller", "MessagesProvider"]


class MessagesCaller:
    """The caller's side: ``POST /v1/messages`` and ``/v1/messages/count_tokens``. A `CallerCodec`."""

    def parse(self, body: bytes) -> Request:
        """Read a request; raises `BadRequest` whose `param` names the field."""
        return parse(body)

    def parse_count(self, body: bytes) -> Request:
        """Read a body of ``count_tokens``: a request that needs no ``max_tokens``; raises `BadRequest`."""
        return parse(body, counting=True)

    def count(self, tokens: int) -> bytes:
        """The answer to ``count_tokens``."""
        return json.encode({"input_tokens": tokens})

    def whole(self, answer: Answer, request: AnyRequest, exchange_id: str) -> bytes:
        """A message that is not streamed."""
        return reply.whole(answer, request, exchange_id)

    def writer(self, request: AnyRequest, exchange_id: str, *, verbatim: bool) -> StreamWriter:
        """Begin a streamed message."""
        return Writer(request, exchange_id, verbatim=verbatim)


class MessagesProvider:
    """The provider's side: ``POST {base_url}/messages``. A `ProviderCodec`."""

    def encode(self, request: AnyRequest, target: Target) -> Encoded:
        """Write a request; raises `AttemptFailed` (``UNTRANSLATABLE``, with `param`) for what it cannot say."""
        return encode.encode(request, target)

    def whole(self, body: bytes, request: AnyRequest) -> Sequence[Event]:  # noqa: ARG002 - the Protocol's shape
        """The events of a message that was not streamed, the first carrying `body`; raises `AttemptFailed`."""
        return decode.read_whole(body)

    def reader(self, request: AnyRequest) -> FrameReader:  # noqa: ARG002 - the Protocol's shape
        """Begin to read a streamed message."""
        return decode.Reader()

    def failure(self, status: int, body: bytes, retry_after: float | None) -> AttemptFailed:
        """What an HTTP error status means, by status before text."""
        return failure_of_status(status, body, retry_after)
