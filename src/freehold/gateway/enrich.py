"""Grounds a request in documents: passages join its label, its permit narrows, its answer is read for citations.

A request that wants none goes straight through to the next stage.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from freehold.core.errors import BadRequest
from freehold.core.exchange import AS_CALLERS_DO, Exchange
from freehold.core.label import Source, join_all
from freehold.core.ports import Enricher, Events, Grounding, Handler, Stage
from freehold.core.request import Request
from freehold.gateway.vet import Vet


def enrich(enricher: Enricher | None, vet: Vet | None = None) -> Stage:
    """The stage that asks an `Enricher`; with `None`, there are no documents, and to ask for some is a `BadRequest`.

    `vet` looks at what was found before it is taken.

    A wing's own calls (`Exchange.origin`) and what is no chat are never grounded, except where a wing measures what
    callers get.
    """

    def stage(inner: Handler) -> Handler:
        # A plain function, so that an exchange which wants nothing gets no layer of its own.
        def handle(exchange: Exchange) -> AbstractAsyncContextManager[Events]:
            if exchange.origin not in AS_CALLERS_DO or not isinstance(exchange.request, Request):
                return inner(exchange)
            if enricher is None:
                if exchange.headers.collections:
                    raise BadRequest(
                        "this server has no document collections to ground an answer in; leave the collections out",
                        param="x-freehold-collections",
                    )
                return inner(exchange)
            return _grounded(exchange, enricher, vet, inner) if enricher.wants(exchange) else inner(exchange)

        return handle

    return stage


@asynccontextmanager
async def _grounded(exchange: Exchange, enricher: Enricher, vet: Vet | None, inner: Handler) -> AsyncIterator[Events]:
    began = time.time_ns()
    grounding = await enricher(exchange)
    exchange.searched_ns = (began, time.time_ns())
    if grounding is None:
        async with inner(exchange) as events:
            yield events
        return
    if vet is not None:
        grounding = await vet(exchange, grounding)
    _take(exchange, grounding)
    async with inner(exchange) as events:
        yield grounding.read(events, exchange)


def _take(exchange: Exchange, grounding: Grounding) -> None:
    """Put the passages into the exchange, their labels first; raises `RequestError` if then nobody may answer."""
    if exchange.label is None or exchange.readmit is None:
        raise AssertionError("admit gives every exchange its label and a way to decide anew")
    sources = dict.fromkeys(
        Source(f"passage {passage.place.collection}/{passage.place.name}", passage.label)
        for passage in grounding.passages
    )
    exchange.sources.extend(sources)
    exchange.label = join_all([exchange.label, *(source.label for source in sources)])
    exchange.passages = grounding.passages
    exchange.request = grounding.request
    exchange.readmit(exchange)
