"""What a caller is told when no target answered."""

from __future__ import annotations

from freehold.core.errors import (
    TIMEOUTS,
    AttemptFailed,
    BadRequest,
    Fault,
    LabelForbidden,
    RateLimited,
    RequestError,
    TooLarge,
    UpstreamFailed,
    UpstreamTimeout,
)
from freehold.core.exchange import Exchange


def error_of(failures: list[tuple[str, AttemptFailed]], exchange: Exchange) -> RequestError:
    """What the caller is told when no target answered: its own fault if all say so, else the targets'."""
    if not failures:
        return UpstreamFailed("the route named no target that could be asked")
    last = failures[-1][1]
    faults = {failure.fault for _, failure in failures}
    told = "; ".join(f"{name}: {failure.message}" for name, failure in failures)
    if faults <= {Fault.REJECTED, Fault.UNTRANSLATABLE}:
        kind = TooLarge if last.status == 413 else BadRequest
        return kind(f"{last.message} (from {failures[-1][0]})", param=last.param)
    if faults == {Fault.LABEL} and exchange.label is not None:
        return LabelForbidden(exchange.label, [name for name, _ in failures], [])
    waits = [failure.retry_after for _, failure in failures if failure.retry_after is not None]
    if faults <= {Fault.RATE_LIMITED, Fault.QUEUE}:
        return RateLimited(f"every target is at its limit: {told}", retry_after=min(waits, default=1.0))
    if faults <= TIMEOUTS:
        return UpstreamTimeout(f"no target answered in time: {told}", failures)
    return UpstreamFailed(f"every target failed: {told}", failures)
