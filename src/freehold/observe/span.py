"""A span as plain data. What sends it makes OpenTelemetry's own of it; whatever makes it needs no library."""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal

import msgspec

Value = str | bool | int | float | tuple[str, ...]
Attributes = dict[str, Value]
Kind = Literal["server", "client", "internal"]

_LONGEST = 256


class Moment(msgspec.Struct, frozen=True, gc=False):
    """Something that happened within a span."""

    name: str
    at_ns: int


class Span(msgspec.Struct, gc=False):
    """Something that took a while. Ids are small hex digits: 32 of a trace, 16 of a span; times are wall clock.

    Thousands may wait, none of them in a cycle, so the collector of garbage is not to look at them.
    """

    name: str
    kind: Kind
    trace: str
    id: str
    parent: str | None
    start_ns: int
    end_ns: int
    attributes: Attributes
    moments: tuple[Moment, ...] = ()
    link: tuple[str, str] | None = None
    """The trace and the span that caused it, where that is not its parent."""
    error: str | None = None
    """A short fixed word for what went wrong; `None`: nothing did."""


def derived(span: str, part: str) -> str:
    """The id of a part of a span: always the same one, so that who must name it as a parent need not be told it."""
    return blake2b(f"{span} {part}".encode(), digest_size=8).hexdigest()


def brief(text: str) -> str:
    """Somebody else's word, short enough to be an attribute."""
    return text if len(text) <= _LONGEST else text[:_LONGEST]
