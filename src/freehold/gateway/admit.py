"""Decides what may happen, before what shall happen: the label, the route, the targets that may see the label."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import msgspec

from freehold.core.errors import Forbidden
from freehold.core.exchange import Exchange, Permit
from freehold.core.guards import OFF, Guards
from freehold.core.label import Label
from freehold.core.money import ZERO
from freehold.core.ports import Events, Handler, Stage
from freehold.core.record import Refusal
from freehold.core.target import Target
from freehold.gateway.meter import CountPrompt
from freehold.ledger.limits.grant import RULE as BUDGET
from freehold.policy.flows import billing, build
from freehold.policy.grounding import choose_collections
from freehold.policy.guarding import GUARDED, raised
from freehold.policy.labels import settle_label
from freehold.policy.promised import unforeseen
from freehold.policy.rules import Route, decide
from freehold.policy.select import Menu, resolve

_LATER = frozenset({GUARDED, BUDGET})
"""Rules by which stages after this one leave targets out."""


class Rules(msgspec.Struct, frozen=True):
    """The policy in force. Replaced whole when the configuration changes; an exchange keeps what it began with."""

    menu: Menu
    default_label: Label
    known: tuple[Target, ...] = ()
    """Every configured target, to name those that would have been allowed."""
    revision: str = ""
    guards: Guards = OFF


def admit(rules: Callable[[], Rules], count_prompt: CountPrompt) -> Stage:
    """The stage that settles label, permit and flow; raises `RequestError` for what may not happen."""

    def stage(inner: Handler) -> Handler:
        def handle(exchange: Exchange) -> AbstractAsyncContextManager[Events]:
            _admit(exchange, rules(), count_prompt)
            return inner(exchange)

        return handle

    return stage


def _admit(exchange: Exchange, rules: Rules, count_prompt: CountPrompt) -> None:
    request, caller = exchange.request, exchange.caller
    exchange.guards = rules.guards
    exchange.label, sources = settle_label(rules.default_label, caller, request, exchange.headers.stated)
    exchange.sources.extend(sources)
    route = resolve(rules.menu, request.model, caller)
    exchange.collections = choose_collections(exchange.headers.collections, route, caller)
    exchange.readmit = partial(_decide, route=route, rules=rules, count_prompt=count_prompt)
    exchange.readmit(exchange)


def _decide(exchange: Exchange, *, route: Route, rules: Rules, count_prompt: CountPrompt) -> None:
    """Settle permit and flow for the exchange's label and request as they stand now; an earlier permit only narrows.

    Targets that a declassifier serves are weighed by the label that what they see will have.
    """
    request, caller, label = exchange.request, exchange.caller, exchange.label
    if label is None:
        raise AssertionError("the label is settled before the permit")
    permit = decide(
        route,
        label,
        caller,
        request,
        # Counting is dear beside everything else here, and only a known context window asks for it.
        tokens=count_prompt(request) if _has_window(route) else None,
        known=rules.known,
        revision=rules.revision,
        raised=raised(exchange.sources, rules.guards),
    )
    for earlier in (exchange.permit, exchange.within):
        if earlier is not None:
            permit = _narrowed(permit, earlier)
    held = ZERO if exchange.permit is None else exchange.permit.held
    exchange.permit = msgspec.structs.replace(permit, held=held) if held else permit
    exchange.billing = billing(route, permit, request)
    exchange.router = "" if route.promise is None or route.promise.state != "active" else route.promise.router
    # Asked for once the flow runs, when the stage that fills it has been passed. It is a loop of references.
    forecast = (lambda: _chance(exchange)) if exchange.router else unforeseen
    exchange.flow = build(route, permit, request, caller, draw=exchange.id, forecast=forecast)


def _chance(exchange: Exchange) -> float | None:
    return None if exchange.forecast is None else exchange.forecast.chance


def _narrowed(permit: Permit, earlier: Permit) -> Permit:
    """The permit without what an earlier one does not allow; raises `Forbidden` where nothing is left."""
    allowed = {target.name for target in earlier.targets}
    outside = [target.name for target in permit.targets if target.name not in allowed]
    if not outside:
        return permit
    before = {refusal.target: refusal for refusal in earlier.refusals if refusal.rule in _LATER}
    if len(outside) == len(permit.targets):
        known = [f"{name}: {before[name].reason}" for name in outside if name in before]
        why = f" ({'; '.join(known)})" if known else ""
        raise Forbidden(f"an earlier permit may not ask {', '.join(outside)}{why}", param="model")
    return msgspec.structs.replace(
        permit,
        targets=tuple(target for target in permit.targets if target.name in allowed),
        refusals=(
            *permit.refusals,
            *(before.get(name, Refusal(name, "earlier", "an earlier permit left it out")) for name in outside),
        ),
    )


def _has_window(route: Route) -> bool:
    return any(target.limits.context is not None for target in route.targets)
