"""What a request may take at the most, and what it came to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from freehold.core.caller import Caller
from freehold.core.event import Finished, Opened, Ready, Text, Usage
from freehold.core.exchange import Exchange
from freehold.core.limits import MOST
from freehold.core.money import Nanodollars
from freehold.core.record import Attempt
from freehold.core.request import EmbeddingRequest, Sampling
from freehold.core.target import Limits
from freehold.gateway.dispatch import dispatch
from freehold.gateway.worst import Reckoner, receipt
from freehold.ledger.limits.grant import total
from freehold.policy.flows import billing, build
from freehold.policy.judge import Accept
from freehold.policy.rules import Route
from support.decisions import a_permit, a_request, a_target
from support.pipeline import an_attempter, an_exchange, price, run

CALLER = Caller(key_id="key_ann", name="ann", team="law")


def reckoner(prompt: int = 50) -> Reckoner:
    """A token in costs one, a token out a thousand, an image a million."""
    return Reckoner(
        lambda target, tokens_in, tokens_out, images: Nanodollars(tokens_in + 1000 * tokens_out + 10**6 * images),
        count_prompt=lambda _: 7,
        most_prompt=lambda _: prompt,
        count_images=lambda _: 1,
        assumed=lambda: 100,
    )


def exchange(*targets: Any, answers: tuple[int, ...] | None = None, request: Any = None, **sampling: Any) -> Exchange:
    found = Exchange(request or a_request(sampling=Sampling(**sampling)), CALLER)
    found.permit = a_permit(*targets)
    found.billing = answers or (1,) * len(targets)
    return found


@pytest.mark.parametrize(
    ("sampling", "limits", "tokens"),
    [
        ({}, {}, 100),
        ({"max_tokens": 30}, {}, 30),
        ({"max_tokens": 300}, {}, 300),
        ({"max_tokens": 300}, {"max_output": 200}, 200),
        ({}, {"max_output": 200}, 200),
        ({}, {"context": 900}, 900),
        ({"max_tokens": 5000}, {"context": 900}, 900),
        ({"max_tokens": 30, "n": 3}, {}, 90),
    ],
)
def test_how_long_an_answer_may_become(sampling: dict[str, int], limits: dict[str, int], tokens: int):
    target = a_target("away", limits=Limits(**limits))
    asked = exchange(target, **sampling)
    assert reckoner().answer(asked.request, target) == tokens
    (worst,) = reckoner().claim(asked).worst
    assert worst.amount == 50 + 1000 * tokens + 10**6


def test_no_more_is_asked_for_than_rows_and_messages_can_hold():
    asked = exchange(a_target("home"), a_target("away"), max_tokens=10**25)
    assert reckoner().entry(asked).tokens == MOST
    assert [each.amount for each in reckoner().claim(asked).worst] == [MOST, MOST]


def test_what_has_no_answer_costs_its_prompt():
    asked = exchange(a_target("embeds"), request=EmbeddingRequest("embeds", ("text",)))
    assert reckoner().claim(asked).worst[0].amount == 50 + 10**6
    assert reckoner().entry(asked).tokens == 7


def test_a_prompt_is_never_more_than_the_context_holds():
    target = a_target("away", limits=Limits(context=40))
    assert reckoner(5000).claim(exchange(target, max_tokens=1)).worst[0].amount == 40 + 1000 + 10**6


def test_several_samples_are_paid_several_times():
    home, away = a_target("home"), a_target("away")
    first, last = reckoner().claim(exchange(home, away, answers=(3, 1), max_tokens=1)).worst
    assert (first.amount, last.amount) == (3 * (50 + 1000 + 10**6), 50 + 1000 + 10**6)


def test_whom_each_flow_may_have_to_pay():
    home, away = a_target("home"), a_target("away")
    permit, request = a_permit(home, away), a_request()

    def of(flow: Any, **more: Any) -> tuple[int, ...]:
        return billing(Route("r", flow, (home, away), **more), permit, request)

    assert of("fallback") == of("race") == of("split") == (1, 1)
    assert billing(Route("r", "fixed", (home,)), a_permit(home), request) == (1,)
    assert of("cascade") == (1, 1)
    agreeing = Accept(score="agreement", at_least=0.5, samples=5)
    assert of("cascade", accept=agreeing) == (5, 1)


@pytest.mark.parametrize("flow", ["split", "fallback"])
async def test_an_answer_that_is_not_whole_and_the_one_after_it_are_held_back_together(flow: Any):
    asked: list[str] = []

    @asynccontextmanager
    async def provider(target: Any, _request: Any, _attempt: Any) -> AsyncIterator[Ready]:
        asked.append(target.name)
        said = [Opened("id", "m"), Text("hi"), Usage(input=7, output=90)]
        yield Ready(said if len(asked) == 1 else [*said, Finished("stop")])

    targets = a_target("home"), a_target("away")
    route, permit, request = Route("r", flow, targets), a_permit(*targets), a_request(sampling=Sampling(max_tokens=100))
    paid = an_exchange(build(route, permit, request, CALLER, draw="x"), request=request)
    paid.permit, paid.billing = permit, billing(route, permit, request)
    claim = Reckoner(
        lambda target, tokens_in, tokens_out, _: price(target, Usage(input=tokens_in, output=tokens_out), 0),
        count_prompt=lambda _: 7,
        most_prompt=lambda _: 10,
        count_images=lambda _: 0,
        assumed=lambda: 100,
    ).claim(paid)
    await run(dispatch(an_attempter(provider)), paid)
    assert len(asked) == 2
    assert 0 < paid.attempts[0].cost < paid.cost <= total(claim.worst)


def test_rates_count_what_is_likely():
    assert reckoner().entry(exchange(a_target("away"), max_tokens=30, n=2)).tokens == 67
    assert reckoner().entry(exchange(a_target("away"))).tokens == 107


def test_a_receipt_has_every_attempt():
    asked = exchange(a_target("home"), a_target("away"))
    costs = (("home", 5), ("home", 0), ("away", 7))
    for number, (name, cost) in enumerate(costs, 1):
        attempt = Attempt(target=name, number=number, cost=Nanodollars(cost))
        attempt.usage = Usage(input=10, output=number) if cost else None
        asked.attempts.append(attempt)
    found = receipt(asked)
    assert found.spent == (("home", 5), ("away", 7))
    assert found.tokens == 10 + 1 + 10 + 3
    assert (found.key, found.team, found.route, found.started_ns) == ("key_ann", "law", "auto", asked.started_ns)
    assert receipt(exchange(a_target("home"))).tokens is None
