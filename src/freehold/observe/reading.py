"""What telemetry reads off an exchange that has ended: its operation, its error's code, whether it was passed on."""

from __future__ import annotations

from freehold.core.errors import Fault, FreeholdError, RequestError
from freehold.core.exchange import Exchange
from freehold.core.record import Attempt, Ending
from freehold.core.request import EmbeddingRequest, Request, RerankRequest

OPERATIONS = {Request: "chat", EmbeddingRequest: "embeddings", RerankRequest: "rerank"}
"""``gen_ai.operation.name`` by the kind of request; the conventions have no word for ranking, and allow one's own."""

OK = "ok"
OTHER = "other"
"""Stands for every name that is not of the configuration, and every word that is not of a fixed list."""

_ESCALATED = "escalated"


def _codes(kind: type[FreeholdError]) -> set[str]:
    own = {kind.code} if issubclass(kind, RequestError) else set()
    return own.union(*map(_codes, kind.__subclasses__()))


CODES = frozenset(_codes(RequestError) | {str(fault) for fault in Fault})
"""Every word that can stand before the colon of `End.error`."""


def operation_of(exchange: Exchange) -> str:
    """``chat``, ``embeddings`` or ``rerank``."""
    return OPERATIONS[type(exchange.request)]


def code_of(exchange: Exchange) -> str | None:
    """The short fixed word for what went wrong; `None` where nothing did, or the caller left. Never an error's text."""
    end = exchange.end
    if end is None or end.error is None or end.ending is Ending.CANCELLED:
        return None
    code = end.error.partition(":")[0]
    return code if code in CODES else OTHER


def escalated(exchange: Exchange) -> bool:
    """Whether a target was asked because an earlier one's answer was not kept."""
    return any(each.note is not None and each.note.startswith(_ESCALATED) for each in exchange.attempts)


def shown(exchange: Exchange) -> Attempt | None:
    """The attempt whose answer the caller got."""
    return next((each for each in exchange.attempts if each.shown), None)


def first_token_ms(exchange: Exchange, attempt: Attempt) -> float | None:
    """Milliseconds from the request to the first event of this attempt's answer."""
    if attempt.first_ms is None:
        return None
    return max(0.0, (attempt.started_ns - exchange.started_ns) / 1e6) + attempt.first_ms
