"""Who looks at a request: the pattern finders, whoever finds names where that is configured, the judge of instructions.

What has been asked of a finder of names is remembered by keyed hash for as long as there is room: a conversation brings
the same texts with every turn.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from freehold.core.errors import RequestError
from freehold.core.exchange import Exchange
from freehold.core.finding import Finding, Span
from freehold.core.guards import Guards
from freehold.core.request import AnyRequest
from freehold.guards.fields import Field, walk
from freehold.guards.scan import settle

_LOG = logging.getLogger("freehold")

_SHORTEST_NAME = 3
"""Characters of a text that can hold a name."""
_REMEMBERED = 4096
"""Texts whose names are remembered."""


class Scan(Protocol):
    """The pattern finders, as `freehold.guards.scan.Scanner` runs them."""

    def scan(self, text: str) -> Sequence[Span]: ...

    def scan_request(self, request: AnyRequest) -> list[Finding]: ...

    async def scan_later(self, request: AnyRequest) -> list[Finding]: ...


class FindNames(Protocol):
    """Finds names in texts; raises `RequestError` where it cannot be asked."""

    async def __call__(self, texts: Sequence[str], exchange: Exchange) -> list[list[Span]]: ...


class Judge(Protocol):
    """Finds instructions in those fields that nobody who asks has written."""

    async def look(self, fields: Sequence[Field]) -> list[Finding]: ...


class Found(msgspec.Struct, frozen=True):
    """What was found, and why names could not be looked for; empty where they were, or need not be."""

    findings: list[Finding]
    blind: str = ""


class Lookout:
    """Everybody who looks. One for a whole stack; used from one event loop."""

    def __init__(
        self, scan: Scan, *, names: Callable[[Guards], FindNames | None] | None = None, judge: Judge | None = None
    ) -> None:
        """`names` gives whoever finds names under these guards, `None` where nobody is to."""
        self.scan = scan
        self._names = names
        self._judge = judge
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, tuple[Span, ...]] = OrderedDict()

    async def look(self, exchange: Exchange) -> Found:
        """Personal data and secrets in the exchange's request as it stands."""
        findings = await self.scan.scan_later(exchange.request)
        finder = None if self._names is None else self._names(exchange.guards)
        if finder is None:
            return Found(findings)
        try:
            names = await self._find_names(finder, exchange)
        except RequestError as error:
            _LOG.warning("names are not looked for in %s: %s", exchange.id, error.code)
            return Found(findings, f"{exchange.guards.names} did not answer ({error.code})")
        return Found(_joined(findings, names))

    async def judge(self, fields: Sequence[Field]) -> list[Finding]:
        """Instructions in the fields of tools and passages."""
        return [] if self._judge is None else await self._judge.look(fields)

    async def _find_names(self, finder: FindNames, exchange: Exchange) -> list[Finding]:
        fields = [field for field in walk(exchange.request) if len(field.text) >= _SHORTEST_NAME]
        keys = {field.text: self._hash(exchange.guards.names, field.text) for field in fields}
        known = {text: self._known[key] for text, key in keys.items() if key in self._known}
        asked = [text for text in keys if text not in known]
        if asked:
            found = await finder(asked, exchange)
            known |= {text: tuple(spans) for text, spans in zip(asked, found, strict=True)}
        for text, key in keys.items():
            self._known[key] = known[text]
            self._known.move_to_end(key)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return [Finding(field.where, span) for field in fields for span in known[field.text]]

    def _hash(self, finder: str, text: str) -> bytes:
        said = f"{finder}\0{text}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(said, digest_size=16, key=self._key).digest()


def _joined(findings: list[Finding], names: list[Finding]) -> list[Finding]:
    """Both, with no two over one another in any field."""
    if not names:
        return findings
    by_field: dict[str, list[Span]] = {}
    for finding in (*findings, *names):
        by_field.setdefault(finding.where, []).append(finding.span)
    return [Finding(where, span) for where, spans in by_field.items() for span in settle(spans)]
