"""The order of stages is one list, and the pipeline keeps to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from freehold.core.exchange import Exchange
from freehold.core.ports import Events, Handler, Stage
from freehold.gateway.compose import ORDER, compose
from support.decisions import ANYONE, a_request

NAMES = [name for name, _ in ORDER]


async def nothing() -> AsyncIterator[object]:
    return
    yield


def noting(name: str, log: list[str]) -> Stage:
    def stage(inner: Handler) -> Handler:
        @asynccontextmanager
        async def handle(exchange: Exchange) -> AsyncIterator[Events]:
            log.append(f"into {name}")
            async with inner(exchange) as events:
                yield events
            log.append(f"out of {name}")

        return handle

    return stage


async def test_an_exchange_goes_through_the_stages_in_order_and_back() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def last(exchange: Exchange) -> AsyncIterator[Events]:
        log.append("last")
        yield nothing()  # type: ignore[misc]

    stages = {name: noting(name, log) for name in reversed(NAMES[:-1])}
    async with compose(stages, last)(Exchange(a_request(), ANYONE)) as events:
        assert [event async for event in events] == []
    inward = [f"into {name}" for name in NAMES[:-1]]
    assert log == [*inward, "last", *[each.replace("into", "out of") for each in reversed(inward)]]


def test_the_record_is_opened_before_anything_else_and_the_targets_are_asked_last() -> None:
    assert NAMES[0] == "settle"
    assert NAMES[-1] == "dispatch"
    assert all(what for _, what in ORDER)


@pytest.mark.parametrize("change", [{"settle": None}, {"surprise": noting("surprise", [])}])
def test_a_missing_or_unknown_stage_is_told(change: dict[str, Stage | None]) -> None:
    stages = {name: noting(name, []) for name in NAMES[:-1]} | change
    with pytest.raises(ValueError, match="the pipeline's stages are settle, admit"):
        compose({name: stage for name, stage in stages.items() if stage is not None}, lambda _: None)  # type: ignore[arg-type,return-value]
