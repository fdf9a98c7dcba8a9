"""Watching and promotion over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, NotFound
from freehold.core.money import Nanodollars, dollars, from_dollars
from freehold.http.asgi import Http
from freehold.http.parameters import convert
from freehold.http.routes.evaluate_watch import CanaryBody, PromotionBody, ShadowBody

if TYPE_CHECKING:
    from freehold.evaluate.promote.revisions import Revision
    from freehold.evaluate.promote.shadows import Shadow
    from freehold.evaluate.watch.canaries import Canary
    from freehold.policy.rules import Route

_MOST_PROMOTIONS = 20
"""Revisions of a route that are told with it, the newest; ``/api/eval/promotions`` has all."""


class WatchApi:
    """The endpoints of watching and promotion, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._vigil = stack.vigil

    async def watch(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/watch``."""
        vigil = self._vigil
        settings = self._stack.config.watch
        revisions = await asyncio.to_thread(vigil.promotions.rows.all)
        promises = [_promise_row(each) for each in await vigil.promises()]
        canaries = await vigil.canaries.all()
        all_of_them: dict[str, Any] = {
            "promises": promises,
            "canaries": [canary_row(each) for each in canaries],
            "drift": {route: msgspec.to_builtins(each) for route, each in (await vigil.drift()).items()},
            "shadows": [shadow_row(each) for each in vigil.shadows.all.values()],
            "on_trial": [revision_row(each) for each in revisions if each.on_trial],
        }
        await http.tell(
            {
                **all_of_them,
                "routes": by_route(
                    all_of_them, [revision_row(each) for each in revisions], self._stack.rules.menu.routes
                ),
                "dropped": vigil.dropped,
                "share": settings.share,
                "budget": dollars(settings.budget),
            }
        )

    async def ask_canaries(self, http: Http, _caller: Caller) -> None:
        """``POST /api/eval/watch/canaries``."""
        body = convert(await http.json(), CanaryBody)
        if body.target not in {target.name for target in self._stack.rules.known}:
            raise NotFound(f"there is no target {body.target[:80]!r}")
        told = await self._vigil.canaries.ask(body.target)
        if told is None:
            raise Conflict("the day's money for watching is spent; raise budget in [watch], or ask tomorrow")
        await http.tell({**msgspec.to_builtins(told), "cost": dollars(told.cost_nano)})

    async def shadow(self, http: Http, caller: Caller) -> None:
        """``POST /api/eval/shadows``."""
        from freehold.evaluate.promote.shadows import new_shadow  # noqa: PLC0415  # the wing, with numpy, at need

        body = convert(await http.json(), ShadowBody)
        if body.route not in self._stack.rules.menu.routes:
            raise NotFound(f"there is no route {body.route[:80]!r}")
        if body.candidate not in {target.name for target in self._stack.rules.known}:
            raise NotFound(f"there is no target {body.candidate[:80]!r}")
        shadow = new_shadow(
            body.route, body.candidate, body.share, body.scorer, body.margin, budget_nano=_money(body.budget)
        )
        made = msgspec.structs.replace(shadow, by=caller.key_id, began_ns=time.time_ns())
        await http.tell(shadow_row(await self._vigil.shadows.begin(made, caller)), 201)

    async def end_shadow(self, http: Http, caller: Caller, route: str) -> None:
        """``DELETE /api/eval/shadows/{}``."""
        await http.tell(shadow_row(await self._vigil.shadows.end(route, f"ended by {caller.name}")))

    async def promotions(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/promotions``."""
        found = await asyncio.to_thread(self._vigil.promotions.rows.all)
        await http.tell({"data": [revision_row(each) for each in found]})

    async def promote(self, http: Http, caller: Caller) -> None:
        """``POST /api/eval/promotions``."""
        from freehold.evaluate.promote.service import Wanted  # noqa: PLC0415  # as above

        body = convert(await http.json(), PromotionBody)
        made = await self._vigil.promotions.promote(Wanted(**msgspec.structs.asdict(body)), caller)
        await http.tell(revision_row(made), 201)

    async def roll_back(self, http: Http, caller: Caller, route: str) -> None:
        """``DELETE /api/eval/promotions/{}``."""
        taken = await self._vigil.promotions.roll_back(route, f"taken back by {caller.name}", caller.key_id)
        await http.tell(revision_row(taken))


def canary_row(canary: Canary) -> dict[str, Any]:
    """How a target stands, as JSON."""
    return {
        "target": canary.target,
        "looks": canary.looks,
        "asked_ns": canary.asked_ns,
        "changed_ns": canary.changed_ns,
        "e_value": canary.e_value,
        "false_alarms": canary.alpha,
    }


def by_route(
    found: Mapping[str, Any], revisions: Sequence[dict[str, Any]], routes: Mapping[str, Route]
) -> list[dict[str, Any]]:
    """The rows of `found`, and `revisions`, for each route that any of them is about."""
    promises, shadows, on_trial = (
        {each["route"]: each for each in found[kind]} for kind in ("promises", "shadows", "on_trial")
    )
    names = sorted({*promises, *found["drift"], *shadows, *(each["route"] for each in revisions)})
    return [
        {
            "route": name,
            "promise": promises.get(name),
            "inputs": found["drift"].get(name),
            "canaries": [each for each in found["canaries"] if each["target"] in _targets(routes.get(name))],
            "shadow": shadows.get(name),
            "on_trial": on_trial.get(name),
            "promotions": [each for each in revisions if each["route"] == name][:_MOST_PROMOTIONS],
        }
        for name in names
    ]


def _targets(route: Route | None) -> set[str]:
    return set() if route is None else {target.name for target in route.targets}


def shadow_row(shadow: Shadow) -> dict[str, Any]:
    """A shadow as JSON."""
    trial = shadow.trial
    return {
        "route": shadow.route,
        "candidate": shadow.candidate,
        "state": shadow.state,
        "why": shadow.why,
        "share": shadow.share,
        "scorer": shadow.scorer,
        "margin": trial.margin,
        "pairs": trial.pairs,
        "difference": trial.mean,
        "verdict": trial.verdict,
        "missed": trial.missed,
        "spent": dollars(shadow.spent_nano),
        "budget": dollars(shadow.budget_nano),
        "by": shadow.by,
        "said": shadow.says(),
        "assumes": shadow.assumes,
    }


def revision_row(revision: Revision) -> dict[str, Any]:
    """A revision as JSON."""
    found: dict[str, Any] = msgspec.to_builtins(revision)
    return found


def _promise_row(watched: Any) -> dict[str, Any]:
    found = msgspec.to_builtins(watched)
    return {**{name: value for name, value in found.items() if name != "cost_nano"}, "cost": dollars(watched.cost_nano)}


def _money(text: str) -> Nanodollars:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 < amount <= 1_000_000:
        raise BadRequest("a budget is US dollars, as in 5.00", param="budget")
    return from_dollars(amount)
