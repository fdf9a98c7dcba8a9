"""Just before targets are asked: a view for each that a declassifier serves, forbidden tools, and ears for the answer.

Here the request is whole, passages included, so that what is taken out of it is taken out of all of it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Protocol

from freehold.core.errors import GuardForbidden
from freehold.core.exchange import Exchange, View
from freehold.core.finding import Finding
from freehold.core.label import Label
from freehold.core.ports import Events, Handler, Stage
from freehold.core.request import AnyRequest, Request
from freehold.gateway.hearing import Hearing, Learn
from freehold.gateway.lookout import Lookout
from freehold.gateway.shield import blind, carry_out, is_guarded, join, leave_out
from freehold.guards.aside import aside
from freehold.guards.injection import forbid, forbidden_choice, holds_untrusted
from freehold.guards.redact import redacting_view
from freehold.guards.traversal import walk
from freehold.policy.guarding import raised, rule_on

_NO_VIEW = "what was found cannot be taken out of all of the request, which may hold more that nobody can read"


class Pseudonymise(Protocol):
    """Makes views in which stand-ins take the place of personal data: `freehold.guards.pseudonyms.Pseudonymiser`."""

    async def view(
        self, request: AnyRequest, findings: Sequence[Finding], *, label: Label, key_id: str
    ) -> View | None: ...


def veil(lookout: Lookout, pseudonyms: Pseudonymise, learn: Learn | None = None) -> Stage:
    """The stage that stands before dispatch; raises `RequestError` for what may not be asked after all."""

    def stage(inner: Handler) -> Handler:
        def handle(exchange: Exchange) -> _Veiled:
            return _Veiled(lookout, pseudonyms, learn, inner, exchange)

        return handle

    return stage


class _Veiled:
    """One exchange while its targets are asked. A class, as all that stands in every request's way."""

    __slots__ = ("_exchange", "_heard", "_inner", "_learn", "_lookout", "_pseudonyms", "_within")

    def __init__(
        self, lookout: Lookout, pseudonyms: Pseudonymise, learn: Learn | None, inner: Handler, exchange: Exchange
    ) -> None:
        self._lookout = lookout
        self._pseudonyms = pseudonyms
        self._learn = learn
        self._inner = inner
        self._exchange = exchange
        self._heard: Events | None = None

    async def __aenter__(self) -> Events:
        exchange = self._exchange
        if not is_guarded(exchange):
            self._within = self._inner(exchange)
            return await self._within.__aenter__()
        forbidden = await self._prepare()
        self._within = self._inner(exchange)
        events = await self._within.__aenter__()
        hearing = Hearing(exchange, self._lookout.scan, self._learn, forbidden=forbidden)
        try:
            self._heard = heard = await hearing.hear(events)
        except BaseException as failure:
            await self._within.__aexit__(type(failure), failure, failure.__traceback__)
            raise
        return heard

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        try:
            # A generator that is left closes late by itself, and what came must be weighed before the record is made.
            if isinstance(self._heard, AsyncGenerator):
                await self._heard.aclose()
        finally:
            swallowed = await self._within.__aexit__(kind, failure, trace)
        return swallowed

    async def _prepare(self) -> tuple[str, ...]:
        """Bring request, label and views into their last form, and say which tools may not be called."""
        exchange, guards = self._exchange, self._exchange.guards
        if exchange.passages:
            await self._look_through_passages()
        forbidden = self._forbid()
        if guards.declassifiers and (left := raised(exchange.sources, guards).left):
            await self._veil(left)
        return forbidden

    async def _look_through_passages(self) -> None:
        """Personal data and secrets in what documents brought: written down, and treated like those of the caller."""
        exchange = self._exchange
        found = await self._lookout.look(exchange)
        brought = {field.where for field in walk(exchange.request) if field.source == "passage"}
        ruling = rule_on([finding for finding in found.findings if finding.where in brought], exchange.guards)
        exchange.findings += ruling.findings
        await carry_out(exchange, ruling, sources=blind(exchange, found))

    def _forbid(self) -> tuple[str, ...]:
        """Take tools away that may not be called beside untrusted text; raises where the request insists on one."""
        exchange, names = self._exchange, self._exchange.guards.forbidden_tools
        request = exchange.request
        if not names or not isinstance(request, Request) or not holds_untrusted(request, exchange.passages):
            return ()
        if exchange.guards.mode != "enforce":
            return ()
        if (wanted := forbidden_choice(request, names)) is not None:
            raise GuardForbidden(
                f"the tool {wanted} may not be called while the context holds text that nobody vouches for;"
                " leave the choice of a tool out",
                param="tool_choice",
            )
        exchange.request = forbid(request, names)
        return names

    async def _veil(self, left: Mapping[str, Label]) -> None:
        """Make the views of those targets of the permit that a declassifier serves."""
        exchange, guards = self._exchange, self._exchange.guards
        if not self._served(left):
            return
        looked = await self._lookout.look(exchange)
        if unread := [source for source in blind(exchange, looked) if source not in exchange.sources]:
            # Names were looked for when the label was settled, and cannot be taken out now.
            join(exchange, unread)
            left = raised(exchange.sources, guards).left
        ruling = rule_on(looked.findings, guards)
        blank = []
        for name in self._served(left):
            view = await self._view(name, ruling.findings, left[name]) if looked.told else None
            if view is None:
                blank.append(name)
            else:
                exchange.views[name] = view
        if blank:
            leave_out(exchange, blank, _NO_VIEW)
            join(exchange, ())

    def _served(self, left: Mapping[str, Label]) -> list[str]:
        permit = self._exchange.permit
        return [target.name for target in permit.targets if target.name in left] if permit else []

    async def _view(self, name: str, found: Sequence[Finding], label: Label) -> View | None:
        """What this target is to see in place of the request; `None` where there can be no such view."""
        exchange = self._exchange
        work = {each.when: each.by for each in exchange.guards.declassifiers if name in each.targets}
        out = [finding for finding in found if finding.action == "raise" and finding.span.family in work]
        if work.get("personal-data") == "pseudonymise":
            return await self._pseudonyms.view(exchange.request, out, label=label, key_id=exchange.caller.key_id)
        return await aside(exchange.request, partial(redacting_view, exchange.request, out, label=label))
