"""Runs over HTTP."""

from __future__ import annotations

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.http.asgi import Http
from freehold.http.parameters import number, within

_MOST_LISTED = 1000


class EvaluateApi:
    """Runs of an evaluation, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._evaluating = stack.evaluating

    async def runs(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/runs``."""
        limit = within(number(http.query.get("limit", "100"), "limit"), "limit", _MOST_LISTED)
        await http.tell({"data": await self._evaluating.runs.newest(limit=limit)})
