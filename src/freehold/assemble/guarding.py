"""Guards put together: who looks at requests, what makes views of them, and the memory of what was answered."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from freehold.config import Config
from freehold.core.exchange import View
from freehold.core.finding import Finding, Span
from freehold.core.label import Label, Level
from freehold.core.ports import Handler, Memory, Stage
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.gateway.lookout import Lookout
from freehold.gateway.shield import shield
from freehold.gateway.taint import Taint
from freehold.gateway.veil import veil
from freehold.gateway.vet import Vet, vet
from freehold.guards.fields import Field
from freehold.guards.gliner import GlinerNames
from freehold.guards.names import ModelNames, NameFinder
from freehold.guards.presidio import PresidioNames
from freehold.guards.pseudonyms import Pseudonymiser
from freehold.guards.scan import Scanner
from freehold.knowledge.embed import TargetEmbedder
from freehold.ledger.replies import Replies
from freehold.ledger.writer import Chore
from freehold.stores.keyfile import keyfile
from freehold.stores.pseudonyms import KeptPseudonyms
from freehold.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from freehold.guards.injection.judge import InjectionJudge
    from freehold.knowledge.ports import Vectors


_AFTER_READY = 0.3
"""Seconds that bringing the finders up leaves to the start of everything else."""
_SAMPLE = "Ask for +44 20 7946 0958 at the desk."
"""A text that has the finders bring up all that they look by; the number is one that nobody has."""


def replies_of(config: Config, store: SqliteStore, do: Callable[[Chore], None]) -> Replies:
    """The memory of what was answered; `do` hands work to the thread that writes."""
    key = bytes.fromhex(keyfile(config.server.data_dir, "replies.key").reveal())
    return Replies(store.reader, do, key, days=config.guards.replies_days)


class Guarding:
    """All guards of one stack, by the configuration in force."""

    def __init__(
        self,
        config: Config,
        store: SqliteStore,
        replies: Replies,
        *,
        ask: Handler,
        embedder: TargetEmbedder | None,
        memory: Memory | None = None,
    ) -> None:
        """`ask` is the whole pipeline; `embedder` that of the model which Freehold brings, where it is installed.

        `memory` is what answers are remembered in, where that is not `replies` alone.
        """
        self._config = config
        self._store = store
        self._ask = ask
        self._embedder = embedder
        folder = config.server.data_dir
        self._stand_ins = keyfile(folder, "pseudonyms.key")
        self.replies = replies
        self._taint = Taint(memory or replies, lambda: self._config.policy.default_label)
        self._finders: dict[str, NameFinder] = {}
        self._asked: dict[str, Target] = {}
        """Whom those finders ask that ask a target."""
        self._name_finder(config)
        self._lookout = Lookout(self, names=lambda guards: self._finders.get(guards.names), judge=self)
        self._warming: asyncio.TimerHandle | None = None
        self._kept: KeptPseudonyms | None = None
        self._pseudonyms = self._pseudonymiser()

    def stages(self) -> dict[str, Stage]:
        """The stages that guards are."""
        return {
            "shield": shield(self._lookout, self._taint),
            "veil": veil(self._lookout, self, self._taint.learn),
        }

    def vet(self) -> Vet:
        """What becomes of passages before they are taken."""
        return vet(self._lookout)

    async def start(self) -> None:
        """Read what was answered before, and bring the finders up once requests are taken."""
        await self.replies.load()
        loop = asyncio.get_running_loop()
        self._warming = loop.call_later(_AFTER_READY, lambda: loop.run_in_executor(None, self.scanner.scan, _SAMPLE))

    def stop(self) -> None:
        """Bring nothing up any more, and let go of what is kept."""
        if self._warming is not None:
            self._warming.cancel()
        if self._kept is not None:
            self._kept.close()

    @functools.cached_property
    def scanner(self) -> Scanner:
        """The pattern finders."""
        # Here and below: the tables they look by would take a start as long as most of what else it does.
        from freehold.guards import personal, secrets  # noqa: PLC0415

        return Scanner([personal.find, secrets.find])

    @functools.cached_property
    def _judge(self) -> InjectionJudge:
        from freehold.guards.injection.judge import InjectionJudge  # noqa: PLC0415

        return InjectionJudge(None if self._embedder is None else self._embed)

    def scan(self, text: str) -> Sequence[Span]:
        """What patterns find in a text."""
        return self.scanner.scan(text)

    async def scan_later(self, request: AnyRequest) -> list[Finding]:
        """What patterns find in a request; a large one is looked at in a thread."""
        return await self.scanner.scan_later(request)

    async def look(self, fields: Sequence[Field]) -> list[Finding]:
        """Instructions in the fields of tools and passages."""
        return await self._judge.look(fields)

    def apply(self, config: Config) -> None:
        """Go on by another configuration."""
        self._name_finder(config)
        kept_before = self._config.guards.pseudonyms_hours
        self._config = config
        self.replies.days = config.guards.replies_days
        if config.guards.pseudonyms_hours != kept_before:
            self._pseudonyms = self._pseudonymiser()

    async def view(self, request: AnyRequest, findings: Sequence[Finding], *, label: Label, key_id: str) -> View | None:
        """A view with stand-ins, by the configuration in force."""
        return await self._pseudonyms.view(request, findings, label=label, key_id=key_id)

    def _name_finder(self, config: Config) -> None:
        """Bring up whoever this configuration asks for names; raises `ConfigError` where that cannot be.

        One that is there already stays: an exchange keeps to what was configured when it began.
        """
        name = config.guards.names
        if name == "presidio" and name not in self._finders:
            self._finders[name] = PresidioNames()
        elif name == "gliner" and name not in self._finders:
            self._finders[name] = GlinerNames(config.server.data_dir / "gliner")
        else:
            target = next((target for target in config.targets if target.name == name), None)
            if target is not None and self._asked.get(name) != target:
                self._finders[name] = ModelNames(self._ask, target)
                self._asked[name] = target

    def _pseudonymiser(self) -> Pseudonymiser:
        hours = self._config.guards.pseudonyms_hours
        if hours and self._kept is None:
            self._kept = KeptPseudonyms(self._store.connect, self._stand_ins, hours=hours)
        elif self._kept is not None:
            # A view that is being made goes on by it, so that its connection stays.
            self._kept.hours = hours
        return Pseudonymiser(self._stand_ins, self._kept if hours else None)

    async def _embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that nobody vouches for, as restricted; the model runs here, and is cleared for all."""
        assert self._embedder is not None
        return await self._embedder(texts, label=Label(Level.RESTRICTED))
