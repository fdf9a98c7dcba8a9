"""All that watches exchanges, put together: counted always, told as spans where a collector is named, and in the log.

Implements `core.ports.Observer`: it returns at once and raises nothing, so that no request fails for being watched.
"""

from __future__ import annotations

import logging

from freehold.core.exchange import Exchange
from freehold.observe import log
from freehold.observe.metrics import Metrics
from freehold.observe.outbox import Outbox
from freehold.observe.sampling import Sampler
from freehold.observe.story import Story, ended_ns, is_root, place_of
from freehold.observe.tool_runs import Tools

_LOG = logging.getLogger(__name__)


class Tracing:
    """Tells exchanges as spans and puts those that are kept into the outbox."""

    def __init__(self, story: Story, sampler: Sampler, outbox: Outbox) -> None:
        self._story = story
        self._sampler = sampler
        self._outbox = outbox
        self._tools = Tools()

    def ended(self, exchange: Exchange) -> None:
        """Tell one exchange, if it is kept; what tools are under way is noted in any case."""
        trace, root, _ = place_of(exchange)
        runs = tuple(self._tools.back(exchange)) if is_root(exchange) else ()
        if is_root(exchange):
            self._tools.ask(exchange, ended_ns(exchange), trace, root)
        if self._sampler.keeps(exchange, trace):
            self._outbox.put(self._story.tell(exchange, runs))


class Telemetry:
    """What `settle` shows each ended exchange to."""

    def __init__(self, metrics: Metrics, tracing: Tracing | None = None, *, requests: bool = False) -> None:
        """`requests`: write a line into the log for each."""
        self.metrics = metrics
        self._tracing = tracing
        self._requests = requests
        self._failed = False

    def ended(self, exchange: Exchange) -> None:
        """Watch an ended exchange."""
        try:
            self.metrics.ended(exchange)
            if self._tracing is not None:
                self._tracing.ended(exchange)
            if self._requests:
                log.tell(exchange)
        except Exception:  # noqa: BLE001  # A fault of ours must not fail a request that went well. It is told once.
            if not self._failed:
                self._failed = True
                _LOG.exception("telemetry of %s failed, and is told of no more", exchange.id)
