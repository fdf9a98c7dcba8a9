"""OpenAI's embeddings, both sides: ``POST /v1/embeddings`` from a caller and at a provider.

A vector travels as a list of numbers or as base64 of its float32 numbers, little endian; both are read from a provider
whatever was asked, for some servers ignore ``encoding_format``, and both are written to a caller.
"""

from __future__ import annotations

import base64
import binascii
import sys
from array import array
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal, NoReturn

import msgspec

from freehold.core.errors import AttemptFailed, BadRequest, Fault
from freehold.core.event import Answer, Embedded, Event, Opened
from freehold.core.request import AnyRequest, EmbeddingRequest, JsonObject, Origin
from freehold.core.target import Target
from freehold.wire.at_once import ask
from freehold.wire.codec import Encoded
from freehold.wire.fields import check_model, read_metadata
from freehold.wire.json import convert, decode, encode
from freehold.wire.openai.usage import read_input_usage
from freehold.wire.upstream import answer_in, failure_of_status

PATH = "/embeddings"
MOST_INPUTS = 2048
"""OpenAI's own limit of one request."""

Vector = tuple[float, ...]
Token = Annotated[int, msgspec.Meta(ge=0)]


class _Body(msgspec.Struct):
    model: str
    input: str | Annotated[list[str | Token | list[Token]], msgspec.Meta(min_length=1, max_length=MOST_INPUTS)]
    dimensions: Annotated[int, msgspec.Meta(ge=1)] | None = None
    encoding_format: Literal["float", "base64"] | None = None
    user: str | None = None
    metadata: dict[str, Any] | None = None


_KNOWN = frozenset(_Body.__struct_encode_fields__)


class _Item(msgspec.Struct):
    embedding: Vector | str
    index: int | None = None


class _Answer(msgspec.Struct):
    data: list[_Item] | None = None
    model: str | None = None
    usage: Any = None
    error: Any = None


_decode_answer = msgspec.json.Decoder(_Answer).decode


class EmbeddingsCaller:
    """``POST /v1/embeddings`` from a caller; a `CallerCodec`. Embeddings are never streamed."""

    def parse(self, body: bytes) -> EmbeddingRequest:
        """Read a request; raises `BadRequest` whose `param` names the field."""
        fields = decode(body)
        asked = convert(fields, _Body)
        check_model(asked.model)
        return EmbeddingRequest(
            model=asked.model,
            inputs=_inputs(asked.input),
            dimensions=asked.dimensions,
            encoding=asked.encoding_format or "float",
            user=asked.user,
            metadata=read_metadata(asked.metadata),
            extra={name: fields[name] for name in fields.keys() - _KNOWN},
            origin=Origin("openai", fields),
        )

    def whole(self, answer: Answer, request: AnyRequest, exchange_id: str) -> bytes:  # noqa: ARG002  no room for an id
        """The vectors, in the encoding that was asked for."""
        write = _to_base64 if _embedding(request).encoding == "base64" else list
        tokens = answer.usage.input if answer.usage else 0
        return encode(
            {
                "object": "list",
                "data": [
                    {"object": "embedding", "index": index, "embedding": write(vector)}
                    for index, vector in enumerate(answer.vectors or ())
                ],
                "model": answer.opened.model or request.model,
                "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
            }
        )

    def writer(self, request: AnyRequest, exchange_id: str, *, verbatim: bool) -> NoReturn:  # noqa: ARG002
        """Never called, for the requests this codec reads do not stream."""
        raise TypeError("embeddings are not streamed")


class EmbeddingsProvider:
    """``POST .../embeddings`` at a provider; a `ProviderCodec`."""

    def encode(self, request: AnyRequest, target: Target) -> Encoded:
        """Write a request; raises `AttemptFailed` for a target that speaks another dialect, which has no embeddings."""
        asked = _embedding(request)
        return ask(PATH, "embeddings", target, asked.origin, partial(_afresh, asked))

    def whole(self, body: bytes, request: AnyRequest) -> Sequence[Event]:
        """The events of an answer; raises `AttemptFailed` (``PROTOCOL``) unless it holds one vector for each input."""
        answer = answer_in(body, _decode_answer)
        vectors = _in_order(answer.data or [])
        wanted = len(_embedding(request).inputs)
        if len(vectors) != wanted:
            raise AttemptFailed(Fault.PROTOCOL, f"the target sent {len(vectors)} vectors for {wanted} inputs")
        events: list[Event] = [Opened(model=answer.model or "", raw=body), Embedded(vectors, b"")]
        if usage := read_input_usage(answer.usage, b""):
            events.append(usage)
        return events

    def reader(self, request: AnyRequest) -> NoReturn:  # noqa: ARG002  the Protocol's signature
        """Never called for a right answer; raises `AttemptFailed` (``PROTOCOL``)."""
        raise AttemptFailed(Fault.PROTOCOL, "the target answered a request for embeddings with a stream")

    def failure(self, status: int, body: bytes, retry_after: float | None) -> AttemptFailed:
        """What an HTTP error status means, by status before text."""
        return failure_of_status(status, body, retry_after)


def _embedding(request: AnyRequest) -> EmbeddingRequest:
    if not isinstance(request, EmbeddingRequest):
        raise TypeError("this codec is for embedding requests")
    return request


def _inputs(given: str | list[str | int | list[int]]) -> tuple[str, ...] | tuple[tuple[int, ...], ...]:
    """Always several inputs: a lone text, or a lone list of tokens, is one."""
    items = [given] if isinstance(given, str) else given
    if texts := [item for item in items if isinstance(item, str)]:
        if len(texts) < len(items):
            raise BadRequest("input must be all texts or all tokens", param="input")
        if "" in texts:
            raise BadRequest("an input must not be empty", param=f"input[{texts.index('')}]")
        return tuple(texts)
    if tokens := [item for item in items if isinstance(item, int)]:
        if len(tokens) < len(items):
            raise BadRequest("input must be one list of tokens or a list of such lists", param="input")
        return (tuple(tokens),)
    lists = [tuple(item) for item in items if isinstance(item, list)]
    if () in lists:
        raise BadRequest("an input must not be empty", param=f"input[{lists.index(())}]")
    return tuple(lists)


def _afresh(request: EmbeddingRequest) -> JsonObject:
    body: JsonObject = {
        "input": [item if isinstance(item, str) else list(item) for item in request.inputs],
        "dimensions": request.dimensions,
        "encoding_format": request.encoding,
        "user": request.user,
        "metadata": request.metadata or None,
        **request.extra,
    }
    return {name: value for name, value in body.items() if value is not None}


def _in_order(items: list[_Item]) -> tuple[Vector, ...]:
    if all(item.index is not None for item in items):
        items = sorted(items, key=lambda item: item.index or 0)
    return tuple(_from_base64(item.embedding) if isinstance(item.embedding, str) else item.embedding for item in items)


def _to_base64(vector: Vector) -> str:
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def _from_base64(text: str) -> Vector:
    numbers = array("f")
    try:
        numbers.frombytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise AttemptFailed(Fault.PROTOCOL, "the target sent a vector that is not base64 of float32") from error
    if sys.byteorder == "big":
        numbers.byteswap()
    return tuple(numbers)
