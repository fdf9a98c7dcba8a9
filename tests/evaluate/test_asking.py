"""Asking through the pipeline: as whom, under which labels, and what is told of whatever comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from freehold.core.errors import BudgetSpent, Forbidden, RateLimited
from freehold.core.event import Event, Opened, Text
from freehold.core.exchange import Exchange, Permit
from freehold.core.label import Label
from freehold.core.money import Nanodollars
from freehold.evaluate.asking import Asker
from support.evaluated import ANN, Answers, fails, request
from support.exchanges import HOME, INTERNAL

EU = Label.parse("confidential;eu")


async def test_what_is_asked_is_the_callers_request_with_the_labels_of_the_data() -> None:
    answers = Answers()
    within = Permit("home", (HOME,), INTERNAL)
    asked = await Asker(answers)(
        request(1, stream=True), "home", ANN, labels=(EU,), within=within, logprobs=True, origin="judge"
    )
    [exchange] = answers.asked
    assert (exchange.request.model, exchange.request.stream, exchange.caller) == ("home", False, ANN)
    assert [source.label for source in exchange.headers.stated] == [EU]
    assert (exchange.headers.cache, exchange.within, exchange.origin, exchange.trace) == ("off", within, "judge", None)
    assert exchange.request.sampling.logprobs  # type: ignore[union-attr]
    assert (asked.state, asked.text, asked.exchange) == ("answered", "question 1", exchange.id)


async def test_no_second_copy_is_captured_of_what_is_asked() -> None:
    answers = Answers()
    await Asker(answers)(request(1), "home", msgspec.structs.replace(ANN, capture=True))
    assert [exchange.caller for exchange in answers.asked] == [ANN]


async def test_an_answer_is_told_with_its_target_its_label_and_its_cost() -> None:
    answers = Answers()
    answers.cost = Nanodollars(9)
    asked = await Asker(answers)(request(1), "home", ANN)
    assert (asked.target, asked.owned, asked.label, asked.cost) == ("home", True, "internal", 9)
    assert (asked.error, asked.code, asked.retry_after, asked.total_ms > 0) == ("", "", None, True)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BudgetSpent("no money", retry_after=60.0), "budget_spent"),
        (Forbidden("not for home"), "forbidden"),
        (RateLimited("too many", retry_after=60.0), "rate_limited"),
    ],
)
async def test_a_refusal_is_told_and_not_raised(error: BudgetSpent, code: str) -> None:
    def refuse(_: Exchange) -> None:
        raise error

    answers = Answers()
    answers.before = refuse
    asked = await Asker(answers)(request(1), "home", ANN)
    assert (asked.state, asked.error, asked.code, asked.answer) == ("refused", error.message, code, None)
    assert asked.retry_after == error.retry_after


async def test_where_a_target_was_asked_it_is_a_failure() -> None:
    answers = Answers()
    answers.before = fails
    asked = await Asker(answers)(request(1), "home", ANN)
    assert (asked.state, asked.code, len(asked.attempts)) == ("failed", "upstream_failed", 1)


async def test_an_answer_that_breaks_off_is_none() -> None:
    async def half() -> AsyncIterator[Event]:
        for event in (Opened(), Text("so far")):
            yield event

    @asynccontextmanager
    async def handler(exchange: Exchange) -> AsyncIterator[AsyncIterator[Event]]:
        exchange.attempts = []
        yield half()

    asked = await Asker(handler)(request(1), "home", ANN)
    assert (asked.error, asked.answer, asked.text) == ("the answer broke off", None, "")
