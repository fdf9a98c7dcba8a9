"""What was once found in an exchange's request stays found, whoever looks at it again.

Who finds names may name others the second time, and what is found by what stands around it may not be once a guard has
changed that. What was found is kept as words, in memory alone, and for no longer than the exchange lives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

import msgspec

from freehold.core.exchange import Exchange
from freehold.core.finding import Finding
from freehold.core.request import AnyRequest
from freehold.guards.letters import words_of
from freehold.guards.located import Located, locate
from freehold.guards.swap import Pair, Swap, Swapping
from freehold.guards.traversal import walk

_LONGEST = 400
"""Characters of words that are looked for however they are written; longer ones only as they stood."""

_Words = dict[tuple[str, str, str], Located]
"""What was found, by its family, its kind and its words."""


class Recall:
    """What was found in each exchange. Used from one event loop."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Exchange, _Words | None] = WeakKeyDictionary()
        """`None` for one whose words could not be told."""

    async def completed(self, exchange: Exchange, findings: list[Finding]) -> list[Finding] | None:
        """These findings, and one for each place where something stands that only an earlier look has found.

        `None` from the first look on whose findings have no words that could be looked for: one is not where it says,
        or there are more of them than are taken out.
        """
        known = self._known.get(exchange, {})
        if known is None or not (known or findings):
            return None if known is None else findings
        located = locate(exchange.request, findings)
        if located is None:
            self._known[exchange] = None
            return None
        words = {(each.span.family, each.span.kind, each.text): each for each in located}
        missed = [each for key, each in known.items() if key not in words]
        self._known[exchange] = known | words
        if not missed:
            return findings
        again = await asyncio.to_thread(_places, exchange.request, missed)
        return [*findings, *(each for each in again if each not in findings)]


def _places(request: AnyRequest, missed: Sequence[Located]) -> list[Finding]:
    """Where any of this stands now."""
    groups: dict[tuple[str, str], list[Located]] = {}
    for each in missed:
        groups.setdefault((each.span.family, each.span.kind), []).append(each)
    found: dict[Finding, None] = {}
    for group in groups.values():
        span = group[0].span
        swap = Swap(_pair(each) for each in group if len(each.text) <= _LONGEST)
        long = [each.text for each in group if len(each.text) > _LONGEST]
        for field in walk(request):
            for start, end in (*_swapped(swap, field.text), *_standing(long, field.text)):
                found[Finding(field.where, msgspec.structs.replace(span, start=start, end=end))] = None
    return list(found)


def _pair(each: Located) -> Pair:
    """As it is taken out: a secret as it stands, all else by its words."""
    worded = each.span.family != "secrets" and words_of(each.text)
    loose = each.within or each.span.family == "secrets"
    return Pair(each.text, "", "words" if worded else "literal", loose=loose)


def _swapped(swap: Swap, text: str) -> Iterator[tuple[int, int]]:
    swapping = Swapping(swap)
    swapping.feed(text)
    swapping.flush()
    return ((start, end) for start, end, _ in swapping.replaced)


def _standing(long: Sequence[str], text: str) -> Iterator[tuple[int, int]]:
    for words in long:
        at = text.find(words)
        while at >= 0:
            yield at, at + len(words)
            at = text.find(words, at + len(words))
