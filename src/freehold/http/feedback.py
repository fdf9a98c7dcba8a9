"""Feedback over HTTP: said, read, taken back, and exported as a dataset."""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Forbidden, NotFound
from freehold.http.asgi import Header, Http
from freehold.http.parameters import convert, moment
from freehold.http.routes.feedback import FeedbackBody
from freehold.ledger.examples import FIRST, Place
from freehold.ledger.feedback import Said
from freehold.ledger.moments import ns_of

JSON_LINES: Header = (b"content-type", b"application/jsonl; charset=utf-8")

_OUTCOME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_LONGEST = {"comment": 4_000, "corrected": 200_000}
"""Characters. A corrected answer may be as long as an answer."""
_BODY_BYTES = 1024 * 1024

_line = msgspec.json.Encoder().encode


class FeedbackApi:
    """The endpoints about feedback, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def say(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/requests/{id}/feedback``."""
        said = said_of(convert(await http.json(_BODY_BYTES), FeedbackBody))
        asker = await self._asker(name, caller)
        if asker != caller.key_id and caller.role == "viewer":
            raise Forbidden("a viewer's key says nothing of other keys' requests; this needs the role operator")
        await self._stack.opinions.say(name, caller.key_id, said)
        mine = [row for row in await self._stack.opinions.of(name) if row["key"]["id"] == caller.key_id]
        await http.tell(mine[0] if mine else {})

    async def said(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/requests/{id}/feedback``."""
        await self._asker(name, caller)
        await http.tell({"data": await self._stack.opinions.of(name)})

    async def take_back(self, http: Http, caller: Caller, name: str) -> None:
        """``DELETE /api/requests/{id}/feedback``: what this key said, and nothing of others."""
        await self._asker(name, caller)
        await http.tell({"deleted": await self._stack.opinions.take_back(name, caller.key_id)})

    async def export(self, http: Http, _caller: Caller) -> None:
        """``GET /api/feedback``: read and sent a few at a time, however many there are."""
        since_ns = ns_of(moment(http.query.get("since"), "since"), 0)
        place: Place | None = FIRST
        await http.start(200, [JSON_LINES])
        while place is not None:
            some = await self._stack.opinions.examples(since_ns, place)
            await http.write(b"".join(_line(example) + b"\n" for example in some.items))
            place = some.next
        await http.finish()

    async def _asker(self, name: str, caller: Caller) -> str:
        """The key that made a request; another key's is not found, rather than forbidden."""
        decision: dict[str, Any] = await self._stack.decision(name)
        asker = str(decision["key"]["id"])
        if not caller.sees_all and asker != caller.key_id:
            raise NotFound(f"there is no request {name!r} in the ledger")
        return asker


def said_of(body: FeedbackBody) -> Said:
    """What a body says; raises `BadRequest` for what says nothing, or too much."""
    said = msgspec.convert(msgspec.structs.asdict(body), Said)
    if said == Said():
        raise BadRequest("say something of it: thumb, score, outcome, corrected or comment")
    if said.thumb not in {None, 1, -1}:
        raise BadRequest("thumb is 1 or -1", param="thumb")
    if said.score is not None and not (math.isfinite(said.score) and 0 <= said.score <= 1):
        raise BadRequest("score is from 0 to 1", param="score")
    if said.outcome is not None and _OUTCOME.fullmatch(said.outcome) is None:
        raise BadRequest("outcome is one word of a-z, 0-9, '_', '.' and '-', at most 40 characters", param="outcome")
    for name, longest in _LONGEST.items():
        if len(getattr(said, name) or "") > longest:
            raise BadRequest(f"{name} has at most {longest} characters", param=name)
    return said
