"""The joints: handlers close in order, and whoever claims a Protocol has its very signature."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from freehold.core import ports
from freehold.core.event import Event, Finished, Text
from freehold.core.exchange import Exchange
from freehold.core.ports import Book, Events, Handler, Provider, Stage
from freehold.engines.local import LocalProvider
from freehold.engines.reader import reader
from freehold.ledger import book
from freehold.providers.choose import ByKind
from freehold.providers.http import HttpProvider
from freehold.providers.scripted import Scripted
from support.decisions import ANYONE, a_request


def parameters(of: Callable[..., Any]) -> list[tuple[str, Any]]:
    return [(name, each.kind) for name, each in inspect.signature(of).parameters.items() if name != "self"]


@pytest.mark.parametrize(
    "called",
    [HttpProvider.__call__, Scripted.__call__, LocalProvider.__call__, ByKind.__call__, reader],
    ids=lambda called: called.__qualname__,
)
def test_every_provider_is_called_alike(called: Callable[..., Any]) -> None:
    assert parameters(called) == parameters(Provider.__call__)


@pytest.mark.parametrize("name", ["open", "settle"])
def test_the_ledger_is_the_book_that_the_pipeline_sees(name: str) -> None:
    promised, kept = getattr(Book, name), getattr(book.Book, name)
    assert parameters(kept) == parameters(promised)
    assert inspect.iscoroutinefunction(kept) == inspect.iscoroutinefunction(promised)


def test_there_are_few_joints_and_each_says_what_it_is() -> None:
    protocols = [kind for _, kind in inspect.getmembers(ports, inspect.isclass) if getattr(kind, "_is_protocol", False)]
    own = [kind for kind in protocols if kind.__module__ == ports.__name__]
    assert 0 < len(own) < 10
    assert all(kind.__doc__ for kind in own)


class Trail(list[str]):
    """Handlers and stages that note when they are entered and left."""

    def target(self, exchange: Exchange) -> Any:
        return self._open(exchange, "target", None)

    def stage(self, name: str) -> Stage:
        return lambda inner: lambda exchange: self._open(exchange, name, inner)

    @asynccontextmanager
    async def _open(self, exchange: Exchange, name: str, inner: Handler | None) -> AsyncIterator[Events]:
        self.append(f"enter {name}")
        try:
            if inner is None:
                async with aclosing(self._events()) as events:
                    yield events
            else:
                async with inner(exchange) as events:
                    yield events
        finally:
            self.append(f"leave {name}")

    async def _events(self) -> AsyncIterator[Event]:
        try:
            yield Text("a")
            yield Finished()
        finally:
            self.append("close events")


ENTERED = ["enter outer", "enter inner", "enter target"]
LEFT = ["leave target", "leave inner", "leave outer"]


@pytest.fixture
def trail() -> Trail:
    return Trail()


@pytest.fixture
def handler(trail: Trail) -> Handler:
    return trail.stage("outer")(trail.stage("inner")(trail.target))


def exchange() -> Exchange:
    return Exchange(a_request(), ANYONE)


async def test_stages_are_left_in_the_order_opposite_to_that_of_entering(trail: Trail, handler: Handler) -> None:
    async with handler(exchange()) as events:
        assert [event async for event in events] == [Text("a"), Finished()]
    assert trail == [*ENTERED, "close events", *LEFT]


async def test_a_reader_that_leaves_early_closes_the_same_things_in_the_same_order(
    trail: Trail, handler: Handler
) -> None:
    async with handler(exchange()) as events:
        await anext(events)
    assert trail == [*ENTERED, "close events", *LEFT]


async def test_so_does_one_that_fails(trail: Trail, handler: Handler) -> None:
    async def fail() -> None:
        async with handler(exchange()) as events:
            await anext(events)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await fail()
    assert trail == [*ENTERED, "close events", *LEFT]
