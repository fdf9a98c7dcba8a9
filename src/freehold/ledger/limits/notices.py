"""Tells somebody, such as that a budget has come to its soft limit: in the log at once, at an address soon.

Nothing waits for the address. What it does not take is sent again a few times, and then given up with a line in the
log; more notices than `_MOST` waiting are given up at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from freehold.core.errors import AttemptFailed
from freehold.core.money import dollars
from freehold.ledger.limits.budgets import Standing
from freehold.ledger.limits.periods import Calendar

_LOG = logging.getLogger(__name__)

Post = Callable[[bytes], Awaitable[int]]
"""Sends a JSON body and returns the status; raises `AttemptFailed`."""

_MOST = 256
_PAUSES = (1.0, 5.0, 30.0)
"""Seconds before each further try."""


class Notices:
    """Sends notices, one after another. For one event loop."""

    def __init__(
        self, post: Callable[[], Post | None], rest: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """`post` says how to send at this moment; `None`: to nobody. `rest` waits so many seconds."""
        self._post = post
        self._rest = rest
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(_MOST)
        self._sender: asyncio.Task[None] | None = None

    def near(self, standing: Standing, calendar: Calendar, name: str | None = None) -> None:
        """A budget has come to its soft limit; `name` is that of its key, where it is of one. Returns at once."""
        self.tell(told(standing, calendar, name))

    def tell(self, body: dict[str, Any]) -> None:
        """Tell of anything: its ``event`` is a word, its ``message`` a sentence for the log. Returns at once."""
        _LOG.warning("%s", body["message"])
        if self._post() is None:
            return
        try:
            self._waiting.put_nowait(msgspec.json.encode(body))
        except asyncio.QueueFull:
            _LOG.error("a notice (%s) is not sent: too many wait", body["event"])
            return
        if self._sender is None or self._sender.done():
            self._sender = asyncio.get_running_loop().create_task(self._send())

    async def close(self) -> None:
        """Send no more."""
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.wait([self._sender])

    async def _send(self) -> None:
        while not self._waiting.empty():
            body = self._waiting.get_nowait()
            for pause in (*_PAUSES, None):
                if (failure := await self._once(body)) is None:
                    break
                if pause is None:
                    _LOG.error("a notice was not taken, and is given up: %s", failure)
                else:
                    await self._rest(pause)

    async def _once(self, body: bytes) -> str | None:
        """Try once; what went wrong, in words."""
        post = self._post()
        if post is None:
            return None
        try:
            status = await post(body)
        except AttemptFailed as failure:
            return failure.message
        return None if 200 <= status < 300 else f"the address answered {status}"


def told(standing: Standing, calendar: Calendar, name: str | None = None) -> dict[str, Any]:
    """The body of a notice; `name` is that of the budget's key, where it is of one and has one."""
    budget, span = standing.budget, standing.span
    whose = budget.subject if name is None else f"{name} ({budget.subject})"
    return {
        "event": "budget.near",
        "message": (
            f"${dollars(standing.spent)} of the {budget.period}'s budget of ${dollars(budget.amount)}"
            f" of {budget.scope} {whose} are spent; it renews {calendar.words(span.ends_ns)}"
        ),
        "budget": {
            "id": budget.id,
            "scope": budget.scope,
            "subject": budget.subject,
            "name": name or budget.subject,
            "amount": dollars(budget.amount),
            "period": budget.period,
            "warn_at": budget.warn_at,
            "when_spent": budget.when_spent,
        },
        "spent": dollars(standing.spent),
        "held": dollars(standing.held),
        "began": calendar.iso(span.starts_ns),
        "renews": calendar.iso(span.ends_ns),
    }
