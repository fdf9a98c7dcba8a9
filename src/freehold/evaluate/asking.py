"""Asks a model through the house's own pipeline, so that what is measured is what is served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import AttemptFailed, RequestError, UpstreamFailed
from freehold.core.event import Gatherer
from freehold.core.exchange import Exchange, Headers, Permit
from freehold.core.label import Label, Source
from freehold.core.ports import Handler
from freehold.core.request import Request
from freehold.evaluate.model import Asked, State

ORIGIN = "evaluate"
"""What the ledger says such a request came from. Whoever counts users' requests counts those of origin ``api``."""


class Asker:
    """Asks as a caller. `handler` is the whole pipeline: labels, budgets, guards, documents, flows and the ledger."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(
        self,
        request: Request,
        subject: str,
        caller: Caller,
        *,
        labels: Sequence[Label] = (),
        within: Permit | None = None,
        logprobs: bool = False,
        origin: str = ORIGIN,
    ) -> Asked:
        """What `subject`, a route or a target, answers this caller.

        `labels` join the request's own. `within` keeps it to what an earlier permit allowed. A refusal and a failure
        are told in the result, not raised; nothing is asked of the cache. Nothing of it is captured, whatever the key
        consents to: what is asked may be captured text already, whose end must not be put off by a second copy.
        """
        exchange = Exchange(
            _asked_of(request, subject, logprobs=logprobs),
            msgspec.structs.replace(caller, capture=False),
            headers=Headers(stated=tuple(Source("dataset", label) for label in labels), cache="off"),
            trace=None,
            origin=origin,
            within=within,
        )
        gathered = Gatherer()
        failed: RequestError | AttemptFailed | None = None
        try:
            async with self._handler(exchange) as events:
                async for event in events:
                    gathered.add(event)
        except (RequestError, AttemptFailed) as failure:
            failed = failure
        return _told(exchange, gathered, failed)


def _asked_of(request: Request, subject: str, *, logprobs: bool) -> Request:
    changes: dict[str, Any] = {"model": subject, "stream": False}
    if logprobs and not request.sampling.logprobs:
        changes["sampling"] = msgspec.structs.replace(request.sampling, logprobs=True)
    return request.rewritten(**changes)


def _told(exchange: Exchange, gathered: Gatherer, failed: RequestError | AttemptFailed | None) -> Asked:
    answer = gathered.answer
    error = "" if failed is None else failed.message
    if failed is None and not answer.whole:
        error = "the answer broke off"
    state: State = "answered" if not error else "failed" if exchange.attempts else "refused"
    return Asked(
        state=state,
        answer=None if error else answer,
        attempts=tuple(exchange.attempts),
        target=exchange.chosen.name if exchange.chosen is not None else "",
        owned=exchange.chosen is not None and exchange.chosen.owned,
        label=str(exchange.label) if exchange.label is not None else "",
        exchange=exchange.id,
        cost=exchange.cost,
        total_ms=exchange.elapsed_ms(),
        error=error,
        code=failed.code if isinstance(failed, RequestError) else "",
        retry_after=_retry_after(failed),
    )


def _retry_after(failed: RequestError | AttemptFailed | None) -> float | None:
    """Seconds until it may be asked again; of several targets, until the first of them may be."""
    if isinstance(failed, UpstreamFailed):
        return min((each.retry_after for _, each in failed.failures if each.retry_after is not None), default=None)
    return None if failed is None else failed.retry_after
