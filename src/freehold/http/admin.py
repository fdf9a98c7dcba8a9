"""The admin API: keys, usage, requests, targets. All that the commands and the page can do goes through it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, NotFound, SetupError, Unprocessable
from freehold.core.groups import checked_groups
from freehold.http.asgi import Http
from freehold.http.parameters import collection, convert, label, moment, number
from freehold.http.routes.admin import ExplainBody, KeyBody
from freehold.ledger.query import Filter
from freehold.policy.labels import declared
from freehold.stores.keys import Grant, Issued, Key

_LONGEST_NAME = 100
_DAY_NS = 86_400 * 10**9


class AdminApi:
    """The endpoints under ``/api`` over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def requests(self, http: Http, caller: Caller) -> None:
        """``GET /api/requests``."""
        query = http.query
        which = Filter(
            key_id=query.get("key") if caller.sees_all else caller.key_id,
            model=query.get("model"),
            target=query.get("target"),
            label=query.get("label"),
            ending=query.get("ending"),
            since=moment(query.get("since"), "since"),
            until=moment(query.get("until"), "until"),
        )
        page = await self._stack.recent(which, query.get("cursor"), number(query.get("limit", "50"), "limit"))
        await http.tell({"data": page.items, "next": page.next})

    async def request(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/requests/{id}``. Another key's request is not found, rather than forbidden."""
        decision = await self._stack.decision(name)
        if not caller.sees_all and decision["key"]["id"] != caller.key_id:
            raise NotFound(f"there is no request {name!r} in the ledger")
        await http.tell(decision)

    async def keys(self, http: Http, _caller: Caller) -> None:
        """``GET /api/keys``."""
        held = await asyncio.to_thread(self._stack.keys.list)
        await http.tell({"data": [key_row(key) for key in held]})

    async def create_key(self, http: Http, _caller: Caller) -> None:
        """``POST /api/keys``."""
        grant = grant_of(convert(await http.json(), KeyBody))
        await http.tell(issued_row(await asyncio.to_thread(self._stack.keys.create, grant)), status=201)

    async def rotate_key(self, http: Http, _caller: Caller, name: str) -> None:
        """``POST /api/keys/{id}/rotate``."""
        await http.tell(issued_row(await asyncio.to_thread(self._stack.keys.rotate, name)))

    async def revoke_key(self, http: Http, _caller: Caller, name: str) -> None:
        """``DELETE /api/keys/{id}``."""
        await http.tell(key_row(await asyncio.to_thread(self._revoke, name)))

    def _revoke(self, name: str) -> Key:
        """Revoke a key, but not the last admin's: afterwards nobody could make another from afar."""
        keys, now = self._stack.keys, time.time_ns()
        admins = [key.id for key in keys.list() if key.grant.role == "admin" and key.active(now)]
        if admins == [keys.get(name).id]:
            raise Conflict(f"{admins[0]} is the last admin key; create another before you revoke it")
        return keys.revoke(name)

    async def targets(self, http: Http, _caller: Caller) -> None:
        """``GET /api/targets``."""
        found = self._stack.discovery.sentences()
        await http.tell({"data": self._stack.health(), "discovery": found})

    async def explain(self, http: Http, caller: Caller) -> None:
        """``POST /api/explain``."""
        body = convert(await http.json(), ExplainBody)
        stated = [declared("label", body.label)] if body.label is not None else []
        found = self._stack.explain(body.text, body.model, caller, stated)
        sources = [{"origin": source.origin, "label": str(source.label)} for source in found.sources]
        findings = [
            {"field": each.where, "family": each.span.family, "kind": each.span.kind, "rule": each.span.rule}
            | {"action": each.action}
            for each in found.findings
        ]
        views = [{"target": view.target, "label": str(view.label), "by": view.by} for view in found.views]
        changed = {"label": str(found.label), "sources": sources, "findings": findings, "views": views}
        await http.tell(msgspec.to_builtins(found) | changed)

    async def reload(self, http: Http, _caller: Caller) -> None:
        """``POST /api/reload``."""
        try:
            revision = self._stack.reload()
        except SetupError as error:
            raise Unprocessable(f"nothing was changed: {error}") from error
        await http.tell({"revision": revision})


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
        "collections": list(grant.collections),
        "created": _iso(key.created_ns),
        "expires": _iso(grant.expires_ns),
        "revoked": _iso(key.revoked_ns),
    }


def issued_row(issued: Issued) -> dict[str, Any]:
    """A new key as JSON: the one time its secret is shown."""
    return {"key": issued.secret.reveal()} | key_row(issued.key)


def grant_of(body: KeyBody) -> Grant:
    """What a key is to be allowed; raises `BadRequest` for a name or a label that is none."""
    if not body.name.strip() or not body.name.isprintable() or len(body.name) > _LONGEST_NAME:
        raise BadRequest(f"a key needs a name of one line, at most {_LONGEST_NAME} characters", param="name")
    if body.days is not None and not 0 < body.days <= 36_500:
        raise BadRequest("days is from 1 to 36500", param="days")
    return Grant(
        name=body.name,
        label=label(body.label),
        role="admin" if body.admin else body.role,
        models=None if body.models is None else frozenset(body.models),
        groups=checked_groups(body.groups),
        team=body.team,
        may_declare=body.may_declare,
        capture=body.capture,
        collections=tuple(collection(name, "collections") for name in body.collections),
        expires_ns=None if body.days is None else time.time_ns() + body.days * _DAY_NS,
    )


def _iso(ns: int | None) -> str | None:
    return None if ns is None else datetime.fromtimestamp(ns / 10**9, UTC).isoformat(timespec="seconds")
