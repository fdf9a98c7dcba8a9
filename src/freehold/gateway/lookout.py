"""Who looks at a request: the pattern finders, whoever finds names where that is configured, and a judge."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import msgspec

from freehold.core.errors import RequestError
from freehold.core.exchange import Exchange
from freehold.core.finding import Finding, Span
from freehold.core.guards import Guards
from freehold.core.request import AnyRequest
from freehold.guards.encoded import NAMES, Readings, named_again
from freehold.guards.fields import Field
from freehold.guards.names import NameFinder
from freehold.guards.recall import Recall
from freehold.guards.scan import LARGE, settle
from freehold.guards.traversal import walk
from freehold.policy.guarding import ceiling

_LOG = logging.getLogger("freehold")

_SHORTEST_NAME = 3
"""Characters of a text that can hold a name."""


class Scan(Protocol):
    """The pattern finders, as `freehold.guards.scan.Scanner` runs them."""

    def scan(self, text: str) -> Sequence[Span]: ...

    async def scan_later(self, request: AnyRequest) -> list[Finding]: ...


class Judge(Protocol):
    """Finds instructions in those fields that nobody who asks has written."""

    async def look(self, fields: Sequence[Field]) -> list[Finding]: ...


class Found(msgspec.Struct, frozen=True):
    """What was found, and why names could not be looked for; empty where they were, or need not be.

    `told` is whether the words are known of all that any look has found, so that they can be taken out.
    """

    findings: list[Finding]
    blind: str = ""
    told: bool = True


class Lookout:
    """Everybody who looks. One for a whole stack; used from one event loop."""

    def __init__(
        self, scan: Scan, *, names: Callable[[Guards], NameFinder | None] | None = None, judge: Judge | None = None
    ) -> None:
        """`names` gives whoever finds names under these guards, `None` where there is nobody, wanted or not."""
        self.scan = scan
        self._names = names
        self._judge = judge
        self._recall = Recall()

    async def look(self, exchange: Exchange) -> Found:
        """Personal data and secrets in the exchange's request as it stands; what an earlier look found counts, too."""
        findings = await self.scan.scan_later(exchange.request)
        names, blind = await self._look_for_names(exchange)
        if names:
            findings = _joined(findings, names)
        if any(each.span.kind in NAMES for each in findings):
            again = await asyncio.to_thread(named_again, list(walk(exchange.request)), findings)
            findings = _joined(findings, again) if again else findings
        if exchange.guards.declassifiers and exchange.guards.mode == "enforce":
            whole = await self._recall.completed(exchange, findings)
            return Found(findings if whole is None else whole, blind, told=whole is not None)
        return Found(findings, blind)

    async def _look_for_names(self, exchange: Exchange) -> tuple[list[Finding], str]:
        """The names in a request, and why there may be more that nobody has looked for."""
        wanted = exchange.guards.names
        finder = None if self._names is None else self._names(exchange.guards)
        if finder is None:
            return [], "" if wanted == "off" else f"{wanted} is not there to look"
        fields = [field for field in walk(exchange.request) if len(field.text) >= _SHORTEST_NAME]
        readings = await _read([field.text for field in fields])
        try:
            spans = readings.back(await finder(readings.texts, _as_if_found(exchange)))
        except RequestError as error:
            _LOG.warning("names are not looked for in %s: %s", exchange.id, error.code)
            return [], f"{wanted} did not look ({error.code})"
        return [Finding(field.where, span) for field, found in zip(fields, spans, strict=True) for span in found], ""

    async def judge(self, fields: Sequence[Field]) -> list[Finding]:
        """Instructions in the fields of tools and passages."""
        return [] if self._judge is None else await self._judge.look(fields)


async def _read(texts: list[str]) -> Readings:
    large = sum(map(len, texts)) > LARGE
    return await asyncio.to_thread(Readings, texts) if large else Readings(texts)


def _as_if_found(exchange: Exchange) -> Exchange:
    """The exchange under the label that it may come to have: what is asked about it is asked under no lower one."""
    if exchange.label is None:
        raise AssertionError("admit gives every exchange its label")
    return replace(exchange, label=exchange.label.join(ceiling(exchange.guards)))


def _joined(findings: list[Finding], names: list[Finding]) -> list[Finding]:
    """Both, with no two of one family over one another in any field."""
    by_field: dict[str, list[Span]] = {}
    for finding in (*findings, *names):
        by_field.setdefault(finding.where, []).append(finding.span)
    return [Finding(where, span) for where, spans in by_field.items() for span in settle(spans)]
