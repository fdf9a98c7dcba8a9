"""Hears an answer on its way back: what it holds that nobody asked with, whether it keeps its form, what is remembered.

Events go on as they come, each the same object, unless some rule redacts or refuses what answers hold: then the text
passes through a redactor that keeps back no more than the longest match, and a refusal ends the answer. Only a rule
that refuses answers of the wrong form needs the whole of one before any of it is shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from freehold.core.errors import AttemptFailed, Fault, GuardForbidden, UpstreamFailed
from freehold.core.event import Event, Gatherer, Ready, Text, Thought, ToolCall
from freehold.core.exchange import Exchange
from freehold.core.finding import Finding, Span
from freehold.core.label import Label, join_all
from freehold.core.ports import Events
from freehold.core.request import AnyRequest, Request
from freehold.gateway.held import HELD_LIMIT, size_of
from freehold.gateway.lookout import Scan
from freehold.guards.injection import forbidden_call
from freehold.guards.output import Asked
from freehold.guards.redact_stream import redact_events
from freehold.guards.scan import LARGE
from freehold.policy.guarding import ceiling, rule_on
from freehold.policy.structure import output_fault

Learn = Callable[[AnyRequest, Sequence[Event], Label], None]
"""Remembers, by hashes, what was answered to a request, so far as it came, under a label."""

_CONTENT = (Text, Thought, ToolCall)
_ASIDE = 4_000
"""Characters of an answer above which it is looked through beside the event loop: 0.3 ms of prose, 8 ms of numbers."""
_IN_TURN = ThreadPoolExecutor(1, thread_name_prefix="hearing")
"""Where answers are looked through one after another, so that many that end at once leave the event loop its share."""
_REFUSED = "the answer holds what the policy refuses to let out: "


class Hearing:
    """One exchange's answer, heard."""

    __slots__ = ("_asked", "_events", "_exchange", "_forbidden", "_learn", "_redacted", "_scan", "_size")

    def __init__(self, exchange: Exchange, scan: Scan, learn: Learn | None, *, forbidden: tuple[str, ...] = ()) -> None:
        """`forbidden`: names of tools that this answer may not call."""
        self._exchange = exchange
        self._scan = scan
        self._learn = learn
        self._forbidden = forbidden
        self._asked: Asked | None = None
        self._events: list[Event] = []
        self._redacted: set[int] = set()
        self._size = 0

    async def hear(self, events: Events) -> Events:
        """The events to show; raises `RequestError` where it is known before the first of them that none may be."""
        guards, request = self._exchange.guards, self._exchange.request
        enforced = guards.mode == "enforce"
        if enforced and guards.acts("output", "refuse", family="schema") and _promised(request):
            events = await self._held(events)
        if enforced and (guards.acts("output", "redact") or guards.acts("output", "refuse")):
            events = self._rid(events)
        if isinstance(events, Ready):
            self._events = [event for event in events.events if isinstance(event, _CONTENT)]
            self._stop_forbidden(events.events)
            await self._weigh()
            return events
        return self._heard(events)

    async def _heard(self, events: Events) -> AsyncIterator[Event]:
        """The events as they come. However this is left, what came is weighed and remembered."""
        weighed = False
        try:
            async for event in events:
                if isinstance(event, _CONTENT):
                    if self._size <= HELD_LIMIT:
                        self._size += size_of(event)
                        self._events.append(event)
                    if self._forbidden and forbidden_call(event, self._forbidden):
                        raise self._ended(f"it calls the tool {event.name}, which may not be called here")  # type: ignore[union-attr]
                yield event
            await self._weigh()
            weighed = True
        finally:
            if not weighed:
                self._weigh_at_once()

    async def _held(self, events: Events) -> Events:
        """A whole answer of the form that was asked for; raises `UpstreamFailed` for one of another."""
        if isinstance(events, Ready):
            held = list(events.events)
        else:
            held, size = [], 0
            async for event in events:
                held.append(event)
                size += size_of(event)
                if size > HELD_LIMIT:
                    raise UpstreamFailed("the answer is too long to be held and checked against its schema")
        broken = list(self._broken(held))
        if broken:
            self._exchange.findings += rule_on(broken, self._exchange.guards, "output").findings
            raise UpstreamFailed(f"the answer is refused, since {broken[0].span.rule}")
        return Ready(held)

    def _rid(self, events: Events) -> Events:
        """The answer without what is redacted; it ends at what is refused, and a whole one is then not shown at all."""
        try:
            return redact_events(events, self._taken_out)
        except AttemptFailed as failure:
            raise GuardForbidden(failure.message) from failure

    def _taken_out(self, text: str) -> list[Span]:
        """What of a piece of the answer is to be redacted; raises for what is to be refused."""
        ruling = rule_on(self._fresh("answer", text), self._exchange.guards, "output")
        if ruling.refused:
            self._exchange.findings += ruling.refused
            raise self._ended(", ".join(dict.fromkeys(finding.span.kind for finding in ruling.refused)))
        for finding in ruling.redacted:
            # Pieces overlap, so that one original is met again.
            original = hash((finding.span.kind, text[finding.span.start : finding.span.end]))
            if original not in self._redacted:
                self._redacted.add(original)
                self._exchange.findings.append(finding)
        return [finding.span for finding in ruling.redacted]

    def _ended(self, what: str) -> AttemptFailed:
        """The failure that ends an answer in its midst, which its attempt has in the record."""
        failure = AttemptFailed(Fault.GUARD, f"{_REFUSED}{what}")
        for attempt in self._exchange.attempts:
            if attempt.shown:
                attempt.fault, attempt.error = failure.fault, failure.message
        return failure

    def _stop_forbidden(self, events: Sequence[Event]) -> None:
        if self._forbidden and any(forbidden_call(event, self._forbidden) for event in events):
            raise GuardForbidden("the answer calls a tool that may not be called beside text that nobody vouches for")

    async def _weigh(self) -> None:
        """Look through what came, in a thread where it is much, and remember it."""
        texts = self._texts()
        size = sum(len(text) for _, text in texts)
        if size > LARGE:
            found = await asyncio.to_thread(self._found, texts)
        elif size > _ASIDE:
            found = await asyncio.get_running_loop().run_in_executor(_IN_TURN, self._found, texts)
        else:
            found = self._found(texts)
        self._settle([*found, *self._broken(self._events)])

    def _weigh_at_once(self) -> None:
        """As `_weigh`, where there is no waiting: what is much counts as holding all that could have been found."""
        texts = self._texts()
        if sum(len(text) for _, text in texts) > LARGE:
            self._settle([], unread=True)
        else:
            self._settle(self._found(texts))

    def _settle(self, found: Sequence[Finding], *, unread: bool = False) -> None:
        exchange = self._exchange
        label = self._label()
        if unread and label is not None and exchange.guards.mode == "enforce":
            label = label.join(ceiling(exchange.guards))
        if found:
            ruling = rule_on(found, exchange.guards, "output")
            known = set(exchange.findings)
            exchange.findings += (finding for finding in ruling.findings if finding not in known)
            if label is not None and ruling.sources:
                label = join_all([label, *(source.label for source in ruling.sources)])
        if label is not None and self._learn is not None and self._events:
            self._learn(exchange.asked or exchange.request, self._events, label)

    def _label(self) -> Label | None:
        """The label of the answer: that of what its target saw."""
        shown = next((attempt for attempt in self._exchange.attempts if attempt.shown), None)
        return self._exchange.label if shown is None else shown.label

    def _texts(self) -> list[tuple[str, str]]:
        """All that the answer says, with where: a choice's text, the arguments of its calls."""
        pieces: dict[str, list[str]] = {}
        for event in self._events:
            if isinstance(event, Text):
                pieces.setdefault(_where(event.choice), []).append(event.text)
            elif isinstance(event, ToolCall) and event.arguments:
                pieces.setdefault(f"{_where(event.choice)}.calls[{event.index}]", []).append(event.arguments)
        return [(where, "".join(parts)) for where, parts in pieces.items()]

    def _found(self, texts: Sequence[tuple[str, str]]) -> list[Finding]:
        return [finding for where, text in texts for finding in self._fresh(where, text)]

    def _fresh(self, where: str, text: str) -> Iterator[Finding]:
        """What stands in a text of the answer and was not in the request."""
        for span in self._scan.scan(text):
            if self._asked is None:
                self._asked = Asked(self._exchange.request)
            if not self._asked.holds(text[span.start : span.end]):
                yield Finding(where, span)

    def _broken(self, events: Sequence[Event]) -> Iterator[Finding]:
        """A finding for each choice that is not of the form that was asked for."""
        request = self._exchange.request
        if not isinstance(request, Request) or not _promised(request):
            return
        gatherer = Gatherer()
        for event in events:
            gatherer.add(event)
        for number, choice in enumerate(gatherer.answer.choices):
            if choice.text and not choice.calls and (fault := output_fault(request, choice.text)):
                yield Finding(_where(number), Span(0, len(choice.text), "broken-schema", 1.0, fault, "schema"))


def _promised(request: AnyRequest) -> bool:
    return isinstance(request, Request) and request.output is not None


def _where(choice: int) -> str:
    return f"answer[{choice}]" if choice else "answer"
