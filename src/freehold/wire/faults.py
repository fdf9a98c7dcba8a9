"""An error as a body in the caller's dialect, with the details that only Freehold has.

OpenAI: ``{"error": {"message", "type", "param", "code"}}``. Anthropic: ``{"type": "error", "error": {"type",
"message"}, "request_id"}``. Both get a member ``freehold`` beside the message where there is more to say: the label and
the targets it allows, when a budget renews, or how each attempt failed.
"""

from __future__ import annotations

from freehold.core.errors import AttemptFailed, BadRequest, BudgetSpent, LabelForbidden, RequestError, UpstreamFailed
from freehold.core.request import Dialect, JsonObject
from freehold.wire.json import encode

_OPENAI_TYPES = {
    401: "authentication_error",
    402: "insufficient_quota",
    403: "permission_error",
    429: "rate_limit_error",
}

_ANTHROPIC_TYPES = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}


def error_body(error: RequestError, dialect: Dialect, exchange_id: str) -> bytes:
    """The whole body of an error answer; the same object is the data of an error event in a stream."""
    if dialect == "anthropic":
        return encode(_anthropic(error, exchange_id))
    return encode({"error": _openai(error)})


def _openai(error: RequestError) -> JsonObject:
    usual = "server_error" if error.status >= 500 else "invalid_request_error"
    described: JsonObject = {
        "message": error.message,
        "type": _OPENAI_TYPES.get(error.status, usual),
        "param": error.param,
        "code": error.code,
    }
    return described | _freehold(details(error))


def _anthropic(error: RequestError, exchange_id: str) -> JsonObject:
    usual = "api_error" if error.status >= 500 else "invalid_request_error"
    message = error.message
    if isinstance(error, BadRequest) and error.param and not message.startswith(error.param):
        message = f"{error.param}: {message}"
    described: JsonObject = {"type": _ANTHROPIC_TYPES.get(error.status, usual), "message": message}
    # This dialect has no room of its own for a code, which programs match on.
    more = details(error) | {"code": error.code}
    return {"type": "error", "error": described | _freehold(more), "request_id": exchange_id}


def _freehold(more: JsonObject) -> JsonObject:
    return {"freehold": more} if more else {}


def details(error: RequestError) -> JsonObject:
    """What an error says beyond its message: ``label`` and ``allowed``, ``renews``, ``attempts``; empty for most."""
    match error:
        case BudgetSpent(renews=str(renews)):
            return {"renews": renews}
        case LabelForbidden():
            return {"label": str(error.label), "allowed": list(error.allowed)}
        case UpstreamFailed():
            return {"attempts": [_attempt(target, failure) for target, failure in error.failures]}
        case _:
            return {}


def _attempt(target: str, failure: AttemptFailed) -> JsonObject:
    described: JsonObject = {"target": target, "fault": failure.fault.value, "message": failure.message}
    if failure.status is not None:
        described["status"] = failure.status
    return described
