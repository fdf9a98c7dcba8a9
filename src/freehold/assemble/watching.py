"""Telemetry put together from the configuration: what one process counts and tells, and who may hear of it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence

from freehold import __version__
from freehold.config import Config
from freehold.core.exchange import Exchange
from freehold.core.target import Target
from freehold.gateway.admit import Rules
from freehold.ledger.rows import OPENED, Row
from freehold.observe.exposition import Exposition
from freehold.observe.metrics import Gauges, Metrics
from freehold.observe.outbox import Outbox, Sender
from freehold.observe.sampling import Sampler
from freehold.observe.snapshot import Snapshot
from freehold.observe.story import Story
from freehold.observe.telemetry import Telemetry, Tracing

Others = Callable[[], Awaitable[Sequence[Snapshot]]]
"""What the other processes that serve have counted."""

Captured = Callable[[Exchange], bool]

_PATIENCE = 5.0
"""Seconds for which the thread that sends waits for the event loop."""


class Watching:
    """The telemetry of one process."""

    def __init__(self, config: Config, worker: str = "1") -> None:
        """`worker`: which process of those that serve, counted from 1."""
        self._config = config
        self._worker = worker
        self._targets: dict[str, Target] = {}
        self.others: Others | None = None
        """Set where there are other processes."""
        settings = config.telemetry
        self.metrics = Metrics(keys=settings.metric_keys > 0, worker=worker, version=__version__)
        self._exposition = Exposition(settings.metric_keys)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._outbox = Outbox(self._sender, self._looked_at) if _sends(config) else None
        if self._outbox is not None:
            self.metrics.lost = self._lost
        watched = self._outbox is not None or settings.requests or settings.metrics != "off"
        self.observer = Telemetry(self.metrics, self._tracing(), requests=settings.requests) if watched else None
        """`None` where nobody may see anything, so that nothing is counted either."""

    def know(self, rules: Rules) -> None:
        """Let the names of these rules, and no others, be labels."""
        self._targets = {target.name: target for target in rules.known}
        self.metrics.known = frozenset(self._targets) | frozenset(rules.menu.routes)

    def lost(self, opened: Row) -> None:
        """Count a request whose worker ended in its course; all that is known of it is its opening row."""
        facts = dict(zip(OPENED, opened, strict=True))
        if self.observer is not None and facts["origin"] == "api":
            self.metrics.lost_request(facts["alias"], facts["kind"], facts["key_name"])

    def gathers(self, captured: Captured) -> Captured:
        """Whether an exchange's answer is gathered: for the ledger, or to be shown in a span."""
        if not self._config.telemetry.content or self._outbox is None:
            return captured
        return lambda exchange: captured(exchange) or self.shows(exchange)

    def shows(self, exchange: Exchange) -> bool:
        """Whether its messages may be in a span: by the configuration, its caller, its label, and what is kept of that.

        A collector is a place that data flows to, so it has a clearance like a target, and what has no label stays.
        """
        settings, label = self._config.telemetry, exchange.label
        return (
            settings.content
            and exchange.caller.capture
            and label is not None
            and label.flows_to(settings.clearance)
            and self._config.retention.captures(label)
        )

    def watch(self, gauges: Gauges) -> None:
        """Ask at each look for what stands at the moment."""
        self.metrics.gauges = gauges

    def start(self) -> None:
        """Begin to send, where there is a collector. Called on the event loop that counts."""
        if self._outbox is not None:
            self._loop = asyncio.get_running_loop()
            self._outbox.start()

    async def stop(self) -> None:
        """Send what waits, for a moment, and end."""
        if self._outbox is not None:
            await asyncio.to_thread(self._outbox.stop)

    async def page(self, accept: str) -> tuple[bytes, str]:
        """What all processes counted, for a scraper that accepts this, and its content type."""
        snapshots = [self.metrics.snapshot(), *(await self.others() if self.others is not None else ())]
        return await asyncio.to_thread(self._exposition.render, snapshots, accept)

    def _tracing(self) -> Tracing | None:
        settings = self._config.telemetry
        if self._outbox is None or settings.traces_to is None:
            return None
        return Tracing(Story(settings.conventions, self.shows), Sampler(settings.sample), self._outbox)

    def _looked_at(self) -> Snapshot:
        """What is counted, for the thread that sends. The loop looks, since only there nothing is added meanwhile."""
        if self._loop is None:
            raise AssertionError("nothing is sent before the start")
        return asyncio.run_coroutine_threadsafe(self._counted(), self._loop).result(_PATIENCE)

    async def _counted(self) -> Snapshot:
        return self.metrics.snapshot()

    def _lost(self) -> int:
        return 0 if self._outbox is None else self._outbox.lost

    def _sender(self) -> Sender:
        # Here, on the thread that sends: it takes a fifth of a second to load, and few have a collector.
        from freehold.observe.otlp import Otlp  # noqa: PLC0415

        settings = self._config.telemetry
        sender = Otlp(
            settings.traces_to,
            settings.metrics_to,
            {name: value.reveal() for name, value in settings.headers},
            version=__version__,
            worker=self._worker,
            conventions=settings.conventions,
            named=self._named,
        )
        # What was just loaded stays for good, as what was there before the first request does: without this, every
        # collection of garbage goes through it, at a tenth of the throughput.
        gc.freeze()
        return sender

    def _named(self, target: str) -> tuple[str, str] | None:
        found = self._targets.get(target)
        return None if found is None else (found.provider, found.model)


def _sends(config: Config) -> bool:
    return config.telemetry.traces_to is not None or config.telemetry.metrics_to is not None
