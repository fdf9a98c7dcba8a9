"""Runs finders over the texts of a request, whatever they are written like, and settles what they find.

Finders are pure: ``find(text) -> spans``. Each is given the text and every layer that `reveal` makes of it, in slices
of bounded length, so that the time grows with the length of the text and no single step holds the others up. What
several of one family say of the same characters is settled: the surest holds, then the longest.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from freehold.core.finding import Finding, Span
from freehold.core.request import AnyRequest
from freehold.guards.fields import Field
from freehold.guards.joined import SHORT, lines, seams
from freehold.guards.layers import Layer
from freehold.guards.reveal import reveal
from freehold.guards.seen import Seen
from freehold.guards.traversal import walk

Finder = Callable[[str], Iterable[Span]]

LARGE = 20_000
"""Characters of a request above which it is looked at in a thread, so that the event loop stays free."""
SLICE = 32_768
"""Characters that a finder is given at once."""
OVERLAP = 4_096
"""Characters of one slice that are in the next as well: nothing shorter is cut in two."""
UNREAD = "unread"
"""The kind of a text that is encoded deeper, or to more, than was looked at. It counts as a secret."""

_SHORTEST = 6
"""Nothing that a finder knows is shorter: ``a@b.co``."""
_LONGEST_WORD = 15
_LEAST_REMEMBERED = 48
"""Characters of a text that is cheaper to remember than to look at again."""
_INPUTS = ("inputs[", "documents[")
"""What stands in a row as turns do."""
_TOOLS = "\0tools\0"
_SURE_OF_AN_ID = 0.9
"""What has the shape of a secret and stands where ids stand is an id, unless it has a form of its own."""


class Scanner:
    """Finders, and a bounded memory of the texts they have seen: those of a conversation come again with every turn."""

    def __init__(self, finders: Sequence[Finder], *, memory: int = 8 << 20) -> None:
        """`memory` is how many bytes it may take to know texts again, about."""
        self._finders = tuple(finders)
        self._seen = Seen(memory)

    def scan(self, text: str) -> tuple[Span, ...]:
        """What stands in a text, in order and in its characters; no two spans of one family overlap."""
        if len(text) < _SHORTEST or (len(text) <= _LONGEST_WORD and text.isalpha() and text.isascii()):
            return ()
        if len(text) < _LEAST_REMEMBERED:
            return self._look(text)
        key = self._seen.key(text)
        found = self._seen.get(key)
        if found is None:
            found = self._look(text)
            self._seen.put(key, found)
        return found

    def scan_request(self, request: AnyRequest) -> list[Finding]:
        """What stands in all of a request that would be forwarded, also where two texts of it must be read together."""
        return self._scan(*self._fields(request))

    async def scan_later(self, request: AnyRequest) -> list[Finding]:
        """As `scan_request`; a large request is looked at in a thread."""
        fields, tools = self._fields(request)
        if sum([len(field.text) for field in fields]) > LARGE:
            return await asyncio.to_thread(self._scan, fields, tools)
        return self._scan(fields, tools)

    def _fields(self, request: AnyRequest) -> tuple[list[Field], bytes | None]:
        """The texts to look at, and what the tools among them are known by once nothing was found in them.

        Tools are many small texts, and the same with every turn: they are told apart as the caller sent them.
        """
        body = request.origin.body if request.origin is not None else {}
        if not body.get("tools") or "functions" in body:
            return list(walk(request)), None
        key = self._seen.key(_TOOLS + msgspec.json.encode(body["tools"]).decode())
        if self._seen.get(key) is not None:
            return list(walk(request, without=("tools",))), None
        return list(walk(request)), key

    def _look(self, text: str) -> tuple[Span, ...]:
        layers, more = reveal(text)
        spans = settle(span for layer in layers for span in self._in_layer(layer))
        return _with_unread(spans, len(text)) if more else spans

    def _in_layer(self, layer: Layer) -> Iterator[Span]:
        text = layer.text
        for offset in range(0, max(1, len(text) - OVERLAP), SLICE - OVERLAP):
            piece = text if len(text) <= SLICE else text[offset : offset + SLICE]
            for find in self._finders:
                for span in find(piece):
                    start, end = span.start + offset, span.end + offset
                    if not layer.is_cut(start, end):
                        yield _moved(span, *layer.back(start, end))

    def _scan(self, fields: Sequence[Field], tools: bytes | None = None) -> list[Finding]:
        short: list[Field] = []
        turns: list[Field] = []
        findings: list[Finding] = []
        for field in fields:
            if field.where.endswith("text") or field.where.startswith(_INPUTS):
                turns.append(field)
            elif len(field.text) <= SHORT:
                short.append(field)
                continue
            findings += [Finding(field.where, span) for span in self.scan(field.text)]
        for joined in lines(short):
            spans = self.scan(joined.text)
            alone: dict[Finding, None] = {}
            if any(span.kind == UNREAD for span in spans):
                # All together are more than is looked at, which does not say which of them is.
                alone = {Finding(field.where, span): None for field in joined.fields for span in self.scan(field.text)}
                findings += alone
            for span in spans:
                if span.kind != UNREAD and not joined.is_apart(span):
                    findings += (each for each in joined.findings(span) if each not in alone)
        findings = [each for each in findings if not _is_id(each)]
        if tools is not None and not any(each.where.startswith(("tools", "body.tools")) for each in findings):
            self._seen.put(tools, ())
        return findings + self._across(turns, findings)

    def _across(self, turns: Sequence[Field], found: Sequence[Finding]) -> list[Finding]:
        """What is parted over two turns or more, whatever others stand between those of the caller."""
        if len(turns) < 2:
            return []
        callers = [field for field in turns if field.source == "caller"]
        known = {(each.where, each.span.kind) for each in found}
        across: dict[Finding, None] = {}
        for sequence in (turns, callers) if len(callers) < len(turns) else (turns,):
            for joined, seam in seams(sequence):
                for span in self.scan(joined.text):
                    if span.start < seam < span.end:
                        halves = list(joined.findings(span))
                        if all((each.where, each.span.kind) not in known for each in halves):
                            across |= dict.fromkeys(halves)
        return list(across)


def settle(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, without those that overlap a surer one of their family, or a longer one as sure.

    Those of another family stay: what is an address may be a password too, and is to be treated as both.
    """
    ranked = sorted(spans, key=lambda span: (-span.confidence, span.start - span.end, span.start))
    if len(ranked) < 2:
        return tuple(ranked)
    families: dict[str, tuple[list[int], list[Span]]] = {}
    for span in ranked:
        starts, kept = families.setdefault(span.family, ([], []))
        at = bisect_left(starts, span.start)
        if (at == 0 or kept[at - 1].end <= span.start) and (at == len(kept) or span.end <= kept[at].start):
            starts.insert(at, span.start)
            kept.insert(at, span)
    settled = [span for _, kept in families.values() for span in kept]
    return tuple(settled if len(families) == 1 else sorted(settled, key=lambda span: span.start))


def _moved(span: Span, start: int, end: int) -> Span:
    if start == span.start and end == span.end:
        return span
    return msgspec.structs.replace(span, start=start, end=end)


def _with_unread(spans: Sequence[Span], length: int) -> tuple[Span, ...]:
    """The spans, and all that lies between them as unread."""
    whole: list[Span] = []
    at = 0
    for span in (*spans, Span(length, length, "", 0.0, "")):
        if at < span.start:
            whole.append(Span(at, span.start, UNREAD, 0.9, "layers", "secrets"))
        if span.end > span.start:
            whole.append(span)
        at = max(at, span.end)
    return tuple(whole)


def _is_id(finding: Finding) -> bool:
    span = finding.span
    return span.family == "secrets" and span.confidence < _SURE_OF_AN_ID and finding.where.endswith((".id", "_id"))
