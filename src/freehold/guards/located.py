"""Findings with the words they are of, for whoever has to take those out."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.core.finding import Finding, Span
from freehold.core.request import AnyRequest
from freehold.guards.letters import folded, joined
from freehold.guards.overlaps import united
from freehold.guards.traversal import walk

MOST = 5_000
"""Different words that are taken out of one request: what is made of each takes memory, and seconds beyond this."""


class Located(msgspec.Struct, frozen=True):
    """A span and its words. `within`: it begins or ends inside a word, so its words cannot be told by their ends."""

    span: Span
    text: str
    within: bool

    def __repr__(self) -> str:
        return f"Located({self.span!r})"


def locate(request: AnyRequest, findings: Sequence[Finding]) -> list[Located] | None:
    """Each finding with its words, in the order of the request.

    `None` if one is not where it says, or if there are more different words than are taken out.
    Where two texts share a place, as an unknown member's name and value do, the words of both are taken. Findings that
    overlap are there once more as one, since taking out the first of them would leave the end of the next; and what is
    a secret in one place is so in all.
    """
    wanted: dict[str, list[Span]] = {}
    for finding in findings:
        wanted.setdefault(finding.where, []).append(finding.span)
    found: dict[tuple[Span, str], Located] = {}
    met: set[tuple[str, Span]] = set()
    different: set[str] = set()
    for field in walk(request) if wanted else ():
        spans = wanted.get(field.where, ())
        for span in (*spans, *united(span for span in spans if span.end <= len(field.text))):
            words = field.text[span.start : span.end]
            if len(words) == span.end - span.start and words.strip():
                met.add((field.where, span))
                different.add(words)
                if len(different) > MOST:
                    return None
                found.setdefault((span, words), Located(span, words, _within(field.text, span)))
    missed = any((finding.where, finding.span) not in met for finding in findings)
    return None if missed else _told_apart(list(found.values()))


def _told_apart(found: list[Located]) -> list[Located]:
    """What was found, without what is personal and a secret as well."""
    secrets = {folded(each.text) for each in found if each.span.family == "secrets"}
    if not secrets:
        return found
    return [each for each in found if each.span.family == "secrets" or folded(each.text) not in secrets]


def _within(text: str, span: Span) -> bool:
    """Whether the words around a span go on into it."""
    before = span.start > 0 and joined(text[span.start - 1], text[span.start])
    return before or (span.end < len(text) and joined(text[span.end - 1], text[span.end]))
