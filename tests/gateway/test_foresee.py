"""The stage that asks a router: what it costs who has none, and that a forecast never holds a request up."""

from __future__ import annotations

import asyncio

import pytest

from freehold.catalog.promises import Keeping, Promise, Term
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.ports import Handler
from freehold.core.record import Forecast
from freehold.core.request import EmbeddingRequest
from freehold.gateway.admit import Rules, admit
from freehold.gateway.compose import compose
from freehold.gateway.dispatch import dispatch
from freehold.gateway.foresee import Forecaster, foresee
from freehold.gateway.settle import settle
from freehold.policy.rules import Route
from freehold.policy.select import Menu
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import ANYONE, a_request, a_target
from support.pipeline import Book, an_attempter, run

OWN, CLOUD = a_target("own", owned=True), a_target("cloud", "internal")
KEEPING = Keeping(("own",), (Term("forecast", 1.0, logit=True),), 0.0, 0.7, floor=0.2)
PROMISE = Promise("pr_1", "auto", "2026-11-22", "harm", "cloud", KEEPING, router="rt_1")


def unguarded(inner: Handler) -> Handler:
    """In the place of the stages that have tests of their own."""
    return inner


def house(forecaster: Forecaster | None, promise: Promise = PROMISE, patience: float = 5.0) -> Handler:
    """The whole pipeline over one route with a promise."""
    double = Scripted(lambda _target, _request: Scene(saying("Yes.")))
    route = Route("auto", "cascade", (OWN, CLOUD), promise=promise)
    rules = Rules(Menu({"auto": route}, {"own": OWN, "cloud": CLOUD}), Label.parse("public"), (OWN, CLOUD), "r1")
    stages = {
        "settle": settle(Book(), lambda _: False),
        "admit": admit(lambda: rules, lambda _: 1),
        "limit": unguarded,
        "shield": unguarded,
        "enrich": unguarded,
        "foresee": foresee(forecaster, patience),
        "reserve": unguarded,
        "veil": unguarded,
    }
    return compose(stages, dispatch(an_attempter(double)))


def telling(value: float | None) -> Forecaster:
    async def forecast(router: str, exchange: Exchange) -> Forecast:
        assert router == "rt_1"
        assert exchange.label is not None
        return Forecast(router, value, "" if value is not None else "the router is being loaded")

    return forecast


async def asked(forecaster: Forecaster | None, promise: Promise = PROMISE, patience: float = 5.0) -> Exchange:
    exchange = Exchange(a_request(model="auto"), ANYONE)
    await run(house(forecaster, promise, patience), exchange)
    return exchange


async def test_a_good_forecast_keeps_the_owned_answer() -> None:
    exchange = await asked(telling(0.9))
    assert exchange.forecast == Forecast("rt_1", 0.9)
    assert [attempt.target for attempt in exchange.attempts] == ["own"]


async def test_a_poor_one_escalates_after_the_answer() -> None:
    exchange = await asked(telling(0.5))
    assert [attempt.target for attempt in exchange.attempts] == ["own", "cloud"]


async def test_below_the_floor_the_owned_target_is_not_asked() -> None:
    exchange = await asked(telling(0.1))
    assert [attempt.target for attempt in exchange.attempts] == ["cloud"]
    assert exchange.attempts[0].note == "forecast 0.1 is below 0.2 (promise pr_1)"


@pytest.mark.parametrize("forecaster", [None, telling(None)])
async def test_without_one_that_is_weighed_the_stronger_target_is_asked_at_once(
    forecaster: Forecaster | None,
) -> None:
    exchange = await asked(forecaster)
    assert exchange.forecast == (forecaster and Forecast("rt_1", None, "the router is being loaded"))
    assert [(attempt.target, attempt.note) for attempt in exchange.attempts] == [
        ("cloud", "forecast is not known (promise pr_1)")
    ]


async def test_a_forecast_that_takes_too_long_is_given_up() -> None:
    ended = []

    async def slow(_router: str, _exchange: Exchange) -> Forecast:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)
        return Forecast("rt_1", 0.9)

    exchange = await asked(slow, patience=0.01)
    assert exchange.forecast == Forecast("rt_1", None, "not told within 10 ms")
    assert ended == [True]
    assert exchange.chosen is not None


async def test_a_forecast_that_cannot_be_told_costs_no_request_its_answer(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_router: str, _exchange: Exchange) -> Forecast:
        raise ValueError("shapes (1,3) and (4,) for the prompt 'secret'")

    exchange = await asked(broken)
    assert exchange.forecast == Forecast("rt_1", None, "telling it failed (ValueError)")
    assert [attempt.target for attempt in exchange.attempts] == ["cloud"]
    assert [record.getMessage() for record in caplog.records] == ["no forecast by the router rt_1: ValueError"]


async def never(_router: str, _exchange: Exchange) -> Forecast:
    raise AssertionError("nobody is to be asked for a forecast")


@pytest.mark.parametrize(
    "promise",
    [
        Promise("pr_2", "auto", "2026-11-22", "harm", "cloud", KEEPING),
        Promise("pr_3", "auto", "2026-11-22", "harm", "cloud", KEEPING, router="rt_1", state="suspended"),
    ],
)
async def test_nobody_forecasts_where_no_active_promise_names_a_router(promise: Promise) -> None:
    assert (await asked(never, promise)).forecast is None


def test_what_needs_no_forecast_gets_no_layer() -> None:
    def inner(_: Exchange) -> object:
        return "as it is"

    exchange = Exchange(EmbeddingRequest("auto", ("text",)), ANYONE, router="rt_1")
    assert foresee(never)(inner)(exchange) == "as it is"  # type: ignore[arg-type]
