"""The arena over HTTP: votes taken and read, and the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, NotFound
from freehold.http.asgi import Http
from freehold.http.parameters import convert, moment, number, within
from freehold.http.routes.evaluate_arena import Answered, VoteBody
from freehold.ledger.decision import moment as shown_moment
from freehold.ledger.moments import ns_of

if TYPE_CHECKING:
    from freehold.evaluate.arena.model import Side, Vote

_MOST_LISTED = 1000
_BODY_BYTES = 4 * 2**20


class ArenaApi:
    """The endpoints of the arena, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def ranking(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/arena``."""
        since_ns = ns_of(moment(http.query.get("since"), "since"), 0)
        await http.tell(await self._stack.evaluating.arena.ranking(since_ns))

    async def votes(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/arena/votes``."""
        limit = within(number(http.query.get("limit", "100"), "limit"), "limit", _MOST_LISTED)
        since_ns = ns_of(moment(http.query.get("since"), "since"), 0)
        found = await self._stack.evaluating.arena.newest(limit, since_ns)
        await http.tell({"data": [vote_row(vote) for vote in found]})

    async def vote(self, http: Http, caller: Caller) -> None:
        """``POST /api/eval/arena/votes``."""
        body = convert(await http.json(_BODY_BYTES), VoteBody)
        if body.left.id == body.right.id:
            raise BadRequest("a vote is between the answers to two requests", param="right")
        left, right = await self._side(body.left, caller), await self._side(body.right, caller)
        await http.tell(vote_row(await self._stack.evaluating.arena.vote(caller.key_id, left, right, body.choice)))

    async def _side(self, answered: Answered, caller: Caller) -> Side:
        """Of a request that this key made itself: who reads the ledger knows whose answer it is, and is not blind."""
        # Here, as all of the wing, so that a start that evaluates nothing does not pay for it.
        from freehold.evaluate.arena.service import side_of  # noqa: PLC0415

        record: dict[str, Any] = await self._stack.decision(answered.id)
        if str(record["key"]["id"]) != caller.key_id:
            raise NotFound(f"there is no request {answered.id!r} of this key in the ledger")
        return side_of(record, answered.text)


def vote_row(vote: Vote) -> dict[str, Any]:
    """A vote as its reader gets it."""
    return {
        "id": vote.id,
        "at": shown_moment(vote.at_ns),
        "key": vote.key,
        "left": vote.left,
        "right": vote.right,
        "choice": vote.choice,
    }
