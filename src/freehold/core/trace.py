"""Where a request stands among traces, and which request the running code serves.

A request without a trace of its caller's begins one of its own, whose id is the request's: both are 128 bits, and the
last 80 of a request's are random, as W3C Trace Context asks of an id (Level 2, "Randomness of trace-id").
"""

from __future__ import annotations

import re
from contextvars import ContextVar

import msgspec

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?", re.ASCII)
"""Of version 00, and of what a later version begins with (W3C Trace Context, 3.2.2)."""

_LONGEST = 512
_PREFIX = 3
"""Of a request's id, before its hex digits."""


class Trace(msgspec.Struct, frozen=True):
    """A request's place. Ids are small hex digits, as they stand in a ``traceparent``."""

    request: str
    """The id of the HTTP request."""
    trace: str
    """32 digits."""
    span: str
    """16 digits: the request's own span."""
    parent: str | None = None
    """The caller's span, where it named one."""
    sampled: bool | None = None
    """Whether the caller keeps its part of the trace; `None` where it said nothing."""


CURRENT: ContextVar[Trace | None] = ContextVar("freehold_trace", default=None)
"""The HTTP request in whose course the running code runs; `None` outside any."""


def begin(request: str, traceparent: str | None) -> Trace:
    """The place of a request, from its id and the header it came with; a header that is none counts as absent.

    >>> begin("fh_0197" + "0" * 27 + "7", None).trace
    '01970000000000000000000000000007'
    """
    own = request[_PREFIX:]
    if traceparent is not None and len(traceparent) <= _LONGEST:
        found = _TRACEPARENT.fullmatch(traceparent.strip())
        if found is not None and int(found[1], 16) and int(found[2], 16):
            return Trace(request, found[1], own[-16:], found[2], bool(int(found[3], 16) & 1))
    return Trace(request, own, own[-16:])
