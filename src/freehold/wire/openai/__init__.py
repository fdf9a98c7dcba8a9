"""The dialect of OpenAI's Chat Completions API, which most servers of open models speak.

The caller's side (`ChatCaller`) reads requests and writes answers; the provider's side (`ChatProvider`) writes requests
and reads answers. Rooms: `schema` and `parse` with `turns`, `encode` with `render` and `fit`, `decode` with `answers`
and `voice`, `reply`; `usage` and `logprobs` go both ways.
"""

from __future__ import annotations

from collections.abc import Sequence

from freehold.core.errors import AttemptFailed
from freehold.core.event import Answer, Event
from freehold.core.request import AnyRequest, Request
from freehold.core.target import Target
from freehold.wire.codec import Encoded
from freehold.wire.openai.decode import ChatReader, read_whole
from freehold.wire.openai.encode import encode_chat
from freehold.wire.openai.parse import parse
from freehold.wire.openai.reply import ChatWriter, write_whole
from freehold.wire.upstream import failure_of_status

__all__ = ["ChatCaller", "ChatProvider"]


class ChatCaller:
    """``POST /v1/chat/completions`` from a caller; a `CallerCodec`."""

    def parse(self, body: bytes) -> Request:
        """Read a request; raises `BadRequest` whose `param` names the field."""
        return parse(body)

    def whole(self, answer: Answer, request: AnyRequest, exchange_id: str) -> bytes:
        """An answer that is not streamed, as a ``chat.completion``."""
        return write_whole(answer, _chat(request), exchange_id)

    def writer(self, request: AnyRequest, exchange_id: str, *, verbatim: bool) -> ChatWriter:
        """Begin a streamed answer."""
        return ChatWriter(_chat(request), exchange_id, verbatim=verbatim)


class ChatProvider:
    """``POST .../chat/completions`` at a provider; a `ProviderCodec`."""

    def encode(self, request: AnyRequest, target: Target) -> Encoded:
        """Write a request; raises `AttemptFailed` (``UNTRANSLATABLE``) naming what this dialect cannot say."""
        return encode_chat(_chat(request), target)

    def whole(self, body: bytes, request: AnyRequest) -> Sequence[Event]:  # noqa: ARG002  the Protocol's signature
        """The events of an answer that was not streamed; raises `AttemptFailed`."""
        return read_whole(body)

    def reader(self, request: AnyRequest) -> ChatReader:  # noqa: ARG002  the Protocol's signature
        """Begin to read a streamed answer."""
        return ChatReader()

    def failure(self, status: int, body: bytes, retry_after: float | None) -> AttemptFailed:
        """What an HTTP error status means, by status before text."""
        return failure_of_status(status, body, retry_after)


def _chat(request: AnyRequest) -> Request:
    if not isinstance(request, Request):
        raise TypeError("this codec is for chat requests")
    return request
