"""Secrets: what opens a door for whoever holds it. Pure, linear in the text, and silent about the words it finds."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable

from freehold.core.finding import Span
from freehold.guards.glance import LETTERS, flat, in_a_row, marking
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

_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_RUN_LETTERS, _ENOUGH = marking(LETTERS + "+/_-"), in_a_row(16)


def find(text: str) -> list[Span]:
    """The secrets in a text, in order, none within another: of two that overlap the surer, or else the longer.

    Prose has no run of sixteen letters and digits and costs little more than looking for one.
    """
    found = [*assignments.assigned(text), *carriers.carried(text), *keys.armoured(text)]
    if _ENOUGH in flat(text).translate(_RUN_LETTERS):
        runs = [run.span() for run in _RUN.finditer(text)]
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
