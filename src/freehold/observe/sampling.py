"""Which traces are kept: a share of them by their id, and always those in which something went another way.

It is decided when an exchange has ended, so that how it ended can count. By the id, so that every process and every
service that samples the same share keeps the same traces.
"""

from __future__ import annotations

from freehold.core.errors import Fault
from freehold.core.exchange import Exchange
from freehold.core.record import Ending
from freehold.observe.reading import escalated

_HALF = 1 << 64


class Sampler:
    """Keeps this share of traces, from 0 to 1."""

    def __init__(self, share: float) -> None:
        self._bound = round(share * _HALF)

    def keeps(self, exchange: Exchange, trace: str) -> bool:
        """Whether the spans of an ended exchange are sent; `trace` is its trace's id.

        A caller that keeps its part of the trace gets ours; one that does not gets it where it is kept in any case.
        """
        place = exchange.trace
        said = None if place is None else place.sampled
        if said or (said is None and self._by_id(trace)):
            return True
        return notable(exchange)

    def _by_id(self, trace: str) -> bool:
        """As OpenTelemetry's ``TraceIdRatioBased`` does: by the last 64 bits."""
        return int(trace[16:], 16) < self._bound


def notable(exchange: Exchange) -> bool:
    """Whether it failed, was refused or passed on, or a target failed it on the way."""
    end = exchange.end
    if end is not None and end.ending in (Ending.FAILED, Ending.REFUSED):
        return True
    return escalated(exchange) or any(
        each.fault is not None and each.fault != Fault.CANCELLED for each in exchange.attempts
    )
