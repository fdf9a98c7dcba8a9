"""What answers model requests: the rules, the dialects and the pipeline, over whatever ledger, gates and engines.

A whole Freehold and a hand of its crew are both this, and differ in what they put beneath it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from freehold.assemble.guarding import Guarding
from freehold.assemble.limits import reckoner
from freehold.assemble.menu import found_targets, listed, rules_of
from freehold.assemble.watching import Watching
from freehold.assemble.wing import own_targets
from freehold.catalog.implied import on_the_fly
from freehold.catalog.promises import NOTHING, Standing
from freehold.catalog.targets import Surroundings
from freehold.config import Config
from freehold.core.caller import Caller
from freehold.core.event import Usage
from freehold.core.money import Nanodollars
from freehold.core.ports import Accountant, Book, Enricher, Handler, Observer, Provider, Stage
from freehold.core.request import Dialect
from freehold.core.target import Target
from freehold.engines.discover import Discovery
from freehold.engines.local import Engine, LocalProvider
from freehold.engines.reader import reader as built_in_reader
from freehold.evaluate.watch.sample import Observers, Sampler
from freehold.gateway.admit import admit
from freehold.gateway.attempts import Attempter
from freehold.gateway.compose import compose
from freehold.gateway.dispatch import dispatch
from freehold.gateway.enrich import enrich
from freehold.gateway.foresee import Forecaster, foresee
from freehold.gateway.gates import Doors
from freehold.gateway.limit import limit, reserve
from freehold.gateway.settle import Captured, settle
from freehold.ledger.ended import Terms
from freehold.ledger.pricing import cost
from freehold.policy.labels import may_flow
from freehold.policy.rules import Route
from freehold.policy.select import resolve
from freehold.providers.choose import ByKind
from freehold.providers.egress import Egress
from freehold.providers.http import HttpProvider
from freehold.providers.scripted import Scripted
from freehold.wire.anthropic import MessagesCaller, MessagesProvider
from freehold.wire.codec import ProviderCodec
from freehold.wire.embeddings import EmbeddingsCaller, EmbeddingsProvider
from freehold.wire.estimate import estimate_request
from freehold.wire.models import ListedModel
from freehold.wire.openai import ChatCaller, ChatProvider
from freehold.wire.rerank import RerankCaller, RerankProvider

_MOST_IMPROVISED = 256
"""Targets made as clients name them that are remembered; beyond that, the one that was asked longest ago goes."""
_SECONDS_A_DAY = 86_400


class Codecs(msgspec.Struct, frozen=True):
    """The callers' side of every dialect."""

    chat: ChatCaller
    messages: MessagesCaller
    embeddings: EmbeddingsCaller
    rerank: RerankCaller


class Answering:
    """The rules in force, and what they are made of. Used from one event loop."""

    handler: Handler
    """The whole pipeline."""
    sampler: Sampler
    """Chooses the requests that are watched."""

    def __init__(self, config: Config, env: Mapping[str, str], worker: str = "1", standing: Standing = NOTHING) -> None:
        """`worker`: which process of those that serve, counted from 1. `standing`: what evaluation has in force."""
        self.config = config
        self.standing = standing
        self._env = env
        self._found: tuple[Target, ...] = ()
        self._improvised: dict[str, Target] = {}
        self.discovery = Discovery()
        self.egress = Egress()
        self._own = own_targets(config)
        self.codecs = Codecs(ChatCaller(), MessagesCaller(), EmbeddingsCaller(), RerankCaller())
        self.rules = rules_of(config, self._own, (), self._improvise, standing)
        self.watching = Watching(config, worker)
        self.watching.know(self.rules)

    def models(self, caller: Caller) -> list[ListedModel]:
        """What this caller may ask for: routes, then targets."""
        menu = self.rules.menu
        return [listed(name, menu) for name in menu.names(caller)]

    def resolve(self, alias: str, caller: Caller) -> Route:
        """The route an alias stands for; raises `UnknownModel`."""
        return resolve(self.rules.menu, alias, caller)

    def _apply(self) -> None:
        """Bring the rules and the connections into line with the configuration and with what was found."""
        found = found_targets(self.discovery, self._surroundings()) if self.config.discover.enabled else ()
        self._found = tuple(found)
        self._improvised = {}
        self.rules = rules_of(self.config, self._own, self._found, self._improvise, self.standing)
        self.egress.keep(self.rules.known)
        self.watching.know(self.rules)

    def _attempter(self, gates: Doors, engine: Engine) -> Attempter:
        return Attempter(
            _providers(self.egress, engine),
            gates=gates,
            may_flow=may_flow,
            price=self._price,
            count_prompt=estimate_request,
        )

    def _stages(
        self,
        book: Book,
        captured: Captured,
        ground: Enricher | None,
        guarding: Guarding,
        accountant: Accountant,
        forecaster: Forecaster | None = None,
    ) -> dict[str, Stage]:
        worst = reckoner(lambda: self.config)
        return {
            "settle": settle(book, self.sampler.gathers(self.watching.gathers(captured)), self._observer()),
            "admit": admit(lambda: self.rules, estimate_request),
            "limit": limit(accountant, worst),
            "enrich": enrich(ground, guarding.vet()),
            "foresee": foresee(forecaster, self.config.server.forecast_ms / 1000),
            "reserve": reserve(accountant, worst),
            **guarding.stages(),
        }

    def _observer(self) -> Observer:
        seen = self.watching.observer
        return self.sampler if seen is None else Observers(seen, self.sampler)

    def _surroundings(self) -> Surroundings:
        directory = self.config.source.parent if self.config.source else Path()
        return Surroundings(self._env, directory, self.config.policy.tags)

    def _improvise(self, alias: str) -> Target | None:
        """A target for ``provider/model``, remembered, so that a name asked for twice is one target."""
        if not self.config.discover.keys:
            return None
        target = self._improvised.pop(alias, None) or on_the_fly(alias, self._surroundings())
        if target is not None:
            self._improvised[alias] = target  # at the end, where the names last asked for stand
            if len(self._improvised) > _MOST_IMPROVISED:
                oldest = next(iter(self._improvised))
                del self._improvised[oldest]
                self.egress.drop(oldest)
        return target

    def _price(self, target: Target, usage: Usage, seconds: float) -> Nanodollars:
        return cost(
            usage,
            target.price,
            seconds=seconds,
            watts=target.watts,
            price_per_kwh_nano=self.config.ledger.price_per_kwh,
        )


def pipeline(stages: Mapping[str, Stage], attempter: Attempter) -> Handler:
    """The stages around what asks targets."""
    return compose(stages, dispatch(attempter))


def terms_of(config: Config) -> Terms:
    """What the record is to hold."""
    baseline = next((target.price for target in config.targets if target.name == config.ledger.baseline), None)
    kept = config.ledger.retention_days * _SECONDS_A_DAY or float("inf")
    return Terms(baseline, kept if config.ledger.capture else None, config.retention)


def _providers(egress: Egress, engine: Engine) -> Provider:
    chat: dict[Dialect, ProviderCodec] = {"openai": ChatProvider(), "anthropic": MessagesProvider()}
    http = HttpProvider(egress, chat, EmbeddingsProvider(), RerankProvider())
    return ByKind({"reader": built_in_reader, "scripted": Scripted()}, local=LocalProvider(engine, http), other=http)
