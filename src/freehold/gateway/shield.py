"""Looks at what a caller sends before anything else is done with it: its label is raised, or it is changed or refused.

What is found, and what becomes of it, is decided in `policy.guarding`; here it is carried out. In a dry run nothing is.
What a wing asks in the course of its work is looked at too, unless every target that may answer is cleared for whatever
could be found: to look through each passage that is embedded on this machine would cost more than the embedding, and
change nothing. What guards themselves ask is never looked at, or their asking would not end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Protocol

import msgspec

from freehold.core.errors import GuardForbidden
from freehold.core.exchange import AS_CALLERS_DO, Exchange
from freehold.core.finding import Finding
from freehold.core.label import Source, join_all
from freehold.core.ports import Events, Handler, Stage
from freehold.core.record import Refusal
from freehold.core.request import AnyRequest, Request
from freehold.gateway.lookout import Found, Lookout
from freehold.guards.aside import aside
from freehold.guards.fields import Field
from freehold.guards.injection import holds_untrusted, mark, mark_all
from freehold.guards.names import ORIGIN
from freehold.guards.redact import redacted
from freehold.guards.traversal import rewrite, walk
from freehold.policy.guarding import GUARDED, Ruling, ceiling, rule_on, rule_on_untrusted

WITHHELD = "[withheld: what stood here reads like instructions to the model]"
_MOST_NAMED = 5
"""Findings that a refusal names."""


class Known(Protocol):
    """Knows what was answered before: `freehold.gateway.taint.Taint`."""

    async def sources(self, request: AnyRequest) -> list[Source]:
        """The labels that what the request holds had before."""
        ...


def shield(lookout: Lookout, known: Known | None = None) -> Stage:
    """The stage that looks at requests; raises `GuardForbidden`, or what deciding anew raises."""

    def stage(inner: Handler) -> Handler:
        def handle(exchange: Exchange) -> _Shielded:
            return _Shielded(lookout, known, inner, exchange)

        return handle

    return stage


class _Shielded:
    """One exchange behind its guards. A class, as all that stands in every request's way."""

    __slots__ = ("_exchange", "_inner", "_known", "_lookout", "_within")

    def __init__(self, lookout: Lookout, known: Known | None, inner: Handler, exchange: Exchange) -> None:
        self._lookout = lookout
        self._known = known
        self._inner = inner
        self._exchange = exchange

    async def __aenter__(self) -> Events:
        exchange = self._exchange
        if is_guarded(exchange):
            await _look(exchange, self._lookout, self._known)
        self._within = self._inner(exchange)
        return await self._within.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._within.__aexit__(kind, failure, trace)


def is_guarded(exchange: Exchange) -> bool:
    """Whether guards have anything to do with this exchange."""
    guards, permit = exchange.guards, exchange.permit
    if guards.mode == "off" or exchange.origin == ORIGIN:
        return False
    if exchange.origin in AS_CALLERS_DO or permit is None or exchange.label is None:
        return True
    most = exchange.label.join(ceiling(guards))
    return not all(most.flows_to(target.clearance) for target in permit.targets)


async def _look(exchange: Exchange, lookout: Lookout, known: Known | None) -> None:
    request, guards = exchange.request, exchange.guards
    earlier = [] if known is None or guards.mode != "enforce" else await known.sources(request)
    found = await lookout.look(exchange)
    strange: list[Finding] = []
    delimited = False
    if isinstance(request, Request) and holds_untrusted(request):
        strange = await lookout.judge(list(walk(request)))
        delimited = guards.tool_results == "all" and guards.mode == "enforce"
    if earlier or found.findings or found.blind or strange or delimited:
        ruling = rule_on(found.findings, guards)
        suspects = rule_on_untrusted(strange, guards)
        exchange.findings += (*ruling.findings, *suspects)
        await carry_out(exchange, ruling, suspects, [*earlier, *blind(exchange, found)], delimited=delimited)


def blind(exchange: Exchange, found: Found) -> list[Source]:
    """Where names could not be looked for, the label of what holds some: no declassifier takes that away again."""
    if not found.blind or exchange.guards.mode != "enforce":
        return []
    return [Source(f"names: {found.blind}", exchange.guards.personal_data)]


async def carry_out(
    exchange: Exchange,
    ruling: Ruling,
    suspects: Sequence[Finding] = (),
    sources: Sequence[Source] = (),
    *,
    delimited: bool = False,
) -> None:
    """Refuse, redact, mark and join labels as was ruled, then decide anew; raises `RequestError`.

    `delimited`: every result of a tool and every document is marked as data, suspect or not.
    """
    refuse([*ruling.refused, *(finding for finding in suspects if finding.action == "refuse")])
    request = exchange.request
    if ruling.redacted:
        changed = await aside(request, partial(redacted, request, ruling.redacted))
        if changed is None:
            refuse(ruling.redacted)
        else:
            request = changed
    request = _bewared(request, suspects, every=delimited)
    fresh = [source for source in dict.fromkeys((*sources, *ruling.sources)) if source not in exchange.sources]
    narrowed = any(finding.action == "owned" for finding in suspects)
    if narrowed:
        only_owned(exchange)
    if fresh or narrowed or request is not exchange.request:
        if request is not exchange.request:
            exchange.asked = exchange.asked or exchange.request
            exchange.request = request
        join(exchange, fresh)


def refuse(findings: Sequence[Finding]) -> None:
    """Raise `GuardForbidden` for findings that are refused."""
    if findings:
        raise refusal_of(findings)


def refusal_of(findings: Sequence[Finding]) -> GuardForbidden:
    """The error for findings that are refused; it names kinds and fields, and none of the words."""
    named = list(dict.fromkeys(f"{finding.span.kind} in {finding.where}" for finding in findings))
    more = f", and {len(named) - _MOST_NAMED} more" if named[_MOST_NAMED:] else ""
    return GuardForbidden(
        f"the policy refuses what guards found: {', '.join(named[:_MOST_NAMED])}{more}; take it out and ask again",
        param=findings[0].where,
    )


def join(exchange: Exchange, sources: Sequence[Source]) -> None:
    """Let sources join the label, and decide anew what may happen."""
    if exchange.label is None or exchange.readmit is None:
        raise AssertionError("admit gives every exchange its label and a way to decide anew")
    exchange.sources.extend(sources)
    exchange.label = join_all([exchange.label, *(source.label for source in sources)])
    exchange.readmit(exchange)


def only_owned(exchange: Exchange) -> None:
    """Leave owned targets alone in the permit; raises `GuardForbidden` where there is none."""
    outside = [target.name for target in exchange.permit.targets if not target.owned] if exchange.permit else []
    leave_out(exchange, outside, "the context holds text that reads like instructions; owned targets alone may read it")


def leave_out(exchange: Exchange, names: Sequence[str], reason: str) -> None:
    """Take targets out of the permit for good; raises `GuardForbidden` where none is left."""
    permit = exchange.permit
    if permit is None:
        raise AssertionError("admit gives every exchange its permit")
    left = tuple(target for target in permit.targets if target.name not in names)
    if not left:
        raise GuardForbidden(f"{', '.join(names)} may not be asked: {reason}", param="model")
    gone = tuple(Refusal(name, GUARDED, reason) for name in names)
    exchange.permit = msgspec.structs.replace(permit, targets=left, refusals=(*permit.refusals, *gone))


def _bewared(request: AnyRequest, suspects: Sequence[Finding], *, every: bool) -> AnyRequest:
    """The request with suspect results and documents, or all, delimited as data; or the suspect ones withheld."""
    marked = {finding.where for finding in suspects if finding.action == "mark"}
    dropped = {finding.where for finding in suspects if finding.action == "drop"}
    if dropped:

        def withhold(field: Field) -> str:
            return WITHHELD if field.where in dropped else field.text

        request = rewrite(request, withhold)
    if isinstance(request, Request) and (marked or every):
        request = mark_all(request) if every else mark(request, marked)
    return request
