"""Reranking, both sides: ``POST /v1/rerank`` from a caller and ``.../rerank`` at a provider.

No vendor of our dialects defines it. The format is Cohere's (https://docs.cohere.com/reference/rerank), as Jina, vLLM,
llama.cpp's server and others speak it: a query and documents in, ``results`` of ``index`` and ``relevance_score`` out,
best first. A document is a text, or an object with a ``text``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, NoReturn

import msgspec

from freehold.core.errors import AttemptFailed, BadRequest, Fault
from freehold.core.event import Answer, Event, Opened, Ranked, Reranked
from freehold.core.request import AnyRequest, JsonObject, Origin, RerankRequest
from freehold.core.target import Target
from freehold.wire.at_once import ask
from freehold.wire.codec import Encoded
from freehold.wire.fields import check_model, read_metadata
from freehold.wire.json import convert, decode, encode
from freehold.wire.openai.usage import read_input_usage
from freehold.wire.upstream import answer_in, failure_of_status

PATH = "/rerank"
MOST_DOCUMENTS = 2048
"""More than any provider recommends for one request."""


class _Document(msgspec.Struct):
    text: str


class _Body(msgspec.Struct):
    model: str
    query: str
    documents: Annotated[list[str | _Document], msgspec.Meta(min_length=1, max_length=MOST_DOCUMENTS)]
    top_n: Annotated[int, msgspec.Meta(ge=1)] | None = None
    return_documents: bool | None = None
    user: str | None = None
    metadata: dict[str, Any] | None = None


_KNOWN = frozenset(_Body.__struct_encode_fields__)


class _Result(msgspec.Struct):
    index: int
    relevance_score: float


class _Answer(msgspec.Struct):
    results: list[_Result] | None = None
    model: str | None = None
    id: str | None = None
    usage: Any = None
    meta: Any = None
    error: Any = None


_decode_answer = msgspec.json.Decoder(_Answer).decode


class RerankCaller:
    """``POST /v1/rerank`` from a caller; a `CallerCodec`. Rankings are never streamed."""

    def parse(self, body: bytes) -> RerankRequest:
        """Read a request; raises `BadRequest` whose `param` names the field."""
        fields = decode(body)
        asked = convert(fields, _Body)
        check_model(asked.model)
        if not asked.query:
            raise BadRequest("query must not be empty", param="query")
        return RerankRequest(
            model=asked.model,
            query=asked.query,
            documents=tuple(each if isinstance(each, str) else each.text for each in asked.documents),
            top=asked.top_n,
            return_documents=bool(asked.return_documents),
            user=asked.user,
            metadata=read_metadata(asked.metadata),
            extra=_unknown(fields),
            origin=Origin("openai", fields),
        )

    def whole(self, answer: Answer, request: AnyRequest, exchange_id: str) -> bytes:
        """The ranking, with the documents' texts where they were asked for."""
        asked = _rerank(request)
        tokens = answer.usage.input if answer.usage else 0
        return encode(
            {
                "id": exchange_id,
                "object": "list",
                "model": answer.opened.model or asked.model,
                "results": [_result(ranked, asked) for ranked in answer.ranking or ()],
                "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
            }
        )

    def writer(self, request: AnyRequest, exchange_id: str, *, verbatim: bool) -> NoReturn:  # noqa: ARG002
        """Never called, for the requests this codec reads do not stream."""
        raise TypeError("rankings are not streamed")


class RerankProvider:
    """``POST .../rerank`` at a provider; a `ProviderCodec`."""

    def encode(self, request: AnyRequest, target: Target) -> Encoded:
        """Write a request; raises `AttemptFailed` for a target that speaks another dialect, which does not rerank."""
        asked = _rerank(request)
        return ask(PATH, "reranking", target, asked.origin, partial(_afresh, asked))

    def whole(self, body: bytes, request: AnyRequest) -> Sequence[Event]:
        """The events of an answer, best first; raises `AttemptFailed` (``PROTOCOL``) for what is no ranking of these.

        That is a score for no document or twice for one, one that is no number, or fewer scores than were asked for.
        """
        answer = answer_in(body, _decode_answer)
        ranking = _ranking(answer.results or [], _rerank(request))
        events: list[Event] = [Opened(id=answer.id or "", model=answer.model or "", raw=body), Reranked(ranking, b"")]
        if usage := read_input_usage(_counts(answer), b""):
            events.append(usage)
        return events

    def reader(self, request: AnyRequest) -> NoReturn:  # noqa: ARG002  the Protocol's signature
        """Never called for a right answer; raises `AttemptFailed` (``PROTOCOL``)."""
        raise AttemptFailed(Fault.PROTOCOL, "the target answered a request to rerank with a stream")

    def failure(self, status: int, body: bytes, retry_after: float | None) -> AttemptFailed:
        """What an HTTP error status means, by status before text."""
        return failure_of_status(status, body, retry_after)


def _rerank(request: AnyRequest) -> RerankRequest:
    if not isinstance(request, RerankRequest):
        raise TypeError("this codec is for rerank requests")
    return request


def _unknown(fields: JsonObject) -> JsonObject:
    """Fields that nobody here knows, and documents' members beside their text, which nobody here looks into."""
    found = {name: fields[name] for name in fields.keys() - _KNOWN}
    if any(isinstance(each, dict) and each.keys() - {"text"} for each in fields["documents"]):
        found["documents"] = fields["documents"]
    return found


def _afresh(request: RerankRequest) -> JsonObject:
    body: JsonObject = {
        **request.extra,
        "query": request.query,
        "documents": list(request.documents),
        "top_n": request.top,
        "return_documents": request.return_documents or None,
        "user": request.user,
        "metadata": request.metadata or None,
    }
    return {name: value for name, value in body.items() if value is not None}


def _ranking(results: list[_Result], request: RerankRequest) -> tuple[Ranked, ...]:
    count = len(request.documents)
    places = {result.index for result in results}
    wanted = min(request.top or count, count)
    if len(places) < len(results) or not places <= set(range(count)) or len(results) < wanted:
        raise AttemptFailed(Fault.PROTOCOL, f"the target sent scores for {len(places)} of {count} documents, or others")
    if not all(math.isfinite(result.relevance_score) for result in results):
        raise AttemptFailed(Fault.PROTOCOL, "the target sent a score that is not a number")
    ranking = sorted(results, key=lambda result: -result.relevance_score)
    return tuple(Ranked(result.index, result.relevance_score) for result in ranking[:wanted])


def _counts(answer: _Answer) -> Any:
    """Tokens: in ``usage``, where vLLM counts them only in total, or where Cohere keeps them in ``meta``."""
    usage = answer.usage
    if isinstance(usage, dict):
        return {"prompt_tokens": usage.get("prompt_tokens") or usage.get("total_tokens")}
    tokens = answer.meta.get("tokens") if isinstance(answer.meta, dict) else None
    return {"prompt_tokens": tokens.get("input_tokens")} if isinstance(tokens, dict) else None


def _result(ranked: Ranked, request: RerankRequest) -> JsonObject:
    result: JsonObject = {"index": ranked.index, "relevance_score": ranked.score}
    if request.return_documents:
        result["document"] = {"text": request.documents[ranked.index]}
    return result
