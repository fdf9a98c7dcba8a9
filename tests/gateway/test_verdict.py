"""The caller is told whose fault it is, what every target said, and when to come back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from freehold.core.errors import (
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
from freehold.core.flow import Flow
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.policy.flows import in_order
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import a_target
from support.pipeline import refused

GOOD = Scene(saying("all is well"))


def failing(*faults: Fault | AttemptFailed) -> tuple[Callable[..., Any], Flow]:
    """A provider whose targets fail in these ways, and a flow that tries them all."""
    targets = [a_target(f"t{number}") for number in range(len(faults))]
    errors = {
        target.name: fault if isinstance(fault, AttemptFailed) else AttemptFailed(fault, f"{fault}!")
        for target, fault in zip(targets, faults, strict=True)
    }

    @asynccontextmanager
    async def provider(target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        raise errors[target.name]
        yield

    return provider, in_order(targets)


def limited(retry_after: float | None) -> AttemptFailed:
    return AttemptFailed(Fault.RATE_LIMITED, "slow down", retry_after=retry_after)


@pytest.mark.parametrize(
    ("faults", "kind", "status"),
    [
        ([Fault.REJECTED], BadRequest, 400),
        ([Fault.REJECTED, Fault.UNTRANSLATABLE], BadRequest, 400),
        ([Fault.REJECTED, Fault.SERVER], UpstreamFailed, 502),
        ([AttemptFailed(Fault.REJECTED, "too long", status=413)], TooLarge, 413),
        ([limited(None)], RateLimited, 429),
        ([limited(None), Fault.QUEUE], RateLimited, 429),
        ([limited(None), Fault.SERVER], UpstreamFailed, 502),
        ([Fault.TIMEOUT_FIRST], UpstreamTimeout, 504),
        ([Fault.TIMEOUT_CONNECT, Fault.TIMEOUT_TOTAL, Fault.TIMEOUT_SILENCE], UpstreamTimeout, 504),
        ([Fault.TIMEOUT_FIRST, Fault.CONNECT], UpstreamFailed, 502),
        ([Fault.LABEL, Fault.LABEL], LabelForbidden, 403),
        ([Fault.LABEL, Fault.SERVER], UpstreamFailed, 502),
        ([Fault.AUTH], UpstreamFailed, 502),
        ([Fault.CONNECT], UpstreamFailed, 502),
        ([Fault.PROTOCOL], UpstreamFailed, 502),
        ([Fault.BREAKER], UpstreamFailed, 502),
    ],
    ids=str,
)
async def test_the_error_says_whose_fault_it_is(faults: list[Any], kind: type[RequestError], status: int) -> None:
    provider, flow = failing(*faults)
    exchange, error = await refused(provider, flow)
    assert (type(error), error.status) == (kind, status)
    assert len(exchange.attempts) == len(faults)


async def test_every_target_that_failed_is_named() -> None:
    provider, flow = failing(Fault.SERVER, Fault.CONNECT)
    _, error = await refused(provider, flow)
    assert isinstance(error, UpstreamFailed)
    assert [(name, failure.fault) for name, failure in error.failures] == [("t0", Fault.SERVER), ("t1", Fault.CONNECT)]
    assert "t0: server!" in error.message
    assert "t1: connect!" in error.message


async def test_a_field_that_no_target_takes_is_named() -> None:
    provider, flow = failing(AttemptFailed(Fault.UNTRANSLATABLE, "no audio here", param="messages.0.content"))
    _, error = await refused(provider, flow)
    assert (error.status, error.param) == (400, "messages.0.content")
    assert "no audio here" in error.message


@pytest.mark.parametrize(("waits", "soonest"), [([9.0, 7.0], 7.0), ([None, 8.0], 8.0), ([None, None], 1.0)])
async def test_the_caller_is_told_the_soonest_time_to_come_back(waits: list[float | None], soonest: float) -> None:
    provider, flow = failing(*map(limited, waits))
    _, error = await refused(provider, flow)
    assert error.retry_after == soonest


async def test_a_flow_that_asks_nobody_is_an_error_too() -> None:
    _, error = await refused(Scripted([GOOD]), in_order([]))
    assert isinstance(error, UpstreamFailed)
    assert error.failures == ()
