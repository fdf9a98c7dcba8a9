"""Runs finders over the texts of a request, and settles what they find.

Finders are pure: ``find(text) -> spans``. What several of them say of the same characters is settled here: the surest
holds, then the longest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from freehold.core.finding import Finding, Span
from freehold.core.request import AnyRequest
from freehold.guards.fields import Field, walk

Finder = Callable[[str], Iterable[Span]]

LARGE = 50_000
"""Characters of a request above which it is looked at in a thread, so that the event loop stays free."""


class Scanner:
    """Finders, and a bounded memory of the texts they have seen."""

    def __init__(self, finders: Sequence[Finder]) -> None:
        self._finders = tuple(finders)

    def scan(self, text: str) -> tuple[Span, ...]:
        """What stands in a text, in order; no two spans overlap."""
        return settle(span for find in self._finders for span in find(text))

    def scan_request(self, request: AnyRequest) -> list[Finding]:
        """What stands in all of a request that would be forwarded."""
        return self._scan(list(walk(request)))

    async def scan_later(self, request: AnyRequest) -> list[Finding]:
        """As `scan_request`; a large request is looked at in a thread."""
        fields = list(walk(request))
        if sum(len(field.text) for field in fields) > LARGE:
            return await asyncio.to_thread(self._scan, fields)
        return self._scan(fields)

    def _scan(self, fields: Sequence[Field]) -> list[Finding]:
        return [Finding(field.where, span) for field in fields for span in self.scan(field.text)]


def settle(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, without those that overlap a surer one, or a longer one as sure."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (-span.confidence, span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))
