"""Routers over HTTP: trained as durable work, listed, shown and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.http.asgi import Http
from freehold.http.parameters import convert, number
from freehold.http.routes.evaluate_routers import TrainBody
from freehold.ledger.decision import moment

if TYPE_CHECKING:
    from freehold.evaluate.router.card import Known
    from freehold.evaluate.router.service import Routers
    from freehold.evaluate.router.training import Trainings
    from freehold.evaluate.router.trainings import Training

_LONGEST_WAIT = 30
"""Seconds."""


class RouterApi:
    """The endpoints of routers, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def train(self, http: Http, caller: Caller) -> None:
        """``POST /api/eval/routers``."""
        body = convert(await http.json(), TrainBody)
        begun = await self._trainings.begin(body.weak, body.strong, body.data, body.scorer, caller)
        await http.tell(training_row(begun), 202)

    async def trainings(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/trainings``."""
        await http.tell({"data": [training_row(each) for each in await self._trainings.newest()]})

    async def training(self, http: Http, _caller: Caller, name: str) -> None:
        """``GET /api/eval/trainings/{}``: with ``wait``, once it has come further, or so many seconds later."""
        wait = min(number(http.query.get("wait", "0"), "wait"), _LONGEST_WAIT)
        found = self._trainings
        await http.tell(training_row(await (found.wait(name, wait) if wait else found.get(name))))

    async def stop(self, http: Http, _caller: Caller, name: str) -> None:
        """``POST /api/eval/trainings/{}/stop``."""
        await http.tell(training_row(await self._trainings.halt(name)))

    async def routers(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/routers``."""
        await http.tell({"data": [router_row(each) for each in await self._routers.all()]})

    async def show(self, http: Http, _caller: Caller, router: str) -> None:
        """``GET /api/eval/routers/{}``."""
        await http.tell(router_row(await self._routers.get(router)))

    async def remove(self, http: Http, _caller: Caller, router: str) -> None:
        """``DELETE /api/eval/routers/{}``."""
        await self._routers.remove(router)
        await http.tell({"id": router, "removed": True})

    @property
    def _trainings(self) -> Trainings:
        return self._stack.evaluating.trainings

    @property
    def _routers(self) -> Routers:
        return self._stack.evaluating.routers


def training_row(training: Training) -> dict[str, Any]:
    """A training as JSON."""
    return {
        "id": training.id,
        "state": training.state,
        "begun": moment(training.created_ns),
        "key": {"id": training.key},
        "weak": training.weak or None,
        "strong": training.strong or None,
        "data": training.data or None,
        "scorer": training.scorer or None,
        "before": training.before or None,
        "done": training.done,
        "size": training.size,
        "router": training.router or None,
        "note": training.note or None,
    }


def router_row(known: Known) -> dict[str, Any]:
    """A router as JSON."""
    row: dict[str, Any] = msgspec.to_builtins(known.card)
    made = moment(row.pop("made_ns"))
    return {"id": known.id, "made": made, **row}
