"""What is said of an exchange and of an attempt, as attributes of their spans."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from freehold.core.exchange import Exchange
from freehold.core.record import Attempt, Ending
from freehold.core.request import EmbeddingRequest, OutputFormat, Request, RerankRequest
from freehold.core.target import Target
from freehold.observe import content
from freehold.observe.reading import OK, code_of, escalated
from freehold.observe.span import Attributes, brief

_OWN_KEYS = ("conversation_id", "session_id", "thread_id")
"""Of a request's metadata, what names the conversation; the first that is there."""


def path_of(exchange: Exchange) -> str:
    """The path that such a request comes in by."""
    match exchange.request:
        case EmbeddingRequest():
            return "/v1/embeddings"
        case RerankRequest():
            return "/v1/rerank"
        case request:
            return "/v1/messages" if request.dialect == "anthropic" else "/v1/chat/completions"


def own(exchange: Exchange) -> Attributes:
    """What Freehold knows of a request and nobody else does."""
    permit, end = exchange.permit, exchange.end
    found: Attributes = {
        "freehold.request.id": exchange.id,
        "freehold.key.id": exchange.caller.key_id,
        "freehold.attempts": len(exchange.attempts),
        "freehold.cost": exchange.cost / 1e9,
        "freehold.escalated": escalated(exchange),
    }
    if exchange.caller.team is not None:
        found["freehold.team"] = exchange.caller.team
    if exchange.label is not None:
        found["freehold.label"] = str(exchange.label)
    if permit is not None:
        found["freehold.route"] = permit.route
        if permit.refusals:
            found["freehold.refused_targets"] = tuple(f"{each.target}: {each.rule}" for each in permit.refusals)
    if exchange.chosen is not None:
        found["freehold.target"] = exchange.chosen.name
        found["freehold.home"] = exchange.chosen.owned
    if end is not None:
        found["freehold.ending"] = str(end.ending)
        code = code_of(exchange)
        if end.ending is Ending.REFUSED and code is not None:
            found["freehold.refusal"] = code
    if (name := _conversation(exchange)) is not None:
        found["gen_ai.conversation.id"] = name
    return found


def _conversation(exchange: Exchange) -> str | None:
    metadata = exchange.request.metadata
    return next((brief(str(metadata[key])) for key in _OWN_KEYS if metadata.get(key)), None)


def target_of(exchange: Exchange, attempt: Attempt) -> Target | None:
    """The target of an attempt; `None` where the permit has lost it."""
    permit = exchange.permit
    if permit is None:
        return None
    return next((target for target in permit.targets if target.name == attempt.target), None)


def server(target: Target | None) -> Attributes:
    """Where a target is; nothing for one without an address."""
    found = None if target is None else _address(target.base_url)
    return {} if found is None else {"server.address": found[0], "server.port": found[1]}


@lru_cache(maxsize=512)
def _address(url: str) -> tuple[str, int] | None:
    parts = urlsplit(url)
    if not parts.hostname:
        return None
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def asked(exchange: Exchange) -> Attributes:
    """How it was asked: what the caller set, and nothing that it did not."""
    request = exchange.request
    if isinstance(request, EmbeddingRequest):
        return {"gen_ai.request.encoding_formats": (request.encoding,)}
    if isinstance(request, RerankRequest):
        return {"gen_ai.request.top_k": request.top} if request.top is not None else {}
    sampling = request.sampling
    said: dict[str, str | int | float | tuple[str, ...] | None] = {
        "gen_ai.request.max_tokens": sampling.max_tokens,
        "gen_ai.request.temperature": sampling.temperature,
        "gen_ai.request.top_p": sampling.top_p,
        "gen_ai.request.top_k": sampling.top_k,
        "gen_ai.request.frequency_penalty": sampling.frequency_penalty,
        "gen_ai.request.presence_penalty": sampling.presence_penalty,
        "gen_ai.request.seed": sampling.seed,
        "gen_ai.request.choice.count": sampling.n if sampling.n != 1 else None,
        "gen_ai.request.stream": True if request.stream else None,
        "gen_ai.output.type": _output(request.output),
        "openai.request.service_tier": None if request.service_tier is None else brief(request.service_tier),
    }
    return {name: value for name, value in said.items() if value is not None}


def _output(output: OutputFormat | None) -> str | None:
    return None if output is None else "json"


def answered(exchange: Exchange, attempt: Attempt) -> Attributes:
    """What came back, in numbers and fixed words."""
    found: Attributes = {}
    if attempt.answer_id:
        found["gen_ai.response.id"] = brief(attempt.answer_id)
    if attempt.answer_model:
        found["gen_ai.response.model"] = brief(attempt.answer_model)
    if attempt.finish is not None and isinstance(exchange.request, Request):
        found["gen_ai.response.finish_reasons"] = (attempt.finish,)
    if exchange.request.stream and attempt.first_ms is not None:
        found["gen_ai.response.time_to_first_chunk"] = attempt.first_ms / 1000
    if isinstance(exchange.request, EmbeddingRequest) and exchange.request.dimensions is not None:
        found["gen_ai.embeddings.dimension.count"] = exchange.request.dimensions
    usage = attempt.usage
    if usage is not None:
        found["gen_ai.usage.input_tokens"] = usage.input
        if isinstance(exchange.request, Request):
            found["gen_ai.usage.output_tokens"] = usage.output
            optional = {
                "gen_ai.usage.cache_read.input_tokens": usage.cached_input,
                "gen_ai.usage.cache_creation.input_tokens": usage.cache_write,
                "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
            }
            found |= {name: count for name, count in optional.items() if count}
    if attempt.fault is not None:
        found["error.type"] = attempt.fault
    return found


def tried(attempt: Attempt) -> Attributes:
    """What Freehold knows of one try."""
    found: Attributes = {
        "freehold.target": attempt.target,
        "freehold.home": attempt.owned,
        "freehold.attempt.number": attempt.number,
        "freehold.attempt.outcome": OK if attempt.fault is None else attempt.fault,
        "freehold.attempt.shown": attempt.shown,
        "freehold.cost": attempt.cost / 1e9,
    }
    if attempt.note is not None:
        found["freehold.attempt.note"] = brief(attempt.note)
    if attempt.label is not None:
        found["freehold.label"] = str(attempt.label)
    if attempt.declassified is not None:
        found["freehold.declassified"] = brief(attempt.declassified)
    score = attempt.score
    if score is not None:
        found["freehold.score.method"] = score.method
        found["freehold.score.kept"] = score.kept
        if score.value is not None:
            found["freehold.score.value"] = score.value
    return found


def messages(exchange: Exchange, request: Request, attempt: Attempt) -> Attributes:
    """The messages themselves; what was answered, only with the attempt whose answer the caller got."""
    found: Attributes = {"gen_ai.input.messages": content.input_messages(request)}
    for name, text in (
        ("gen_ai.system_instructions", content.instructions(request)),
        ("gen_ai.tool.definitions", content.tool_definitions(request)),
    ):
        if text is not None:
            found[name] = text
    if attempt.shown and exchange.answer is not None:
        found["gen_ai.output.messages"] = content.output_messages(exchange.answer)
    return found
