"""Keys by HTTP: listed, made, amended, renewed, revoked. Whoever does it is named in the log."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any

from msgspec import UNSET, UnsetType

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict
from freehold.core.groups import checked_groups
from freehold.http.asgi import Http
from freehold.http.parameters import collection, convert, label
from freehold.http.routes.keys import KeyBody, KeyChange
from freehold.stores.keys import Grant, Issued, Key

_LOG = logging.getLogger("freehold.http")

_LONGEST_NAME = 100
_DAY_NS = 86_400 * 10**9


class KeyApi:
    """``/api/keys``. The last admin's key can be neither revoked nor made less: nobody could make another from afar."""

    def __init__(self, stack: Stack) -> None:
        self._keys = stack.keys
        self._one_at_a_time = threading.Lock()
        """Held while keys are counted and changed, so that two admins cannot end one another."""

    async def list(self, http: Http, caller: Caller) -> None:
        """``GET /api/keys``; how a key begins is told to admins."""
        held = await asyncio.to_thread(self._keys.list)
        rows = [key_row(key) for key in held]
        await http.tell({"data": rows if caller.admin else [row | {"prefix": None} for row in rows]})

    async def create(self, http: Http, caller: Caller) -> None:
        """``POST /api/keys``."""
        issued = await asyncio.to_thread(self._keys.create, grant_of(convert(await http.json(), KeyBody)))
        _noted("made", issued.key, caller)
        await http.tell(issued_row(issued), status=201)

    async def amend(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/keys/{id}``: from now on, also for requests of sessions that were begun with it."""
        change = convert(await http.json(), KeyChange)
        key = await asyncio.to_thread(self._amend, name, change)
        _noted(f"amended ({', '.join(_changed(change)) or 'nothing'})", key, caller)
        await http.tell(key_row(key))

    async def rotate(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/keys/{id}/rotate``."""
        issued = await asyncio.to_thread(self._keys.rotate, name)
        _noted("renewed", issued.key, caller)
        await http.tell(issued_row(issued))

    async def revoke(self, http: Http, caller: Caller, name: str) -> None:
        """``DELETE /api/keys/{id}``."""
        key = await asyncio.to_thread(self._revoke, name)
        _noted("revoked", key, caller)
        await http.tell(key_row(key))

    def _revoke(self, name: str) -> Key:
        with self._one_at_a_time:
            self._spare(self._keys.get(name), "create another before you revoke it")
            return self._keys.revoke(name)

    def _amend(self, name: str, change: KeyChange) -> Key:
        def amended(key: Key) -> Grant:
            fresh = amended_grant(key.grant, change)
            if fresh.role != "admin" or fresh.expires_ns not in (None, key.grant.expires_ns):
                self._spare(key, "create another before you take its role or limit its time")
            return fresh

        with self._one_at_a_time:
            return self._keys.amend(name, amended)

    def _spare(self, key: Key, mend: str) -> None:
        """Raise `Conflict` if this is the one active key of an admin."""
        now = time.time_ns()
        if [each.id for each in self._keys.list() if each.grant.role == "admin" and each.active(now)] == [key.id]:
            raise Conflict(f"{key.id} is the last admin key; {mend}")


def key_row(key: Key) -> dict[str, Any]:
    """A key as JSON, without its secret."""
    grant = key.grant
    return {
        "id": key.id,
        "prefix": key.prefix,
        "name": grant.name,
        "label": str(grant.label) if grant.label is not None else None,
        "admin": grant.role == "admin",
        "role": grant.role,
        "models": sorted(grant.models) if grant.models is not None else None,
        "groups": sorted(grant.groups),
        "team": grant.team,
        "may_declare": grant.may_declare,
        "capture": grant.capture,
        "collections": [*grant.collections],
        "created": _iso(key.created_ns),
        "expires": _iso(grant.expires_ns),
        "revoked": _iso(key.revoked_ns),
    }


def issued_row(issued: Issued) -> dict[str, Any]:
    """A new key as JSON: the one time its secret is shown."""
    return {"key": issued.secret.reveal()} | key_row(issued.key)


def grant_of(body: KeyBody) -> Grant:
    """What a key is to be allowed; raises `BadRequest` for a name or a label that is none."""
    return Grant(
        name=_name(body.name),
        label=label(body.label),
        role="admin" if body.admin else body.role,
        models=None if body.models is None else frozenset(body.models),
        groups=checked_groups(body.groups),
        team=body.team,
        may_declare=body.may_declare,
        capture=body.capture,
        collections=tuple(collection(name, "collections") for name in body.collections),
        expires_ns=_expiry(body.days),
    )


def amended_grant(grant: Grant, change: KeyChange) -> Grant:
    """The grant with what was said changed, and all else as it is; raises `BadRequest` as `grant_of` does."""
    return Grant(
        name=grant.name if change.name is UNSET else _name(change.name),
        label=grant.label if change.label is UNSET else label(change.label),
        role=_kept(change.role, grant.role),
        models=grant.models if change.models is UNSET else None if change.models is None else frozenset(change.models),
        groups=grant.groups if change.groups is UNSET else checked_groups(change.groups),
        team=_kept(change.team, grant.team),
        may_declare=_kept(change.may_declare, grant.may_declare),
        capture=_kept(change.capture, grant.capture),
        collections=grant.collections
        if change.collections is UNSET
        else tuple(collection(name, "collections") for name in change.collections),
        expires_ns=grant.expires_ns if change.days is UNSET else _expiry(change.days),
    )


def _kept(said: Any, held: Any) -> Any:
    return held if isinstance(said, UnsetType) else said


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_NAME:
        raise BadRequest(f"a key needs a name of one line, at most {_LONGEST_NAME} characters", param="name")
    return text


def _expiry(days: int | None) -> int | None:
    if days is None:
        return None
    if not 0 < days <= 36_500:
        raise BadRequest("days is from 1 to 36500", param="days")
    return time.time_ns() + days * _DAY_NS


def _changed(change: KeyChange) -> list[str]:
    return [name for name in change.__struct_fields__ if getattr(change, name) is not UNSET]


def _noted(what: str, key: Key, caller: Caller) -> None:
    _LOG.info("key %s %s by %s; its role is %s", key.id, what, caller.key_id, key.grant.role)


def _iso(ns: int | None) -> str | None:
    return None if ns is None else datetime.fromtimestamp(ns / 10**9, UTC).isoformat(timespec="seconds")
