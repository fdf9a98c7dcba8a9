"""The audit log over HTTP: the files of C2SP's tlog-tiles as they lie on the disk, and proofs made of them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, NotFound, SetupError, Unavailable
from freehold.http.asgi import NO_STORE, Header, Http
from freehold.http.parameters import number
from freehold.ledger.audit.folder import COSIGNED_NAME
from freehold.ledger.audit.log import Log, NoLeaf, NoLog
from freehold.ledger.audit.note import BadNote
from freehold.ledger.audit.tiles import CHECKPOINT, Broken, Tile

T = TypeVar("T")

_TEXT: Header = (b"content-type", b"text/plain; charset=utf-8")
_BYTES: Header = (b"content-type", b"application/octet-stream")
_FOREVER: Header = (b"cache-control", b"private, max-age=31536000, immutable")


class AuditApi:
    """The endpoints under ``/api/audit`` over one stack. What was asked before is sealed before it is answered."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def checkpoint(self, http: Http, _caller: Caller) -> None:
        """``GET /api/audit/checkpoint``."""
        await self._sealed()
        data = await asyncio.to_thread(self._fetch, CHECKPOINT)
        if data is None:
            raise _none()
        cosigned = await asyncio.to_thread(self._fetch, COSIGNED_NAME)
        if cosigned is not None and cosigned.startswith(data):
            data = cosigned
        await http.reply(200, data, [NO_STORE], _TEXT)

    async def tile(self, http: Http, _caller: Caller, name: str) -> None:
        """``GET /api/audit/tile/{path}``: hashes, and under ``entries/`` leaves."""
        path = f"tile/{name}"
        data = await asyncio.to_thread(self._fetch, path) if Tile.parse(path) is not None else None
        if data is None:
            raise NotFound(f"the log has no {path[:80]!a}")
        await http.reply(200, data, [_FOREVER], _BYTES)

    async def cosigned(self, http: Http, _caller: Caller) -> None:
        """``GET /api/audit/cosigned``: the latest checkpoint that a witness has cosigned."""
        data = await asyncio.to_thread(self._fetch, COSIGNED_NAME)
        if data is None:
            raise NotFound("no witness has cosigned a checkpoint of this log")
        await http.reply(200, data, [NO_STORE], _TEXT)

    async def key(self, http: Http, _caller: Caller) -> None:
        """``GET /api/audit/key``: the public key as a verifier key; ``waits`` is why leaves cannot be sealed."""
        try:
            signer = await asyncio.to_thread(self._stack.trail.signer)
        except SetupError as error:
            raise Unavailable(str(error)) from error
        await self._sealed()
        waits = self._stack.trail.trouble()
        await http.tell({"vkey": signer.key.vkey, "origin": signer.key.name, **({"waits": waits} if waits else {})})

    async def leaf(self, http: Http, _caller: Caller, name: str) -> None:
        """``GET /api/audit/leaves/{id or index}``."""
        index, leaf = await self._with(lambda log: _leaf(log, name))
        await http.tell({"index": index, "leaf": msgspec.json.decode(leaf)})

    async def proof(self, http: Http, _caller: Caller, name: str) -> None:
        """``GET /api/audit/proofs/{id or index}``: that the leaf is in the log."""
        await http.tell(await self._with(lambda log: log.proof(log.place(name)).json))

    async def consistency(self, http: Http, _caller: Caller) -> None:
        """``GET /api/audit/consistency?from=``: that the log goes on from so many leaves."""
        query = http.query
        old = number(query.get("from", "0"), "from")

        def prove(log: Log) -> dict[str, Any]:
            if not 0 < old <= len(log):
                raise BadRequest(f"from is a number of leaves, from 1 to {len(log)}", param="from")
            hashes = [base64.b64encode(each).decode() for each in log.consistency(old)]
            return {"from": old, "to": len(log), "hashes": hashes, "checkpoint": log.note}

        await http.tell(await self._with(prove))

    async def _with(self, work: Callable[[Log], T]) -> T:
        """Do it with the log as it is now, in a thread."""
        await self._sealed()

        def done() -> T:
            try:
                return work(self._stack.trail.log())
            except NoLog:
                raise _none() from None
            except NoLeaf as error:
                raise NotFound(str(error)) from None
            except (Broken, BadNote, SetupError) as error:
                raise _broken(error) from error

        return await asyncio.to_thread(done)

    async def _sealed(self) -> None:
        await self._stack.book.flush()
        await asyncio.to_thread(self._stack.trail.seal)

    def _fetch(self, path: str) -> bytes | None:
        try:
            return self._stack.trail.folder.fetch(path)
        except Broken as error:
            raise _broken(error) from error


def _leaf(log: Log, name: str) -> tuple[int, bytes]:
    index = log.place(name)
    return index, log.tiles.leaf(index)


def _none() -> NotFound:
    return NotFound("there is no audit log yet: nothing was asked, or [audit] enabled is false")


def _broken(error: Exception) -> Unavailable:
    return Unavailable(f"the audit log cannot be read: {error}; 'freehold audit verify' says all that is wrong")
