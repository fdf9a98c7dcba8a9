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
from freehold.core.limits import Budget, Period, Rate, WhenSpent
from freehold.core.money import Nanodollars
from freehold.http.asgi import Http
from freehold.http.limits import allotment, budget_row, checked_share, rate_of
from freehold.http.parameters import collection, convert, label
from freehold.http.routes.keys import KeyBody, KeyChange, KeyLimits
from freehold.stores.keys import Grant, Issued, Key

_LOG = logging.getLogger("freehold.http")

_LONGEST_NAME = 100
_DAY_NS = 86_400 * 10**9
NO_LIMITS: dict[str, Any] = {"budgets": [], "rpm": None, "tpm": None, "parallel": None}
"""The limits of a key that has none, as JSON."""
_TOLD = ("id", "amount", "period", "spent", "held", "left", "renews", "warn_at", "when_spent")
"""What a key's row says of its budgets."""


class KeyApi:
    """``/api/keys``. The last admin's key can be neither revoked nor made less: nobody could make another from afar."""

    def __init__(self, stack: Stack) -> None:
        self._keys = stack.keys
        self._limits = stack.limits
        self._one_at_a_time = threading.Lock()
        """Held while keys are counted and changed, so that two admins cannot end one another."""

    async def list(self, http: Http, caller: Caller) -> None:
        """``GET /api/keys``; how a key begins is told to admins."""
        held = await asyncio.to_thread(self._keys.list)
        limits = await self._limits_of_keys()
        rows = [key_row(key) | {"limits": limits.get(key.id, NO_LIMITS)} for key in held]
        await http.tell({"data": rows if caller.admin else [row | {"prefix": None} for row in rows]})

    async def create(self, http: Http, caller: Caller) -> None:
        """``POST /api/keys``."""
        body = convert(await http.json(), KeyBody)
        budget = None if body.budget is None else allotment(body.budget)
        rate_of("key", "", body.rpm, body.tpm, body.parallel)  # so that a key is made only if its limits can be set
        issued = await asyncio.to_thread(self._keys.create, grant_of(body))
        try:
            await self._limit(issued.key.id, body, budget)
        except BaseException:
            # Nobody has its secret yet, and a key whose limit does not hold is worse than none.
            await asyncio.to_thread(self._keys.revoke, issued.key.id)
            raise
        _noted("made", issued.key, caller)
        await http.tell(issued_row(issued), status=201)

    async def amend(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/keys/{id}``: from now on, also for requests of sessions that were begun with it."""
        change = convert(await http.json(), KeyChange)
        key = await asyncio.to_thread(self._amend, name, change)
        _noted(f"amended ({', '.join(_changed(change)) or 'nothing'})", key, caller)
        await http.tell(key_row(key))

    async def limit(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/keys/{id}/limits``."""
        said = convert(await http.json(), KeyLimits)
        budget = None if said.budget is None else allotment(said.budget)
        warn_at = checked_share(said.warn_at)
        if budget is None and warn_at is not None:
            raise BadRequest("warn_at is of a budget; say that too", param="budget")
        key = await asyncio.to_thread(self._keys.get, name)
        before = next(
            (rate for rate, _, _ in self._limits.rates() if (rate.scope, rate.subject) == ("key", key.id)), None
        )
        held = before or Rate(scope="key", subject=key.id)
        requests, tokens, parallel = (
            _kept(said.rpm, held.requests),
            _kept(said.tpm, held.tokens),
            _kept(said.parallel, held.parallel),
        )
        rate = rate_of("key", key.id, requests, tokens, parallel)
        if budget is not None:
            await self._put_budget(key.id, budget, warn_at, said.when_spent)
        if rate is not None:
            await self._limits.put_rate(rate)
        elif before is not None:
            await self._limits.drop_rate("key", key.id)
        _noted("limited", key, caller)
        limits = await self._limits_of_keys()
        await http.tell(key_row(key) | {"limits": limits.get(key.id, NO_LIMITS)})

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

    async def _limit(self, key_id: str, body: KeyBody, budget: tuple[Nanodollars, Period] | None) -> None:
        if budget is not None:
            await self._put_budget(key_id, budget)
        rate = rate_of("key", key_id, body.rpm, body.tpm, body.parallel)
        if rate is not None:
            await self._limits.put_rate(rate)

    async def _put_budget(
        self,
        key_id: str,
        budget: tuple[Nanodollars, Period],
        warn_at: float | None = None,
        when_spent: WhenSpent = "refuse",
    ) -> None:
        amount, period = budget
        await self._limits.put_budget(
            Budget(
                id="",
                scope="key",
                subject=key_id,
                amount=amount,
                period=period,
                warn_at=warn_at,
                when_spent=when_spent,
            )
        )

    async def _limits_of_keys(self) -> dict[str, dict[str, Any]]:
        """By key, its budgets with what is left of them, and its rates."""
        found: dict[str, dict[str, Any]] = {}
        for standing in await self._limits.standings():
            if standing.budget.scope == "key":
                row = budget_row(standing, self._limits.calendar, {})
                limits = found.setdefault(standing.budget.subject, {**NO_LIMITS, "budgets": []})
                limits["budgets"].append({name: row[name] for name in _TOLD})
        for rate, _, _ in self._limits.rates():
            if rate.scope == "key":
                limits = found.setdefault(rate.subject, {**NO_LIMITS})
                limits |= {"rpm": rate.requests, "tpm": rate.tokens, "parallel": rate.parallel}
        return found

    def _revoke(self, name: str) -> Key:
        with self._one_at_a_time:
            self._spare(self._keys.get(name), "create another before you revoke it")
            return self._keys.revoke(name)

    def _amend(self, name: str, change: KeyChange) -> Key:
        def amended(key: Key) -> Grant:
            fresh = amended_grant(key.grant, change)
            if fresh.role != "admin" or _ends_sooner(fresh, key.grant):
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


def _ends_sooner(fresh: Grant, held: Grant) -> bool:
    return fresh.expires_ns is not None and (held.expires_ns is None or fresh.expires_ns < held.expires_ns)


def _changed(change: KeyChange) -> list[str]:
    return [name for name in change.__struct_fields__ if getattr(change, name) is not UNSET]


def _noted(what: str, key: Key, caller: Caller) -> None:
    _LOG.info("key %s %s by %s; its role is %s", key.id, what, caller.key_id, key.grant.role)


def _iso(ns: int | None) -> str | None:
    return None if ns is None else datetime.fromtimestamp(ns / 10**9, UTC).isoformat(timespec="seconds")
