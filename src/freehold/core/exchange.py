"""The one thing that travels, and the permit it comes to hold.

An `Exchange` begins as a request and a caller. Each stage fills the fields it owns, once; the final state is the ledger
entry. A `Permit` is settled before a target is chosen, and a child exchange never has a wider one than its parent.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import RequestError
from freehold.core.event import Answer, Event
from freehold.core.finding import Finding
from freehold.core.flow import Flow
from freehold.core.guards import OFF, Guards
from freehold.core.label import Label, Source
from freehold.core.limits import Allowance
from freehold.core.money import ZERO, Nanodollars
from freehold.core.passage import Citation, Passage
from freehold.core.record import Attempt, End, Forecast, Refusal
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.core.trace import CURRENT, Trace


class Permit(msgspec.Struct, frozen=True):
    """What may happen: the targets of the route that may see this label, and why each of the others may not."""

    route: str
    targets: tuple[Target, ...]
    label: Label
    refusals: tuple[Refusal, ...] = ()
    revision: str = ""
    """The policy revision it was decided under."""
    held: Nanodollars = ZERO
    """Budget reserved for it."""


class Headers(msgspec.Struct, frozen=True):
    """What a request said beyond its dialect."""

    stated: tuple[Source, ...] = ()
    """Labels that the request itself states, in its header or its metadata."""
    cache: str | None = None
    collections: tuple[str, ...] | None = None
    """What the answer shall be grounded in; `None` where the request says nothing, empty where it says: in nothing."""
    trace: bool = False


NO_HEADERS = Headers()

AS_CALLERS_DO = frozenset({"api", "evaluate"})
"""Origins of requests that are answered as a caller's own, from documents and under guards: those of callers, and those
by which it is measured what callers get."""
MEASURING = frozenset({"evaluate", "judge", "audit", "canary", "shadow"})
"""Origins of requests that measure: they cost money, and are nobody's work."""


class View(Protocol):
    """What one target gets to see of a request in place of it: the work of a declassifier that the policy names."""

    @property
    def label(self) -> Label:
        """What the request is labelled without what was taken out."""
        ...

    @property
    def by(self) -> str:
        """The declassifier and what it took out, by counts, for the record."""
        ...

    def request(self, request: AnyRequest) -> AnyRequest:
        """The request as the target shall see it."""
        ...

    def restore(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        """The target's answer with what was taken out put back. The events carry no `raw`."""
        ...


_RANDOM: deque[str] = deque()
"""Drawn ahead, many at a time: asking the kernel lets another thread in, which costs more than the asking."""
_AHEAD, _RANDOM_BYTES = 256, 10
os.register_at_fork(after_in_child=_RANDOM.clear)


def new_id() -> str:
    """An id that sorts by time: 48 bits of Unix milliseconds, then 80 random bits, as ``fh_`` and 32 hex digits."""
    try:
        random = _RANDOM.pop()
    except IndexError:
        drawn = os.urandom(_AHEAD * _RANDOM_BYTES).hex()
        width = 2 * _RANDOM_BYTES
        random, *ahead = (drawn[start : start + width] for start in range(0, len(drawn), width))
        _RANDOM.extend(ahead)
    return "fh_" + (time.time_ns() // 1_000_000).to_bytes(6, "big").hex() + random


@dataclass(slots=True, eq=False, weakref_slot=True)
class Exchange:
    """One request on its way, and afterwards the record of it."""

    request: AnyRequest
    caller: Caller
    headers: Headers = NO_HEADERS
    id: str = field(default_factory=new_id)
    started_ns: int = field(default_factory=time.time_ns)
    """Wall clock; for people. Durations are taken from `clock`."""
    clock: float = field(default_factory=time.monotonic)
    trace: Trace | None = field(default_factory=CURRENT.get)
    """Of the HTTP request that it is, or in whose course it was made; `None` where it was made in no request's."""
    origin: str = "api"
    """``api`` for a caller's own request; a wing's name for a request it makes in the course of its work."""
    within: Permit | None = None
    """The permit of the exchange that this one is made for, where its own shall be no wider."""
    sources: list[Source] = field(default_factory=list)
    label: Label | None = None
    permit: Permit | None = None
    guards: Guards = OFF
    """What was decided about guards when it began."""
    readmit: Callable[[Exchange], None] | None = None
    """Decides permit and flow anew, by the rules it began with, once its label has risen; the permit only narrows."""
    flow: Flow | None = None
    """What shall happen, within the permit; run by dispatch."""
    router: str = ""
    """The id of the router whose forecast the route's promise weighs; empty where none is."""
    forecast: Forecast | None = None
    """What that router told before anything was generated; `None` where none was asked."""
    billing: tuple[int, ...] | None = None
    """How many answers of each permitted target the flow may have to pay."""
    allowance: Allowance | None = None
    """What its rates leave its caller; `None` where none holds for it."""
    collections: tuple[str, ...] = ()
    """What grounds the answer, as the request, its route or its key chose it."""
    findings: list[Finding] = field(default_factory=list)
    """What the guards found, in the request, in its passages and in the answer."""
    asked: AnyRequest | None = None
    """The request as its caller wrote it, where a guard has changed it."""
    views: dict[str, View] = field(default_factory=dict)
    """By the name of a target, what it sees in place of the request."""
    passages: tuple[Passage, ...] = ()
    """What was found for it in documents, each already joined into the label."""
    searched_ns: tuple[int, int] | None = None
    """When the search for them began and ended, by the wall clock; `None` where there was none."""
    citations: tuple[Citation, ...] = ()
    """What the answer cites of them."""
    attempts: list[Attempt] = field(default_factory=list)
    chosen: Target | None = None
    reason: str = ""
    """Why the answer came from where it came, in one sentence."""
    answer: Answer | None = None
    """The whole answer as the caller got it, gathered only where its capture is both configured and consented to."""
    stopped: RequestError | None = None
    """Why Freehold itself cut it short, by cancelling it; `None` where it did not."""
    end: End | None = None

    @property
    def cost(self) -> Nanodollars:
        """What all attempts cost together, in nanodollars."""
        return Nanodollars(sum(attempt.cost for attempt in self.attempts))

    def elapsed_ms(self) -> float:
        """Milliseconds since the exchange began."""
        return (time.monotonic() - self.clock) * 1000
