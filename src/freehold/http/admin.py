"""The admin API: what was asked, what would be answered by whom, and the configuration read again."""

from __future__ import annotations

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import NotFound, SetupError, Unprocessable
from freehold.http.asgi import Http
from freehold.http.parameters import convert, moment, number, yes_or_no
from freehold.http.routes.admin import ExplainBody
from freehold.ledger.query import Filter
from freehold.policy.labels import declared


class AdminApi:
    """The endpoints under ``/api`` over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def requests(self, http: Http, caller: Caller) -> None:
        """``GET /api/requests``: a page of them, ``next`` for the page after it, ``newest`` to watch for newer ones.

        Sent as ``newer_than``, it brings what came since, and again what was under way: rows are told apart by ``id``.
        """
        query = http.query
        which = Filter(
            key=query.get("key") if caller.sees_all else None,
            key_id=None if caller.sees_all else caller.key_id,
            model=query.get("model"),
            target=query.get("target"),
            label=query.get("label"),
            ending=query.get("ending"),
            route=query.get("route"),
            error=query.get("error"),
            escalated=yes_or_no(query.get("escalated"), "escalated"),
            since=moment(query.get("since"), "since"),
            until=moment(query.get("until"), "until"),
        )
        limit = number(query.get("limit", "50"), "limit")
        page = await self._stack.recent(which, query.get("cursor"), limit, query.get("newer_than"))
        await http.tell({"data": page.items, "next": page.next, "newest": page.newest})

    async def request(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/requests/{id}``. Another key's request is not found, rather than forbidden."""
        decision = await self._stack.decision(name)
        if not caller.sees_all and decision["key"]["id"] != caller.key_id:
            raise NotFound(f"there is no request {name!r} in the ledger")
        await http.tell(decision)

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
