"""Known speeds come back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from freehold.plan.measure.fit import LEAST_SPREAD, fit
from freehold.plan.measure.ladder import Climbed, Settings, climb
from support.queues import Engine, Straight, VirtualLoop

TRUE = Straight(token_s=6e-5, fixed_s=0.018, request_s=1.5e-4, context_s=1e-8)


def measured(server: Straight = TRUE, before_s: float = 0.03) -> Climbed:
    climbed = Climbed()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(climb(Engine(server, before_s), Settings(seconds=3600, most=32), climbed, lambda _rung: None))
    return climbed


def model(prefill: float, decode: float) -> Straight:
    """A model that thinks the server so many times as slow as it is."""
    return replace(
        TRUE,
        token_s=TRUE.token_s * prefill,
        fixed_s=TRUE.fixed_s * decode,
        request_s=TRUE.request_s * decode,
        context_s=TRUE.context_s * decode,
    )


@pytest.mark.parametrize(("prefill", "decode"), [(1.0, 1.0), (0.8, 1.3), (1.5, 0.9), (3.0, 0.5)])
def test_the_constants_come_back_within_two_percent(prefill: float, decode: float) -> None:
    found = fit(model(prefill, decode), measured().rungs)
    assert found.prefill == pytest.approx(prefill, rel=0.02)
    assert found.decode == pytest.approx(decode, rel=0.02)
    assert found.before_s == pytest.approx(0.03, rel=0.05)
    assert found.error < 0.01


def test_the_speed_is_what_both_come_to_and_its_range_has_it() -> None:
    found = fit(model(1.2, 1.2), measured().rungs)
    assert found.speed == pytest.approx(1.2, rel=0.02)
    assert found.low < found.speed < found.high
    assert found.high / found.speed == pytest.approx(1 + 1.2816 * LEAST_SPREAD, rel=0.01)
    mixed = fit(model(3.0, 0.6), measured().rungs)
    assert 0.6 <= mixed.speed < 3
    assert mixed.high / mixed.low > found.high / found.low
    assert mixed.low <= mixed.decode < mixed.prefill <= mixed.high


def test_a_server_without_delay_has_none() -> None:
    assert fit(TRUE, measured(before_s=0.0).rungs).before_s == pytest.approx(0.0, abs=1e-3)


def test_one_load_is_too_few() -> None:
    with pytest.raises(ValueError, match="--seconds"):
        fit(TRUE, measured().rungs[:1])
