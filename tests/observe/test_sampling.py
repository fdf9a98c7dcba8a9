from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

from freehold.core.exchange import Exchange, new_id
from freehold.core.record import Ending
from freehold.core.trace import begin
from freehold.observe.sampling import Sampler, notable
from support.exchanges import AWAY, attempt, begun, ended

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"


def well(**changes: Any) -> Exchange:
    return ended(begun(), attempt(**changes))


def test_the_same_traces_are_kept_as_by_opentelemetrys_own_sampler() -> None:
    sampler, theirs = Sampler(0.3), TraceIdRatioBased(0.3)
    kept = 0
    for _ in range(2000):
        trace = new_id()[3:]
        ours = sampler.keeps(well(), trace)
        assert ours == theirs.should_sample(None, int(trace, 16), "x").decision.is_sampled()
        kept += ours
    assert 450 < kept < 750


@pytest.mark.parametrize(
    "exchange",
    [
        ended(
            begun(), attempt(fault="server", shown=False), ending=Ending.FAILED, status=502, error="upstream_failed: x"
        ),
        ended(begun(), ending=Ending.REFUSED, status=403, error="label_forbidden: x"),
        ended(begun(), ending=Ending.REFUSED, status=429, error="rate_limited: x"),
        ended(begun(), attempt(1, shown=False), attempt(2, AWAY, note="escalated: unsure")),
        ended(begun(), attempt(1, shown=False, fault="timeout_first"), attempt(2, AWAY, note="fallback")),
    ],
    ids=["failed", "refused", "limited", "escalated", "failed on the way"],
)
def test_what_went_another_way_is_always_kept(exchange: Exchange) -> None:
    assert notable(exchange)
    assert Sampler(0.0).keeps(exchange, "f" * 32)
    exchange.trace = begin(exchange.id, PARENT + "0")
    assert Sampler(0.0).keeps(exchange, "f" * 32)


def test_what_went_well_is_kept_by_share_alone() -> None:
    left = ended(begun(), attempt(fault="cancelled"), ending=Ending.CANCELLED, status=499)
    for exchange in (well(), left):
        assert not notable(exchange)
        assert not Sampler(0.0).keeps(exchange, "0" * 32)
        assert Sampler(1.0).keeps(exchange, "f" * 32)


@pytest.mark.parametrize(("flag", "kept"), [("1", True), ("0", False)])
def test_a_caller_that_keeps_its_part_gets_ours(flag: str, kept: bool) -> None:
    exchange = well()
    exchange.trace = begin(exchange.id, PARENT + flag)
    assert Sampler(0.0).keeps(exchange, exchange.trace.trace) is kept
    assert Sampler(1.0).keeps(exchange, exchange.trace.trace) is kept
