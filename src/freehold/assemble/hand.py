"""A hand: answers model requests by the whole pipeline, over the ledger and the gates of the first worker.

It has no documents, no jobs and no engines of its own. What needs those belongs to the first, and `belongs_to_first`
says so before anything is recorded.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from freehold.assemble.answering import Answering, pipeline, terms_of
from freehold.assemble.forecasting import Forecasting, make_routers
from freehold.assemble.guarding import Guarding, replies_of
from freehold.assemble.wing import own_embedder, own_targets
from freehold.core.caller import Caller
from freehold.core.errors import RequestError, Unavailable
from freehold.core.exchange import Exchange, Headers
from freehold.core.ports import Events, Grounding
from freehold.core.request import AnyRequest, Request
from freehold.crew.accountant import RemoteAccountant
from freehold.crew.line import Line
from freehold.crew.memory import SharedMemory
from freehold.crew.messages import Apply, Governed, KeysChanged, Remember, Watched
from freehold.crew.remote import RemoteBook, RemoteEngine, RemoteGates
from freehold.evaluate.watch.sample import Sampler
from freehold.ledger.writer import Chore
from freehold.policy.grounding import choose_collections
from freehold.stores.keys import Keys
from freehold.stores.sqlite import SqliteStore

_LOG = logging.getLogger("freehold")


class Hand(Answering):
    """What one hand answers with. Used from one event loop."""

    def __init__(self, told: Apply, env: Mapping[str, str], line: Line, worker: str) -> None:
        """`told` is what the first worker says to begin with; `worker` is which one this is, counted from 1."""
        config = told.config
        super().__init__(config, env, worker, told.standing)
        self.sampler = Sampler(lambda seen: line.send(Watched(seen)))
        self.sampler.watchlist = told.watchlist
        # Opened and migrated by the first, or this process would not have been started.
        store = SqliteStore.of(config.server.data_dir)
        self.keys = Keys(store.connect)
        self.book = RemoteBook(line, terms_of(config), audited=config.audit.enabled)
        replies = replies_of(config, store, _write_nothing)
        self.guarding = Guarding(
            config,
            store,
            replies,
            ask=self._ask,
            embedder=own_embedder(config, self._ask),
            memory=SharedMemory(replies, replies.hear, line.send_now),
        )
        accountant = RemoteAccountant(line)
        embedder = own_embedder(config, self._ask)
        forecaster = Forecasting(
            lambda: make_routers(config.server.data_dir, store, embedder, lambda: self.rules.default_label)
        )
        stages = self._stages(self.book, self.book.captures, _NoDocuments(), self.guarding, accountant, forecaster)
        self.handler = pipeline(stages, self._attempter(RemoteGates(line), RemoteEngine(line)))
        self.discovery = told.discovery
        self._apply()
        line.on(
            {
                Apply: self._go_on_by,
                Governed: lambda message: accountant.governed(message.subjects),
                KeysChanged: lambda message: self.keys.look(message.unwritten),
                Remember: lambda message: replies.hear(message.digests, message.label),
            }
        )

    async def start(self) -> None:
        """Read what was answered before."""
        self.watching.start()
        await self.guarding.start()

    async def stop(self) -> None:
        """Let go of everything."""
        await self.watching.stop()
        self.guarding.stop()
        self.egress.close()
        self.keys.close()

    def lookup(self, secret: str) -> Caller | None:
        """The holder of a key, or `None` for one that only the first may know."""
        return self.keys.find(secret)

    def belongs_to_first(self, request: AnyRequest, headers: Headers, caller: Caller) -> bool:
        """Whether this is to be answered from documents, or by the reader, which may look into some of its own."""
        try:
            route = self.resolve(request.model, caller)
        except RequestError:
            return False  # It is refused here as it would be there.
        if not isinstance(request, Request):
            return False
        return bool(choose_collections(headers.collections, route, caller)) or any(
            target.provider == "reader" for target in route.targets
        )

    def _ask(self, exchange: Exchange) -> AbstractAsyncContextManager[Events]:
        """The whole pipeline, for what guards ask of models."""
        return self.handler(exchange)

    def _go_on_by(self, told: Apply) -> None:
        """Apply what the first has applied, whole; a hand that cannot ends, and one that can takes its place."""
        self.guarding.apply(told.config)
        self.config, self.discovery, self.standing = told.config, told.discovery, told.standing
        self.sampler.watchlist = told.watchlist
        self._own = own_targets(told.config) if self._own else ()
        self.book.terms = terms_of(told.config)
        self._apply()
        _LOG.info("configuration applied: revision %s", self.rules.revision)


class _NoDocuments:
    """Implements `core.ports.Enricher` where there are no documents: what was to have some is refused."""

    def wants(self, exchange: Exchange) -> bool:
        return bool(exchange.collections)

    async def __call__(self, exchange: Exchange) -> Grounding | None:  # noqa: ARG002  # as the protocol has it
        raise Unavailable("this request came to a worker without documents as they were chosen; try again")


def _write_nothing(_chore: Chore) -> None:
    """For a memory that only hears: the first worker writes."""
    raise AssertionError("a hand writes nothing to the ledger")
