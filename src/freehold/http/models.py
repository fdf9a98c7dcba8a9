"""The endpoints that models answer: OpenAI's and Anthropic's, and the list of what can be asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from freehold.assemble import Answering
from freehold.core.caller import Caller
from freehold.core.errors import NotFound
from freehold.core.exchange import Exchange, Headers
from freehold.core.request import AnyRequest, Dialect, Origin
from freehold.http.asgi import Http
from freehold.http.directions import directions
from freehold.http.reply import answer, stated
from freehold.wire import models as wire_models
from freehold.wire.codec import CallerCodec
from freehold.wire.estimate import estimate_request

_PASSED_HEADERS: dict[Dialect, tuple[str, ...]] = {
    "openai": ("openai-beta",),
    "anthropic": ("anthropic-beta", "anthropic-version"),
}
"""Headers that belong to a dialect and go on to a target of the same one. None of them can hold a credential."""


_LARGE = 256 * 1024
"""Bytes. To read a larger body takes milliseconds, in which the event loop would serve nobody else."""

Read = TypeVar("Read")

Elsewhere = Callable[[Http, bytes, AnyRequest, Headers, Caller], Awaitable[bool]]
"""Has a request answered elsewhere, where that belongs there; whether it was. Takes its body too."""


class ModelApi:
    """The model endpoints, over whatever answers them."""

    def __init__(self, stack: Answering, body_limit: int, *, elsewhere: Elsewhere | None = None) -> None:
        self._stack = stack
        self._elsewhere = elsewhere
        self._limit = body_limit
        self._codecs = stack.codecs

    async def chat(self, http: Http, caller: Caller) -> None:
        """OpenAI's ``POST /v1/chat/completions``."""
        await self._answer(http, caller, self._codecs.chat)

    async def messages(self, http: Http, caller: Caller) -> None:
        """Anthropic's ``POST /v1/messages``."""
        await self._answer(http, caller, self._codecs.messages)

    async def embeddings(self, http: Http, caller: Caller) -> None:
        """OpenAI's ``POST /v1/embeddings``."""
        await self._answer(http, caller, self._codecs.embeddings)

    async def rerank(self, http: Http, caller: Caller) -> None:
        """``POST /v1/rerank``, in Cohere's format."""
        await self._answer(http, caller, self._codecs.rerank)

    async def _answer(self, http: Http, caller: Caller, codec: CallerCodec) -> None:
        body = await http.body(self._limit)
        request = _with_headers(await _read(codec.parse, body), http)
        said = directions(http, request)
        if self._elsewhere is not None and await self._elsewhere(http, body, request, said, caller):
            return
        exchange = Exchange(request=request, caller=caller, headers=said, id=http.id)
        await answer(http, self._stack.handler, exchange, codec)

    async def count_tokens(self, http: Http, caller: Caller) -> None:
        """Anthropic's ``POST /v1/messages/count_tokens``: an estimate; no target is asked, nothing leaves."""
        request, tokens = await _read(self._counted, await http.body(self._limit))
        self._stack.resolve(request.model, caller)
        await http.reply(200, self._codecs.messages.count(tokens), stated(http.id, "anthropic"))

    def _counted(self, body: bytes) -> tuple[AnyRequest, int]:
        request = self._codecs.messages.parse_count(body)
        return request, estimate_request(request)

    async def list(self, http: Http, caller: Caller) -> None:
        """``GET /v1/models``, in the shape the caller's client expects."""
        dialect = _dialect_of(http)
        await http.reply(200, wire_models.listing(self._stack.models(caller), dialect), stated(http.id, dialect))

    async def one(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /v1/models/{name}``."""
        dialect = _dialect_of(http)
        for model in self._stack.models(caller):
            if model.name == name:
                await http.reply(200, wire_models.one(model, dialect), stated(http.id, dialect))
                return
        raise NotFound(f"the model {name[:200]!a} does not exist, or this key may not ask for it")


async def _read(read: Callable[[bytes], Read], body: bytes) -> Read:
    return read(body) if len(body) <= _LARGE else await asyncio.to_thread(read, body)


def _dialect_of(http: Http) -> Dialect:
    """Both vendors list models at one path; Anthropic's clients always send their version."""
    return "anthropic" if http.header(b"anthropic-version") is not None else "openai"


def _with_headers(request: AnyRequest, http: Http) -> AnyRequest:
    origin = request.origin
    if origin is None:
        return request
    passed = tuple(
        (name, value)
        for name in _PASSED_HEADERS[origin.dialect]
        if (value := http.header(name.encode("ascii"))) is not None
    )
    if not passed:
        return request
    return msgspec.structs.replace(request, origin=Origin(origin.dialect, origin.body, passed))
