"""Promises over HTTP: a route is calibrated, and what came of it is read and withdrawn."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from freehold.assemble import Stack
from freehold.assemble.menu import as_it_stands
from freehold.catalog.promises import Promise
from freehold.core.caller import Caller
from freehold.core.money import dollars
from freehold.http.asgi import Http
from freehold.http.menu import promise_row
from freehold.http.parameters import convert
from freehold.http.routes.evaluate_promises import CalibrateBody

if TYPE_CHECKING:
    from freehold.evaluate.promise.offer import Offer
    from freehold.evaluate.promise.service import Calibrations


class PromiseApi:
    """The endpoints of promises, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def calibrate(self, http: Http, caller: Caller, route: str) -> None:
        """``POST /api/eval/routes/{}/calibrate``."""
        # The wing is imported at first need, with numpy.
        from freehold.evaluate.promise.asked import plan_of  # noqa: PLC0415

        body = convert(await http.json(), CalibrateBody)
        plan = plan_of(msgspec.structs.asdict(body))
        if body.runs is None:
            runs = await self._calibrations.begin(route, plan, caller)
            await http.tell({"runs": {name: run.id for name, run in runs.items()}}, 202)
            return
        found = await self._calibrations.conclude(route, plan, body.runs, caller, dry_run=body.dry_run)
        await http.tell(offer_row(found, in_force=not body.dry_run), 200 if body.dry_run else 201)

    async def promises(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/promises``."""
        found = await asyncio.to_thread(self._stack.promises.all)
        await http.tell({"data": [self._as_it_stands(each) for each in found]})

    async def withdraw(self, http: Http, caller: Caller, promise: str) -> None:
        """``DELETE /api/eval/promises/{}``."""
        await self._calibrations.withdraw(promise, caller)
        await http.tell({"id": promise, "state": "withdrawn"})

    def _as_it_stands(self, promise: Promise) -> dict[str, Any]:
        """The promise as its route goes by it now, which may be less than its row says."""
        state, why = as_it_stands(promise, self._stack.rules.menu.routes)
        if state == "set aside":
            return {**promise_row(promise), "state": state, "why": why}
        return promise_row(msgspec.structs.replace(promise, state=state, why=why))

    @property
    def _calibrations(self) -> Calibrations:
        return self._stack.evaluating.calibrations


def offer_row(offer: Offer, *, in_force: bool) -> dict[str, Any]:
    """An offer as JSON; amounts are decimal dollars a request."""
    return {
        "promise": promise_row(offer.promise),
        "in_force": in_force,
        "alone": [{**msgspec.to_builtins(each), "cost": dollars(round(each.cost * 1e9))} for each in offer.alone],
        "said": list(offer.sentences),
    }
