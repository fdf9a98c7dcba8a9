"""Watching and promotion over HTTP."""

from __future__ import annotations

import asyncio
import time
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


class WatchApi:
    """The endpoints of watching and promotion, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._vigil = stack.vigil

    async def watch(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/watch``."""
        vigil = self._vigil
        settings = self._stack.config.watch
        promises = [_promise_row(each) for each in await vigil.promises()]
        canaries = [await vigil.canaries.stands(target) for target in settings.canaries]
        on_trial = await asyncio.to_thread(vigil.promotions.on_trial)
        await http.tell(
            {
                "promises": promises,
                "canaries": [
                    {
                        "target": each.target,
                        "looks": each.looks,
                        "asked_ns": each.asked_ns,
                        "changed_ns": each.changed_ns,
                        "e_value": each.e_value,
                        "false_alarms": each.alpha,
                    }
                    for each in canaries
                ],
                "drift": {route: msgspec.to_builtins(each) for route, each in vigil.drift().items()},
                "shadows": [shadow_row(each) for each in vigil.shadows.all.values()],
                "on_trial": [revision_row(each) for each in on_trial.values()],
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
        "said": trial.says(),
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
