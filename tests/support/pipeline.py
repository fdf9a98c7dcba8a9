"""What tests of the pipeline are made of: an attempter over the double, exchanges, and a book that remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from freehold.core.caller import Caller
from freehold.core.errors import RequestError, Unavailable
from freehold.core.event import Event, Usage
from freehold.core.exchange import Exchange
from freehold.core.flow import Flow
from freehold.core.label import Label
from freehold.core.money import Nanodollars
from freehold.core.ports import Handler, Provider
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.gateway.attempts import Attempter
from freehold.gateway.dispatch import dispatch
from freehold.gateway.gates import Gates
from freehold.policy.labels import may_flow
from freehold.providers.scripted import Scene, Scripted
from support.decisions import ANYONE, a_request

PROMPT = 7


def price(target: Target, usage: Usage, seconds: float) -> Nanodollars:
    """A thousand for an input token, a million for an output token."""
    return Nanodollars(usage.input * 1000 + usage.output * 1_000_000)


class Rests:
    """Does not wait, and remembers how long it was asked to."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def an_attempter(provider: Provider, **parts: Any) -> Attempter:
    """An attempter over this provider that does not wait between tries; `parts` in place of the usual ones."""
    usual: dict[str, Any] = {
        "gates": Gates(),
        "may_flow": may_flow,
        "price": price,
        "count_prompt": lambda _: PROMPT,
        "rest": Rests(),
    }
    return Attempter(provider, **(usual | parts))


def an_exchange(
    flow: Flow | None = None, *, request: AnyRequest | None = None, label: str = "internal", caller: Caller = ANYONE
) -> Exchange:
    """An exchange as it comes to dispatch."""
    exchange = Exchange(request or a_request(stream=True), caller)
    exchange.label, exchange.flow = Label.parse(label), flow
    return exchange


class Book:
    """A ledger that remembers in what order it was spoken to."""

    def __init__(self, log: list[str] | None = None, *, refuses: bool = False) -> None:
        self.log = log if log is not None else []
        self.settled: list[Exchange] = []
        self._refuses = refuses

    async def open(self, exchange: Exchange) -> None:
        if self._refuses:
            raise Unavailable("the disk is full")
        self.log.append("open")

    def settle(self, exchange: Exchange) -> None:
        self.log.append("settle")
        self.settled.append(exchange)


async def run(handler: Handler, exchange: Exchange, *, stop_after: int | None = None) -> list[Event]:
    """Listen to an exchange's answer, to its end or to so many events."""
    seen: list[Event] = []
    async with handler(exchange) as events:
        async for event in events:
            seen.append(event)
            if len(seen) == stop_after:
                break
    return seen


def text_of(events: Iterable[Event]) -> str:
    """The text of all events."""
    return "".join(getattr(event, "text", "") for event in events)


def counting(decide: Callable[[Label, Target], bool] = may_flow) -> tuple[Callable[[Label, Target], bool], list[str]]:
    """A rule of flow, and the names of the targets it was asked about."""
    asked: list[str] = []

    def rule(label: Label, target: Target) -> bool:
        asked.append(target.name)
        return decide(label, target)

    return rule, asked


def by_target(**scenes: Scene | Callable[[AnyRequest], Scene]) -> Scripted:
    """A double that plays a scene for each target's name."""

    def script(target: Target, request: AnyRequest) -> Scene:
        scene = scenes[target.name]
        return scene if isinstance(scene, Scene) else scene(request)

    return Scripted(script)


async def shown(
    double: Any, flow: Flow, *, request: AnyRequest | None = None, **parts: Any
) -> tuple[Exchange, list[Event]]:
    """The answer of a flow, and the exchange after it."""
    exchange = an_exchange(flow, request=request)
    return exchange, await run(dispatch(an_attempter(double, **parts)), exchange)


async def refused(double: Any, flow: Flow, **parts: Any) -> tuple[Exchange, RequestError]:
    exchange = an_exchange(flow)
    with pytest.raises(RequestError) as caught:
        await run(dispatch(an_attempter(double, **parts)), exchange)
    assert exchange.chosen is None
    assert not any(attempt.shown for attempt in exchange.attempts)
    return exchange, caught.value
