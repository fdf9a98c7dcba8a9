"""What can answer, as rows: routes and targets."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.assemble import Stack
from freehold.catalog.promises import Promise, said
from freehold.core.caller import Caller
from freehold.core.money import PICO_PER_NANO, Price, dollars
from freehold.core.target import Target
from freehold.http.asgi import Http
from freehold.policy.rules import Route


class MenuApi:
    """``/api/routes`` and ``/api/targets`` over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def routes(self, http: Http, caller: Caller) -> None:
        """``GET /api/routes``: those that the key may ask for; whoever sees all records, all of them."""
        menu = self._stack.rules.menu
        implied = self._stack.config.auto_is_implied
        rows = [
            route_row(route, may_ask=caller.may_ask(name), implied=implied and name == "auto")
            for name, route in menu.routes.items()
            if caller.sees_all or caller.may_ask(name)
        ]
        await http.tell({"data": rows})

    async def targets(self, http: Http, _caller: Caller) -> None:
        """``GET /api/targets``."""
        known = {target.name: target for target in self._stack.rules.known}
        rows = [row | target_row(known[row["name"]]) for row in self._stack.health()]
        await http.tell({"data": rows, "discovery": self._stack.discovery.sentences()})


def route_row(route: Route, *, may_ask: bool, implied: bool) -> dict[str, Any]:
    """A route as JSON. `implied`: Freehold made it, since the configuration names none of that name."""
    return {
        "name": route.name,
        "flow": route.flow,
        "targets": [target.name for target in route.targets],
        "accept": msgspec.to_builtins(route.accept) if route.flow == "cascade" else None,
        "promise": None if route.promise is None else promise_row(route.promise),
        "weights": [route.weight(target) for target in route.targets] if route.flow == "split" else [],
        "sticky": route.sticky if route.flow == "split" else None,
        "collections": [*route.collections],
        "made_by": "freehold" if implied else "file",
        "may_ask": may_ask,
    }


def promise_row(promise: Promise) -> dict[str, Any]:
    """A promise as JSON, with a sentence that says what it comes to."""
    found: dict[str, Any] = msgspec.to_builtins(promise)
    return {**found, "said": said(promise)}


def target_row(target: Target) -> dict[str, Any]:
    """What a target is, as JSON; how it fares is told beside it. Nothing in it opens anything."""
    limits = target.limits
    return {
        "dialect": target.dialect,
        "kinds": target.profile.kinds,
        "price_per_million": _price_row(target.price),
        "price_source": target.price.source,
        "watts": target.watts,
        "limits": {
            "context": limits.context,
            "max_output": limits.max_output,
            "concurrency": limits.concurrency,
            "queue": limits.queue,
            "rpm": limits.rpm,
            "tpm": limits.tpm,
        },
    }


def _price_row(price: Price) -> dict[str, str | None]:
    """Decimal dollars for a million tokens, of a request that reaches no higher tier; `None`: as plain input."""
    rates = price.rates
    kinds = {"input": rates.input, "output": rates.output, "cached_input": rates.cached_input}
    return {kind: None if pico is None else dollars(pico * PICO_PER_NANO) for kind, pico in kinds.items()}
