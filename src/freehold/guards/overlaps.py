"""Spans that lie over one another, as one: what is taken out of a text goes with all of its characters, and once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from freehold.core.finding import Span


def united(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, each group of those that overlap as one that covers all of them.

    It is of the kind of the surest among them; where one of them is a secret, of the surest secret.
    """
    groups: list[list[Span]] = []
    end = -1
    for span in sorted(spans, key=lambda span: span.start):
        if groups and span.start < end:
            groups[-1].append(span)
            end = max(end, span.end)
        else:
            groups.append([span])
            end = span.end
    return [group[0] if len(group) == 1 else _union(group) for group in groups]


def _union(group: list[Span]) -> Span:
    first = max(group, key=lambda span: (span.family == "secrets", span.confidence, span.end - span.start))
    return msgspec.structs.replace(first, start=group[0].start, end=max(span.end for span in group))
