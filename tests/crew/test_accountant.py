"""A hand's requests are counted by the first's accountant, and what a hand leaves behind is given back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from freehold.core.errors import BudgetSpent, RateLimited
from freehold.core.limits import Allowance, Claim, Entry, Quota, Receipt
from freehold.crew.accountant import RemoteAccountant
from support.crew import Crew, a_crew, settled, until

ENTRY = Entry("fh_1", "key_a", None, "auto", 10)
CLAIM = Claim("fh_1", "key_a", None, "auto", 77, ())
RECEIPT = Receipt("fh_1", "key_a", None, "auto", 77, tokens=5)


@pytest.fixture
async def crew(tmp_path: Path) -> AsyncIterator[Crew]:
    async with a_crew(tmp_path) as made:
        yield made


async def test_a_request_is_counted_held_and_settled(crew: Crew) -> None:
    accountant = RemoteAccountant(crew.line)
    assert (await accountant.begin(ENTRY)).requests == Quota(10, 9, 60.0)
    assert (await accountant.reserve(CLAIM)).amount == 5
    accountant.end(RECEIPT)
    await settled()
    assert (crew.accountant.begun, crew.accountant.held, crew.accountant.ended) == (["fh_1"], {}, [RECEIPT])


async def test_refusals_come_with_all_that_they_say(crew: Crew) -> None:
    accountant, allowance = RemoteAccountant(crew.line), Allowance(requests=Quota(1, 0, 9.0))
    crew.accountant.refuses = RateLimited("too many", retry_after=9.0, allowance=allowance)
    with pytest.raises(RateLimited, match="too many") as limited:
        await accountant.begin(ENTRY)
    assert (limited.value.retry_after, limited.value.allowance) == (9.0, allowance)
    crew.accountant.refuses = BudgetSpent("spent", renews="2027-01-01")
    with pytest.raises(BudgetSpent, match="spent") as spent:
        await accountant.reserve(CLAIM)
    assert spent.value.renews == "2027-01-01"


async def test_a_request_that_cannot_be_told_of_fails_alone(crew: Crew) -> None:
    accountant = RemoteAccountant(crew.line)
    huge = asyncio.create_task(accountant.begin(Entry("fh_2", "key_a", None, "auto", 10**25)))
    plain = asyncio.create_task(accountant.begin(ENTRY))
    await asyncio.wait_for(plain, 5)
    with pytest.raises(ValueError, match="serialize"):
        await huge


async def test_only_what_has_a_limit_is_asked_about() -> None:
    accountant = RemoteAccountant(None)  # type: ignore[arg-type]  # nothing is said
    assert not accountant.governs("key_a", None, "auto", ["home"])
    for subject in (("key", "key_a"), ("team", "law"), ("route", "auto"), ("target", "home")):
        accountant.governed([subject])
        assert accountant.governs("key_a", "law", "auto", ["away", "home"])
        assert not accountant.governs("key_b", None, "other", ["away"])


async def test_who_leaves_while_money_is_held_back_holds_nothing(crew: Crew) -> None:
    accountant = RemoteAccountant(crew.line)
    crew.accountant.hurdle = asyncio.Event()
    asking = asyncio.create_task(accountant.reserve(CLAIM))
    await settled()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    accountant.end(RECEIPT)  # as the stage does whose request it is
    await until(lambda: crew.accountant.ended == [RECEIPT])
    crew.accountant.hurdle.set()
    await settled()
    assert crew.accountant.held == {}


async def test_a_dead_hand_holds_no_money(crew: Crew) -> None:
    accountant = RemoteAccountant(crew.line)
    await accountant.begin(ENTRY)
    await accountant.reserve(CLAIM)
    assert crew.accountant.held == {"fh_1": 5}
    await crew.hang_up()
    assert crew.accountant.held == {}
    assert crew.accountant.ended == [Receipt("fh_1", "key_a", None, "auto", 77)]
