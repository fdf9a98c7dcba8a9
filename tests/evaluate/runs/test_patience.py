"""Waiting for a target that may not be asked now."""

from __future__ import annotations

import asyncio

import pytest

from freehold.core.money import Nanodollars
from freehold.evaluate.model import Asked
from freehold.evaluate.runs import patience
from freehold.evaluate.runs.patience import patiently
from support.exchanges import attempt

ANSWERED = Asked("answered")


def not_now(fault: str = "breaker_open", retry_after: float | None = None) -> Asked:
    return Asked("failed", attempts=(attempt(fault=fault),), retry_after=retry_after)


class Turns:
    """Tells what comes next, and notes how long was waited."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *comes: Asked) -> None:
        self.waited: list[float] = []
        self._comes = iter(comes)
        monkeypatch.setattr(patience, "_first", self._wait)

    async def __call__(self) -> Asked:
        return next(self._comes)

    async def _wait(self, _: asyncio.Event, seconds: float) -> None:
        self.waited.append(seconds)


async def test_a_pause_is_waited_out_as_long_as_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(monkeypatch, not_now(retry_after=5.0), not_now("rate_limited", 60.0), not_now(), ANSWERED)
    assert await patiently(turns, asyncio.Event()) is ANSWERED
    assert turns.waited == [5.0, 60.0, 4.0], "and where nothing is said, longer each time"


async def test_what_requests_under_way_hold_of_a_budget_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Asked("refused", code="budget_spent", retry_after=1.0)
    spent = Asked("refused", code="budget_spent", retry_after=40_000.0)
    turns = Turns(monkeypatch, *[held] * 5, spent)
    assert await patiently(turns, asyncio.Event()) is spent
    assert turns.waited == [1.0, 2.0, 4.0, 4.0, 4.0]


async def test_what_would_be_too_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    late = not_now("rate_limited", 3600.0)
    turns = Turns(monkeypatch, late)
    assert await patiently(turns, asyncio.Event()) is late
    assert turns.waited == []


@pytest.mark.parametrize(
    "asked",
    [
        Asked("failed", attempts=(attempt(fault="server"), attempt(fault="breaker_open"))),
        Asked("failed", attempts=(attempt(fault="rate_limited"),), cost=Nanodollars(1)),
        Asked("refused"),
    ],
)
async def test_a_failure_of_its_own_is_none_to_wait_for(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(monkeypatch, asked)
    assert await patiently(turns, asyncio.Event()) is asked


async def test_the_end_of_the_run_ends_the_wait() -> None:
    over = asyncio.Event()
    over.set()

    async def ask() -> Asked:
        return not_now(retry_after=250.0)

    assert await patiently(ask, over) is None
