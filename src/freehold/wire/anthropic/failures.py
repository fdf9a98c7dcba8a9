"""What a provider's error means: by status before text, and by the error's type where a stream has no status.

Source: the API's error types and statuses, https://docs.anthropic.com/en/api/errors.
"""

from __future__ import annotations

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.wire.anthropic.schema import WireError

_FAULTS = {
    401: Fault.AUTH,
    402: Fault.AUTH,
    403: Fault.AUTH,
    408: Fault.SERVER,
    429: Fault.RATE_LIMITED,
}

_SAFE = frozenset({429, 503, 529})
"""Statuses that say the target has not begun to work."""

_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}

_SHOWN = 500
"""Characters of a provider's own message that are passed on."""


class _Body(msgspec.Struct):
    error: WireError


def failure(status: int, body: bytes, retry_after: float | None) -> AttemptFailed:
    """What an HTTP error status means. A provider's words about keys are not repeated: they may quote one."""
    fault = _FAULTS.get(status) or (Fault.REJECTED if 400 <= status < 500 else Fault.SERVER)
    if status < 400:
        fault = Fault.PROTOCOL
    said = "" if fault is Fault.AUTH else _message(body)
    return AttemptFailed(
        fault,
        f"the target answered {status}" + (f": {said}" if said else ""),
        status=status,
        retry_after=retry_after,
        safe_to_retry=status in _SAFE,
    )


def first_error(error: WireError) -> AttemptFailed:
    """An error in place of a stream's first event: as if its type had come as an HTTP status."""
    status = _STATUSES.get(error.type, 500)
    return failure(status, msgspec.json.encode(_Body(error)), None)


def broken(error: WireError) -> AttemptFailed:
    """An error after a stream has begun."""
    said = f": {error.message[:_SHOWN]}" if error.message else ""
    return AttemptFailed(Fault.BROKEN, f"the stream failed with {error.type}{said}", status=_STATUSES.get(error.type))


def _message(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Body).error.message[:_SHOWN]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
