"""The stack: everything that one configuration makes, and the whole of what the edge may ask of it."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from freehold.assemble.answering import Answering, pipeline, terms_of
from freehold.assemble.crewing import Crew, add_sent
from freehold.assemble.evaluating import Evaluating, Means
from freehold.assemble.forecasting import Forecasting
from freehold.assemble.gauges import Standings
from freehold.assemble.guarding import Guarding, replies_of
from freehold.assemble.limits import Limits
from freehold.assemble.trail import Trail
from freehold.assemble.vigil import Vigil
from freehold.assemble.wing import Wing, own_models, own_targets, wing_targets
from freehold.catalog.promises import Promise, Standing
from freehold.config import Config, load
from freehold.core.caller import Caller
from freehold.core.errors import Conflict
from freehold.core.exchange import Exchange
from freehold.core.label import Source, join_all
from freehold.core.ports import Events, Handler
from freehold.core.request import Message, Request, TextPart
from freehold.core.target import Target
from freehold.crew.doors import Doorkeeper
from freehold.crew.memory import SharedMemory
from freehold.crew.messages import Apply
from freehold.crew.passing import App
from freehold.crew.service import House
from freehold.engines.discover import discover
from freehold.engines.fit import EngineModel
from freehold.engines.llamacpp import LlamaCpp, State
from freehold.evaluate.promise.rows import PromiseRows
from freehold.evaluate.watch.sample import Sampler
from freehold.gateway.gates import Gates
from freehold.gateway.shield import refusal_of
from freehold.jobs import Jobs
from freehold.ledger.book import Book
from freehold.ledger.erase import Erased, erase
from freehold.ledger.erasure import Which
from freehold.ledger.opinions import Opinions
from freehold.ledger.overview import Overview, OverviewReader
from freehold.ledger.query import Filter, LedgerReader, Page
from freehold.ledger.retention import Kept, Tidying
from freehold.ledger.rollup import Rolling
from freehold.ledger.scope import ALL, EVER, Only, Span
from freehold.ledger.usage import By, UsageReader, UsageRow
from freehold.ledger.workload import WorkloadReader
from freehold.policy.guarding import NOTHING, raised, rule_on, works_for
from freehold.policy.labels import settle_label
from freehold.policy.select import Explanation, Seen, explain
from freehold.stores.keys import Keys
from freehold.stores.sessions import Sessions
from freehold.stores.shelf import Shelf
from freehold.stores.sqlite import SqliteStore, open_store
from freehold.wire.estimate import estimate_request

_LOG = logging.getLogger("freehold")

_SECONDS_A_DAY = 86_400
_LOCAL = Caller(key_id="local", name="local command", role="admin")


class Stack(Answering):
    """A whole Freehold, short of HTTP. Made by `build`; used from one event loop."""

    def __init__(self, config: Config, env: Mapping[str, str], store: SqliteStore) -> None:
        self.promises = PromiseRows(store.connect)
        super().__init__(config, env, standing=self.promises.standing())
        self.keys = Keys(store.connect)
        self.sessions = Sessions(store.connect, self.keys)
        self.local_token = secrets.token_urlsafe(32)
        """Known to this user's own commands alone, by a file that only this user can read."""
        self._reader = store.reader
        self.ledger = LedgerReader(store.reader)
        self._usage = UsageReader(store.reader)
        self._overviews = OverviewReader(store.reader)
        self.workload = WorkloadReader(store.reader)
        """What a plan asks of the ledger."""
        self.trail = Trail(config, store.connect, self.egress)
        self.book = Book(store.connect, terms_of(config), self.trail.sealer)
        self.limits = Limits(config, store, self.book, self.egress)
        self.limits.key_name = self._key_name
        self.gates = Gates()
        models = [*_engine_models(config.targets), *own_models(self._own)]
        self.engine = LlamaCpp(models, data_dir=config.server.data_dir)
        self.jobs = Jobs(f"sqlite:///{config.server.data_dir / 'knowledge' / 'jobs.db'}")
        """Durable work of every wing; launched by the first that has some."""
        self.wing = Wing(config, ask=self._ask, known=lambda: self.rules.known, jobs=self.jobs)
        self.knowledge = self.wing.knowledge
        self.opinions = Opinions(self.book, store.reader)
        self.evaluating = Evaluating(
            Means(
                config=lambda: self.config,
                store=store,
                ask=self._ask,
                jobs=self.jobs,
                rules=lambda: self.rules,
                go_by_evidence=self.go_by_evidence,
                holder=self._holder,
                book=self.book,
                ledger=self.ledger,
                knowledge=self.knowledge,
                embedder=self.wing.own_embedder,
                opinions=self.opinions.of,
                scanner=lambda: self.guarding.scanner,
            )
        )
        self.vigil = Vigil(
            self.evaluating,
            standing=lambda: self.standing,
            apply=self.go_by_evidence,
            suspend=lambda promise, why: self.promises.move(promise, "suspended", why),
            tell=self.limits.tell,
        )
        self.sampler = Sampler(self.vigil.take)
        self.tidying = Tidying(self.book.do, lambda: _kept(self.config))
        self._rolling = Rolling(self.book.do, lambda: self.book.busy)
        replies = replies_of(config, store, self.book.do)
        self.crew = Crew(config.server.workers - 1, self._told)
        self.guarding = Guarding(
            config,
            store,
            replies,
            ask=self._ask,
            embedder=self.wing.own_embedder,
            memory=SharedMemory(replies, replies.remember, self.crew.tell) if self.crew.count else None,
        )
        self.shelf = Shelf(config.server.data_dir / "files")
        self.incoming = config.server.data_dir / "incoming"
        """Where what is sent lies while it comes in."""
        sealer = self.trail.sealer
        self.watching.watch(
            Standings(
                lambda: self.rules.known,
                self.gates,
                self.book,
                unsealed=lambda: 0 if sealer is None else sealer.behind,
                budgets=self.limits.in_use,
                promises=self._promises,
                most_keys=config.telemetry.metric_keys,
            )
        )
        self.handler = self._pipeline()

    def _promises(self) -> list[Promise]:
        """Those in force, each as its route goes by it, which may be less than its row says."""
        routes = self.rules.menu.routes.values()
        return [route.promise for route in routes if route.promise is not None]

    def _told(self) -> Apply:
        """What a hand goes on by."""
        return Apply(self.config, self.discovery, self.standing, self.sampler.watchlist)

    def _ask(self, exchange: Exchange) -> AbstractAsyncContextManager[Events]:
        """The whole pipeline, for what a wing itself asks of models."""
        return self.handler(exchange)

    def _key_name(self, key: str) -> str | None:
        return next((each.grant.name for each in self.keys.list() if each.id == key), None)

    def _holder(self, key_id: str) -> Caller | None:
        """Whoever holds the key of an id, as long as it opens anything."""
        return _LOCAL if key_id == _LOCAL.key_id else self.keys.holder(key_id)

    def _pipeline(self) -> Handler:
        forecaster = Forecasting(lambda: self.evaluating.routers)
        stages = self._stages(self.book, self.book.captures, self.wing.ground, self.guarding, self.limits, forecaster)
        return pipeline(stages, self._attempter(self.gates, self.engine))

    async def start(self) -> None:
        """Mark what an earlier run left open, then begin to load models and look for engines; returns at once."""
        opening = self.trail.opening(self.rules.revision, self.rules.known)
        lost = await asyncio.to_thread(self.book.recover, opening)
        if lost:
            _LOG.warning("%d requests were under way when Freehold last ended; they are marked lost", lost)
        await self.limits.start()
        self.trail.start(self.book.note)
        self.watching.start()
        await self.guarding.start()
        self.tidying.start()
        self._rolling.start()
        await self.engine.start()
        if self.config.discover.enabled:
            await self._discover()
        await self.wing.start()
        await self.evaluating.start()
        self._watch()

    def muster(self, command: Sequence[str], keeper: Doorkeeper, app: App) -> None:
        """Have the other workers, where any are configured, take what this keeper gives them, once this one serves.

        `command` starts one; `app` answers what they pass on. Returns at once.
        """
        if not self.crew.count:
            return
        self.keys.changed = lambda: self.crew.keys_changed(self.keys.unwritten)
        self.limits.changed = lambda: self.crew.governed(self.limits.subjects())
        self.limits.changed()
        self.watching.others = self.crew.counted
        house = House(
            book=self.book,
            gates=self.gates,
            engine=self.engine,
            accountant=self.limits,
            memory=self.guarding.replies,
            sent=lambda tallies: add_sent(self.egress, tallies),
            lost=self.watching.lost,
            watched=self.vigil.take,
            remembered=self.crew.tell,
        )
        self.crew.start(command, self._env, keeper, house=house, app=app)

    async def stop(self) -> None:
        """End in good order: the other workers, documents, engines, connections, then the ledger.

        That outlives all that writes to it. What cannot be ended is raised, once everything after it has been.
        """
        async with AsyncExitStack() as last_first:
            last_first.callback(self.keys.close)
            last_first.push_async_callback(self.watching.stop)
            last_first.push_async_callback(self.trail.stop)
            last_first.push_async_callback(self.book.close)
            last_first.callback(self.guarding.stop)
            last_first.callback(self.tidying.stop)
            last_first.callback(self._rolling.stop)
            last_first.push_async_callback(self.trail.close)
            last_first.callback(self.egress.close)
            last_first.push_async_callback(self.limits.stop)
            last_first.push_async_callback(self.engine.stop)
            last_first.push_async_callback(self.wing.stop)
            last_first.push_async_callback(self.evaluating.stop)
            last_first.push_async_callback(self.vigil.stop)
            last_first.push_async_callback(self.crew.stop, self.config.server.shutdown_seconds)

    async def _discover(self) -> None:
        self.discovery = await discover(exclude=[self.config.server.port], environment=self._env)
        self._apply()

    def _watch(self) -> None:
        """Choose requests by what is in force."""
        self.sampler.watchlist = self.vigil.watchlist()
        self.vigil.configured()

    def _apply(self) -> None:
        super()._apply()
        self._watch()
        self.crew.reconfigured()
        self.trail.configured(self.rules.revision, self.rules.known)

    def lookup(self, secret: str) -> Caller | None:
        """The holder of a key, or `None`. The local token opens what an admin's key opens, while this process runs."""
        found = self.keys.find(secret)
        if found is None and hmac.compare_digest(secret.encode(), self.local_token.encode()):
            return _LOCAL
        return found

    def trouble(self) -> str | None:
        """Why no request can be taken now; `None` while all is well."""
        trouble = self.book.trouble
        return None if trouble is None else f"the ledger cannot take requests: {trouble}"

    def warnings(self) -> list[str]:
        """What is wrong though requests are taken."""
        return [*self.trail.warnings(), *self.crew.warnings()]

    def explain(self, text: str, model: str, caller: Caller, stated: Sequence[Source] = ()) -> Explanation:
        """What would become of a request; sends nothing, so that nobody is asked for names."""
        request = Request(model, (Message("user", (TextPart(text),)),), "openai")
        label, sources = settle_label(self.rules.default_label, caller, request, stated)
        guards = self.rules.guards
        ruling = rule_on(self.guarding.scanner.scan_request(request), guards) if guards.mode != "off" else NOTHING
        sources = (*sources, *ruling.sources)
        label = join_all(source.label for source in sources)
        change = raised(sources, guards)
        found = explain(self.rules.menu, label, caller, request, tokens=estimate_request(request), raised=change)
        if ruling.refused:
            found = found.refused(refusal_of(ruling.refused))
        seen = tuple(
            Seen(name, change.left[name], works_for(name, guards))
            for name in (*found.first, *found.then)
            if name in change.left
        )
        return msgspec.structs.replace(found, sources=sources, findings=ruling.findings, views=seen)

    async def usage(self, by: By, span: Span = EVER, only: Only = ALL) -> list[UsageRow]:
        """Usage by group, from the ledger. What has just ended is written first, here and below."""
        await self.book.flush()
        return await asyncio.to_thread(self._usage.usage, by, span, only)

    async def overview(self, since: datetime, until: datetime, tz: tzinfo, only: Only = ALL) -> Overview:
        """One look at a span of time; raises `BadRequest` for one that is none."""
        await self.book.flush()
        return await asyncio.to_thread(self._overviews.overview, since, until, tz, only)

    async def recent(self, which: Filter, cursor: str | None, limit: int, newer: str | None = None) -> Page:
        """Recent exchanges, newest first."""
        await self.book.flush()
        return await asyncio.to_thread(self.ledger.recent, which, cursor=cursor, newer=newer, limit=limit)

    async def decision(self, exchange_id: str) -> dict[str, Any]:
        """One exchange with all that was decided; raises `NotFound`."""
        await self.book.flush()
        return await asyncio.to_thread(self.ledger.decision, exchange_id)

    async def erase(self, which: Which, *, by: Caller, dry_run: bool) -> Erased:
        """Erase what was said; a key may be given by its id or its name. Raises `RequestError`."""
        if which.key is not None:
            key = await asyncio.to_thread(self.keys.get, which.key)
            which = msgspec.structs.replace(which, key=key.id)
        erased = await erase(self.book, self._reader, which, by=by.key_id, dry_run=dry_run)
        if not dry_run:
            await self.evaluating.forget()
        return erased

    def reload(self) -> str:
        """Read the configuration again and apply it, whole or not at all; returns its revision.

        Requests in flight finish as they began. Local engines are looked for at the start alone: what was found then
        is used for as long as ``[discover]`` says so. Raises `ConfigFaults`, or `Conflict` for what needs a new start.
        """
        fresh = load(self.config.source, self._env)
        if fresh.server != self.config.server:
            raise Conflict("the [server] table has changed; that needs a restart")
        if fresh.telemetry != self.config.telemetry:
            raise Conflict("the [telemetry] table has changed; that needs a restart")
        if fresh.audit != self.config.audit:
            raise Conflict("the [audit] table has changed; that needs a restart")
        if fresh.knowledge != self.config.knowledge:
            raise Conflict("the [knowledge] table has changed; that needs a restart")
        if _engine_models(fresh.targets) != _engine_models(self.config.targets):
            raise Conflict("the targets that Freehold runs itself have changed; that needs a restart")
        if wing_targets(fresh) != wing_targets(self.config):
            raise Conflict("the target that embeds or reranks documents has changed; that needs a restart")
        if fresh.limits.time_zone != self.config.limits.time_zone:
            raise Conflict("the time zone of [limits] has changed; that needs a restart")
        self.guarding.apply(fresh)  # first, since a finder that cannot be brought up leaves all as it was
        self.config = fresh
        self.limits.apply(fresh)
        self._own = own_targets(fresh) if self._own else ()
        self.book.terms = terms_of(fresh)
        self.tidying.again()
        self.knowledge.documents_label(fresh.policy.documents_label)
        self._apply()
        return self.rules.revision

    def go_by_evidence(self) -> str:
        """Read anew what evaluation has put in force and apply it, as a reload does; returns the policy's revision."""
        return self.go_by(self.promises.standing())

    def go_by(self, standing: Standing) -> str:
        """Apply what evaluation has put in force; requests in flight finish as they began."""
        self.standing = standing
        self._apply()
        return self.rules.revision

    def health(self) -> list[dict[str, Any]]:
        """Every target: what it is cleared for, whether it answers, and what went out to it."""
        return [self._health(target) for target in self.rules.known]

    def _health(self, target: Target) -> dict[str, Any]:
        tally = self.egress.tallies.get(target.name)
        state = self.gates.of(target).state
        found = {
            "name": target.name,
            "model": target.model,
            "provider": target.provider,
            "owned": target.owned,
            "clearance": str(target.clearance),
            "price": target.price.source,
            "licence": target.licence,
            "breaker": state,
            "running": self.gates.of(target).busy,
            "sent": msgspec.to_builtins(tally) if tally is not None else None,
        }
        if target.name in self.engine:
            status = self.engine.status(target.name)
            found["engine"] = {"state": status.state.value, "reason": status.reason, "restarts": status.restarts}
        return found

    def starting(self) -> list[str]:
        """Names of the local models that are still being loaded."""
        return [status.name for status in self.engine.statuses() if status.state is State.STARTING]


def build(config: Config, env: Mapping[str, str] | None = None) -> Stack:
    """A stack over the configuration's data directory; raises `SetupError` where that cannot be used."""
    return Stack(config, os.environ if env is None else env, open_store(config.server.data_dir))


def _kept(config: Config) -> Kept:
    return Kept(config.retention, config.ledger.retention_days or float("inf"))


def _engine_models(targets: Sequence[Target]) -> list[EngineModel]:
    return [
        EngineModel(target.name, target.model, context=target.limits.context)
        for target in targets
        if target.engine is not None
    ]
