"""Secrets: what opens a door for whoever holds it. Pure, linear in the text, and silent about the words it finds."""

from __future__ import annotations

import bisect
from collections.abc import Iterable

from freehold.core.finding import Span
from freehold.guards.glance import LETTERS, Runs, flat
from freehold.guards.secrets import assignments, carriers, keys, marked, shape, vendors
from freehold.guards.secrets.known import known

KINDS: tuple[str, ...] = tuple(
    dict.fromkeys(
        [
            keys.KIND,
            *(rule.kind for rule in vendors.VENDORS),
            *(rule.kind for rule in marked.MARKED),
            *(carrier.kind for carrier in carriers.CARRIERS),
            assignments.KIND,
            shape.KIND,
        ]
    )
)
"""Every kind that `find` may name."""

_RUNS = Runs(LETTERS + "+/_-", 16)


def find(text: str) -> list[Span]:
    """The secrets in a text, in order, none within another: of two that overlap the surer, or else the longer.

    Prose has no run of sixteen letters and digits and costs little more than looking for one.
    """
    found = [*assignments.assigned(text), *carriers.carried(text), *keys.armoured(text)]
    if runs := _RUNS.spans(flat(text)):
        found += known(text, runs)
        found += marked.marked(text, runs)
        found += shape.shaped(text, runs)
    return _settled(found) if found else found


def _settled(found: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(found, key=lambda each: (-each.confidence, each.start - each.end, each.start)):
        at = bisect.bisect_left(kept, span.end, key=_start)
        if at == 0 or kept[at - 1].end <= span.start:  # The last one kept that begins before this one ends.
            kept.insert(at, span)
    return kept


def _start(span: Span) -> int:
    return span.start
