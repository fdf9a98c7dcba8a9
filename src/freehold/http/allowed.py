"""What a caller's rates leave it, as the headers that its dialect's clients read.

OpenAI ("Rate limits", API guide): ``x-ratelimit-limit-requests``, ``x-ratelimit-remaining-requests`` and
``x-ratelimit-reset-requests``, the last a span of time as in ``6m0s`` or ``120ms``; the same of ``tokens``. Anthropic
("Rate limits", API overview): ``anthropic-ratelimit-requests-limit``, ``-remaining`` and ``-reset``, the last a moment
in RFC 3339; the same of ``tokens``.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from freehold.core.limits import Allowance, Quota
from freehold.core.request import Dialect
from freehold.http.asgi import Header


def allowed(allowance: Allowance, dialect: Dialect) -> list[Header]:
    """The headers of an allowance; none for what has no rate."""
    write = _anthropic if dialect == "anthropic" else _openai
    found: list[Header] = []
    if allowance.requests is not None:
        found += write(b"requests", allowance.requests)
    if allowance.tokens is not None:
        found += write(b"tokens", allowance.tokens)
    return found


def _openai(what: bytes, quota: Quota) -> list[Header]:
    return [
        (b"x-ratelimit-limit-" + what, b"%d" % quota.limit),
        (b"x-ratelimit-remaining-" + what, b"%d" % quota.remaining),
        (b"x-ratelimit-reset-" + what, span(quota.reset).encode()),
    ]


def _anthropic(what: bytes, quota: Quota) -> list[Header]:
    at = datetime.now(UTC) + timedelta(seconds=math.ceil(quota.reset))
    return [
        (b"anthropic-ratelimit-" + what + b"-limit", b"%d" % quota.limit),
        (b"anthropic-ratelimit-" + what + b"-remaining", b"%d" % quota.remaining),
        (b"anthropic-ratelimit-" + what + b"-reset", at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()),
    ]


def span(seconds: float) -> str:
    """A span of time as OpenAI writes it, rounded up to milliseconds.

    >>> span(0.12), span(1.0), span(60.0), span(0.0)
    ('120ms', '1s', '1m0s', '0s')
    """
    milliseconds = math.ceil(seconds * 1000)
    if 0 < milliseconds < 1000:
        return f"{milliseconds}ms"
    if milliseconds == 60_000:
        return "1m0s"  # what whoever has just made a request gets
    minutes, rest = divmod(milliseconds, 60_000)
    text = f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    return f"{minutes}m{text}" if minutes else text
