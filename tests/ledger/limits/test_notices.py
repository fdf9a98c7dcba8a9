"""Somebody is told of a soft limit: soon, again where that fails, and never at the cost of a request."""

from __future__ import annotations

import asyncio
import json
import logging

import msgspec
import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.limits import Budget
from freehold.core.money import from_dollars
from freehold.ledger.limits import notices as module
from freehold.ledger.limits.budgets import Standing
from freehold.ledger.limits.notices import Notices, told
from freehold.ledger.limits.periods import Calendar

CALENDAR = Calendar()
BUDGET = Budget(id="budget_1", scope="team", subject="law", amount=from_dollars(25), period="week", warn_at=0.8)
NEAR = Standing(BUDGET, CALENDAR.span("week", 1_764_547_200 * 10**9), from_dollars("20.01"), from_dollars("0.42"))


class Hook:
    """An address that answers as it is told to."""

    def __init__(self, *answers: int | AttemptFailed) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []
        self.rests: list[float] = []
        self.notices = Notices(lambda: self.post, self.rest)

    async def post(self, body: bytes) -> int:
        self.bodies.append(body)
        answer = self.answers.pop(0)
        if isinstance(answer, AttemptFailed):
            raise answer
        return answer

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)

    async def sent(self) -> None:
        assert self.notices._sender is not None
        await asyncio.wait_for(self.notices._sender, 5)


def test_the_body_says_all_that_there_is_to_know():
    body = told(NEAR, CALENDAR)
    assert (body["event"], body["spent"], body["held"]) == ("budget.near", "20.01", "0.42")
    assert body["budget"]["amount"] == "25"
    assert (body["began"], body["renews"]) == ("2025-12-01T00:00:00+00:00", "2025-12-08T00:00:00+00:00")
    assert body["message"].startswith(
        "$20.01 of the week's budget of $25 of team law are spent; it renews on Monday, 8"
    )


def test_a_key_is_told_by_its_name_and_its_id():
    of_key = NEAR._replace(budget=msgspec.structs.replace(BUDGET, scope="key", subject="key_93"))
    body = told(of_key, CALENDAR, "ann")
    assert " of key ann (key_93) are spent" in body["message"]
    assert (body["budget"]["subject"], body["budget"]["name"]) == ("key_93", "ann")
    assert told(NEAR, CALENDAR)["budget"]["name"] == "law"


async def test_a_notice_is_logged_and_sent(caplog: pytest.LogCaptureFixture):
    hook = Hook(204)
    with caplog.at_level(logging.WARNING):
        hook.notices.near(NEAR, CALENDAR)
    assert hook.bodies == []
    assert "are spent" in caplog.text
    await hook.sent()
    assert json.loads(hook.bodies[0]) == told(NEAR, CALENDAR)
    assert hook.rests == []


async def test_what_is_not_taken_is_sent_again_and_then_given_up(caplog: pytest.LogCaptureFixture):
    hook = Hook(500, AttemptFailed(Fault.CONNECT, "refused"), 302, 503)
    hook.notices.near(NEAR, CALENDAR)
    with caplog.at_level(logging.ERROR):
        await hook.sent()
    assert len(hook.bodies) == 4
    assert hook.rests == [1.0, 5.0, 30.0]
    assert "given up: the address answered 503" in caplog.text


async def test_it_is_enough_that_one_try_succeeds():
    hook = Hook(500, 200)
    hook.notices.near(NEAR, CALENDAR)
    await hook.sent()
    assert hook.rests == [1.0]


async def test_too_many_are_not_kept(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    monkeypatch.setattr(module, "_MOST", 1)
    hook = Hook(200)
    hook.notices.near(NEAR, CALENDAR)
    with caplog.at_level(logging.ERROR):
        hook.notices.near(NEAR, CALENDAR)
    assert "too many wait" in caplog.text
    await hook.sent()
    assert len(hook.bodies) == 1


async def test_nobody_is_told_where_nobody_is_named():
    notices = Notices(lambda: None)
    notices.near(NEAR, CALENDAR)
    assert notices._sender is None
    await notices.close()


async def test_it_ends_in_the_middle_of_a_wait():
    hook = Hook(500)
    notices = Notices(lambda: hook.post, lambda _: asyncio.Event().wait())
    notices.near(NEAR, CALENDAR)
    for _ in range(10):
        await asyncio.sleep(0)
    assert hook.bodies
    await asyncio.wait_for(notices.close(), 5)
