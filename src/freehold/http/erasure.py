"""Erasure over HTTP: what was said, of one request or of all that fit."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.http.asgi import Http
from freehold.http.parameters import convert
from freehold.http.routes.erasure import ErasureBody
from freehold.ledger.erase import Erased
from freehold.ledger.erasure import Which


class ErasureApi:
    """The endpoints that erase, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def content(self, http: Http, caller: Caller, name: str) -> None:
        """``DELETE /api/requests/{id}/content``; raises `NotFound` for a request that never was."""
        await self._stack.decision(name)
        await http.tell(row(await self._stack.erase(Which(request=name), by=caller, dry_run=False)))

    async def erase(self, http: Http, caller: Caller) -> None:
        """``POST /api/erasures``."""
        body = convert(await http.json(), ErasureBody)
        said = msgspec.structs.asdict(body)
        dry_run = said.pop("dry_run")
        await http.tell(row(await self._stack.erase(Which(**said), by=caller, dry_run=dry_run)))


def row(erased: Erased) -> dict[str, Any]:
    """What was erased, as JSON."""
    found: dict[str, Any] = msgspec.to_builtins(erased)
    return found
