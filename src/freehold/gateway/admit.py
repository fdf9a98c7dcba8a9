"""Decides what may happen, before what shall happen: the label, the route, the targets that may see the label."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import msgspec

from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.ports import Events, Handler, Stage
from freehold.core.target import Target
from freehold.gateway.meter import CountPrompt
from freehold.policy.flows import build
from freehold.policy.labels import settle_label
from freehold.policy.rules import Route, decide
from freehold.policy.select import Menu, resolve


class Rules(msgspec.Struct, frozen=True):
    """The policy in force. Replaced whole when the configuration changes; an exchange keeps what it began with."""

    menu: Menu
    default_label: Label
    known: tuple[Target, ...] = ()
    """Every configured target, to name those that would have been allowed."""
    revision: str = ""


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
    exchange.label, sources = settle_label(rules.default_label, caller, request, exchange.headers.stated)
    exchange.sources.extend(sources)
    route = resolve(rules.menu, request.model, caller)
    exchange.permit = decide(
        route,
        exchange.label,
        caller,
        request,
        # Counting is dear beside everything else here, and only a known context window asks for it.
        tokens=count_prompt(request) if _has_window(route) else None,
        known=rules.known,
        revision=rules.revision,
    )
    exchange.flow = build(route, exchange.permit, request, caller, draw=exchange.id)


def _has_window(route: Route) -> bool:
    return any(target.limits.context is not None for target in route.targets)
