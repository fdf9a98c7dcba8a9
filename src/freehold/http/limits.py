"""Limits by HTTP: budgets and rates, set, looked at and removed. Whoever does it is named in the log."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any, get_args

from freehold.assemble import Stack
from freehold.catalog.words import nearest
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, NotFound
from freehold.core.limits import Allowance, Budget, Period, Quota, Rate, Scope
from freehold.core.money import Nanodollars, dollars, from_dollars
from freehold.http.asgi import Http
from freehold.http.parameters import convert
from freehold.http.routes.limits import BudgetBody, RateBody
from freehold.ledger.limits.budgets import Standing
from freehold.ledger.limits.periods import Calendar

_LOG = logging.getLogger("freehold.http")

_ALLOTMENT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)/([a-z]{1,9})")
_LONGEST_SUBJECT = 200
_MOST = 10**12
"""Of requests, tokens and requests at once."""


class LimitApi:
    """``/api/budgets`` and ``/api/rates``."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._limits = stack.limits
        self._keys = stack.keys

    async def budgets(self, http: Http, caller: Caller) -> None:
        """``GET /api/budgets``."""
        found = await self._limits.standings()
        names = await asyncio.to_thread(self._names)
        rows = [
            budget_row(each, self._limits.calendar, names)
            for each in found
            if _sees(caller, each.budget.scope, each.budget.subject)
        ]
        await http.tell({"time_zone": self._limits.calendar.zone, "data": rows})

    async def put_budget(self, http: Http, caller: Caller) -> None:
        """``POST /api/budgets``."""
        body = convert(await http.json(), BudgetBody)
        subject = await asyncio.to_thread(self._subject, body.scope, body.subject)
        self._check_name(body.scope, subject)
        amount, period = allotment(body.budget)
        standing = await self._limits.put_budget(
            Budget(
                id="",
                scope=body.scope,
                subject=subject,
                amount=amount,
                period=period,
                warn_at=checked_share(body.warn_at),
                when_spent=body.when_spent,
            )
        )
        _LOG.info("budget %s set to %s by %s", standing.budget.id, body.budget, caller.key_id)
        names = await asyncio.to_thread(self._names)
        await http.tell(budget_row(standing, self._limits.calendar, names))

    async def drop_budget(self, http: Http, caller: Caller, name: str) -> None:
        """``DELETE /api/budgets/{id}``."""
        budget = await self._limits.drop_budget(name)
        _LOG.info("budget %s removed by %s", budget.id, caller.key_id)
        await http.tell({"id": budget.id, "scope": budget.scope, "subject": budget.subject, "removed": True})

    async def rates(self, http: Http, caller: Caller) -> None:
        """``GET /api/rates``."""
        names = await asyncio.to_thread(self._names)
        rows = [
            rate_row(rate, allowance, busy, names)
            for rate, allowance, busy in self._limits.rates()
            if _sees(caller, rate.scope, rate.subject)
        ]
        await http.tell({"data": rows})

    async def put_rate(self, http: Http, caller: Caller) -> None:
        """``POST /api/rates``."""
        body = convert(await http.json(), RateBody)
        subject = await asyncio.to_thread(self._subject, body.scope, body.subject)
        self._check_name(body.scope, subject)
        rate = rate_of(body.scope, subject, body.requests, body.tokens, body.parallel)
        if rate is None:
            raise BadRequest("say requests, tokens or parallel; to lift a rate, delete it", param="requests")
        await self._limits.put_rate(rate)
        _LOG.info("rate of %s %s set by %s", rate.scope, rate.subject, caller.key_id)
        names = await asyncio.to_thread(self._names)
        found = next(each for each in self._limits.rates() if each[0] == rate)
        await http.tell(rate_row(*found, names))

    async def drop_rate(self, http: Http, caller: Caller, name: str) -> None:
        """``DELETE /api/rates/{scope}:{subject}``."""
        said, _, subject = name.partition(":")
        scope = next((each for each in get_args(Scope) if each == said), None)
        if scope is None:
            raise NotFound(f"there is no rate {name[:100]!r}; a rate's id is as in key:KEY or team:NAME")
        rate = await self._limits.drop_rate(scope, await asyncio.to_thread(self._subject, scope, subject))
        _LOG.info("rate of %s %s removed by %s", rate.scope, rate.subject, caller.key_id)
        await http.tell({"id": f"{rate.scope}:{rate.subject}", "removed": True})

    def _subject(self, scope: Scope, said: str) -> str:
        """Whom a limit is set on; raises `BadRequest`, and for a key `NotFound` or `Conflict`."""
        if scope == "key":
            return self._keys.get(said).id
        if not said.strip() or not said.isprintable() or len(said) > _LONGEST_SUBJECT:
            raise BadRequest(f"subject is the name of a {scope}, on one line", param="subject")
        return said

    def _check_name(self, scope: Scope, name: str) -> None:
        """Raise `NotFound` for a target that there is not, or what no request can ask for; teams have no list."""
        if scope not in ("target", "route"):
            return
        rules = self._stack.rules
        names = [target.name for target in rules.known]
        if scope == "route":  # A target that is asked for by its name is a route too.
            names += rules.menu.routes
        if name in names or rules.menu.improvise(name) is not None:
            return
        near = nearest(name, names)
        mend = f"did you mean {near!r}?" if near else "freehold models lists what there is"
        raise NotFound(f"there is no {scope} {name[:100]!a}; {mend}", param="subject")

    def _names(self) -> dict[str, str]:
        return {key.id: key.grant.name for key in self._keys.list()}


def allotment(text: str) -> tuple[Nanodollars, Period]:
    """Money and a period, as in ``0.10/day``; raises `BadRequest`.

    >>> allotment("25/week")
    (25000000000, 'week')
    """
    found = _ALLOTMENT.fullmatch(text.strip().removeprefix("$"))
    period = next((each for each in get_args(Period) if found and each == found[2]), None)
    if found is None or period is None:
        mend = "a budget is US dollars and a period, as in 0.10/day, 25/week or 300/month"
        raise BadRequest(f"{mend}; {text[:50]!a} is not", param="budget")
    return from_dollars(found[1]), period


def checked_share(share: float | None) -> float | None:
    """The share at which a budget warns; raises `BadRequest` for what is none."""
    if share is not None and not 0 < share <= 1:
        raise BadRequest("warn_at is a share of the budget, above 0 and up to 1", param="warn_at")
    return share


def rate_of(scope: Scope, subject: str, requests: int | None, tokens: int | None, parallel: int | None) -> Rate | None:
    """A rate; `None` where nothing is said. Raises `BadRequest`."""
    for name, value in {"requests": requests, "tokens": tokens, "parallel": parallel}.items():
        if value is not None and not 1 <= value <= _MOST:
            raise BadRequest(f"{name} is a whole number, 1 or more", param=name)
    if requests is None and tokens is None and parallel is None:
        return None
    return Rate(scope=scope, subject=subject, requests=requests, tokens=tokens, parallel=parallel)


def budget_row(standing: Standing, calendar: Calendar, names: dict[str, str]) -> dict[str, Any]:
    """A budget as JSON: money in decimal dollars. `name` is a key's, where it is of one."""
    budget, span = standing.budget, standing.span
    return {
        "id": budget.id,
        "scope": budget.scope,
        "subject": budget.subject,
        "name": names.get(budget.subject) if budget.scope == "key" else budget.subject,
        "amount": dollars(budget.amount),
        "period": budget.period,
        "warn_at": budget.warn_at,
        "when_spent": budget.when_spent,
        "spent": dollars(standing.spent),
        "held": dollars(standing.held),
        "left": dollars(standing.left),
        "began": calendar.iso(span.starts_ns),
        "renews": calendar.iso(span.ends_ns),
    }


def rate_row(rate: Rate, allowance: Allowance, busy: int, names: dict[str, str]) -> dict[str, Any]:
    """A rate as JSON, with what is left of it now."""
    return {
        "id": f"{rate.scope}:{rate.subject}",
        "scope": rate.scope,
        "subject": rate.subject,
        "name": names.get(rate.subject) if rate.scope == "key" else rate.subject,
        "requests": rate.requests,
        "tokens": rate.tokens,
        "parallel": rate.parallel,
        "requests_left": _left(allowance.requests),
        "tokens_left": _left(allowance.tokens),
        "under_way": busy,
    }


def _left(quota: Quota | None) -> int | None:
    return None if quota is None else quota.remaining


def _sees(caller: Caller, scope: Scope, subject: str) -> bool:
    return caller.sees_all or (scope, subject) in (("key", caller.key_id), ("team", caller.team))
