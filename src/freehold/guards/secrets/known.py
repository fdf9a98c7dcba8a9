"""Finds tokens by the lead their vendor gives them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from freehold.core.finding import Span
from freehold.guards.secrets.rule import Rule
from freehold.guards.secrets.vendors import VENDORS

LONGEST_LEAD = max(len(lead) for rule in VENDORS for lead in rule.leads)
"""How far before a long run of letters and digits its lead may begin."""

_DISTINCT = 6
"""Different characters in a body at least: rows of ``x`` and zeros are what examples are made of."""

_BY_LEAD: dict[str, list[Rule]] = {}
for _rule in VENDORS:
    for _lead in _rule.leads:
        _BY_LEAD.setdefault(_lead, []).append(_rule)


@functools.cache
def _leads() -> re.Pattern[str]:
    """Every lead with no letter or digit before it but that of an escape. The longer of two alike comes first."""
    longest_first = sorted(_BY_LEAD, key=len, reverse=True)
    return re.compile(rf"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))(?:{'|'.join(map(re.escape, longest_first))})")


def known(text: str, runs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Tokens whose lead stands in or shortly before one of `runs`, the stretches of `text` that are worth a look."""
    leads, done = _leads(), 0
    for start, end in runs:
        at = max(done, start - LONGEST_LEAD)
        while lead := leads.search(text, at, end):
            span = _follow(text, lead.group(), lead.start())
            if span is not None:
                yield span
            at = done = span.end if span is not None else lead.start() + 1
        done = max(done, at)


def _follow(text: str, lead: str, at: int) -> Span | None:
    """The surest secret that begins with this lead here, or with a shorter lead that this one begins with."""
    best: Span | None = None
    for length in range(len(lead), 0, -1):
        for rule in _BY_LEAD.get(lead[:length], ()):
            body = rule.match(text, lead[:length], at)
            if (
                body is not None
                and len(set(body.group())) >= _DISTINCT
                and (best is None or rule.sure > best.confidence)
            ):
                best = Span(at, body.end(), rule.kind, rule.sure, "known", "secrets")
    return best
