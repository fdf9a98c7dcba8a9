"""What an error event in a stream means, which has a type where an HTTP answer has a status.

Source: the API's error types and their statuses, https://docs.anthropic.com/en/api/errors.
"""

from __future__ import annotations

from freehold.core.errors import AttemptFailed, Fault
from freehold.wire.anthropic.schema import WireError
from freehold.wire.upstream import clean, refused

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


def first_error(error: WireError) -> AttemptFailed:
    """An error in place of a stream's first event: as if its type had come as an HTTP status."""
    return refused(_STATUSES.get(error.type, 500), clean(error.message))


def broken(error: WireError) -> AttemptFailed:
    """An error after a stream has begun."""
    said = clean(f"the stream failed with {error.type}: {error.message}")
    return AttemptFailed(Fault.BROKEN, said, status=_STATUSES.get(error.type))
