"""Routers over HTTP: trained, listed, shown and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.http.asgi import Http
from freehold.http.parameters import convert
from freehold.http.routes.evaluate_routers import TrainBody
from freehold.ledger.decision import moment

if TYPE_CHECKING:
    from freehold.evaluate.router.card import Known
    from freehold.evaluate.router.service import Routers


class RouterApi:
    """The endpoints of routers, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def train(self, http: Http, caller: Caller) -> None:
        """``POST /api/eval/routers``."""
        body = convert(await http.json(), TrainBody)
        made = await self._routers.train(body.weak, body.strong, body.data, body.scorer, caller)
        await http.tell(router_row(made), 201)

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
    def _routers(self) -> Routers:
        return self._stack.evaluating.routers


def router_row(known: Known) -> dict[str, Any]:
    """A router as JSON."""
    row: dict[str, Any] = msgspec.to_builtins(known.card)
    made = moment(row.pop("made_ns"))
    return {"id": known.id, "made": made, **row}
