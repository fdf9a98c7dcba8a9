"""Two answers without names: nothing tells whose they are until it has been said which is better."""

from __future__ import annotations

import asyncio
import re

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, Page, expect

from support.browser import Watch
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOME, AWAY = "local/qwen3-8b", "gpt-5"


@pytest_asyncio.fixture(loop_scope="session")
async def blind(signed_in: Page, stage: Stage) -> Page:
    """The playground, about to ask two targets blind."""
    await signed_in.goto(f"{stage.url}/#/playground")
    await signed_in.get_by_label("Ask", exact=True).select_option(HOME)
    await signed_in.get_by_label("Side by side with another").check()
    await signed_in.get_by_label("And ask").select_option(AWAY)
    await signed_in.get_by_label("Blind").check()
    return signed_in


async def ask(page: Page, text: str = "What must be done before notice is given?") -> Locator:
    turns = await page.locator(".turn").count()
    await page.get_by_label("Your question").fill(text)
    await page.get_by_label("Your question").press("Enter")
    return page.locator(".turn").nth(turns)


async def test_names_times_and_costs_come_with_the_vote(blind: Page, stage: Stage) -> None:
    turn = await ask(blind)
    left, right = turn.get_by_role("article", name="Left answer"), turn.get_by_role("article", name="Right answer")
    ballot = turn.get_by_role("group", name="Which answer is better?")
    await expect(ballot.get_by_role("button", name="Left is better")).to_be_enabled()
    shown = await turn.inner_text()
    assert not re.search(r"qwen|gpt|First token|\$|Why this answer|internal", shown), shown
    home_is_left = "27 days" in await left.inner_text()
    await expect(right).to_contain_text("works council" if home_is_left else "27 days")
    said = blind.get_by_role("status").filter(has_text="Left answer has answered")
    await expect(said).to_have_count(1)
    await expect(blind.get_by_role("status").filter(has_text=re.compile("qwen|gpt-5"))).to_have_count(0)
    await ballot.get_by_role("button", name="Left is better").press("Enter")
    names = (HOME, AWAY) if home_is_left else (AWAY, HOME)
    told = turn.get_by_text(f"You found {names[0]} better than {names[1]}.")
    await expect(told).to_be_focused()
    await expect(turn.get_by_role("article", name=f"Answer of {names[0]}")).to_contain_text("First token")
    votes = (await asyncio.to_thread(stage.server.ask, "GET", "/api/eval/arena/votes?limit=1")).json["data"]
    [vote] = votes
    assert (vote["choice"], vote["left"]["subject"], vote["right"]["subject"]) == ("left", *names)
    assert vote["left"]["style"]["length"] > 20
    await blind.reload()
    await expect(blind.get_by_text(f"You found {names[0]} better than {names[1]}.")).to_be_visible()


async def test_it_can_be_told_without_a_vote(blind: Page) -> None:
    turn = await ask(blind)
    await turn.get_by_role("button", name="Tell me without a vote").click()
    await expect(turn.get_by_text("no vote was given")).to_be_visible()
    await expect(turn.get_by_role("group", name="Which answer is better?")).to_have_count(0)


async def test_both_orders_come_and_each_is_told_its_own_side(blind: Page) -> None:
    script = """async () => {
      const { shuffled, looked, hidden } = await import('/ui/views/playground/blind.js');
      const { messages } = await import('/ui/views/playground/conversation.js');
      const answer = (model, text) => ({ model, text, state: 'done' });
      const turns = [
        { id: 1, prompt: 'one?', blind: hidden(true), answers: [answer('a', 'of a'), answer('b', 'of b')] },
        { id: 2, prompt: 'two?', blind: hidden(true), answers: [answer('b', ''), answer('a', '')] },
      ];
      return {
        orders: [0, 1].map((random) => shuffled(['a', 'b'], random).join('')),
        told: [0, 1].map((lane) => messages({ system: '', turns }, lane)[1].content),
        failed: looked({ ...turns[0], answers: [{ state: 'failed' }, { state: 'streaming' }] }).blind.shown,
      };
    }"""
    found = await blind.evaluate(script)
    assert found == {"orders": ["ab", "ba"], "told": ["of b", "of a"], "failed": True}


async def test_a_vote_that_cannot_be_kept_keeps_the_answers_nameless(
    blind: Page, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("503")
    error = {"error": {"message": "the vote cannot be kept: the disk is full", "type": "unavailable"}}
    await blind.route("**/api/eval/arena/votes", lambda route: route.fulfill(status=503, json=error))
    turn = await ask(blind)
    await turn.get_by_role("button", name="Both as good").click()
    await expect(turn.get_by_role("alert")).to_contain_text("the disk is full")
    await expect(turn.get_by_role("article", name="Left answer")).to_be_visible()


async def test_one_target_beside_itself_is_not_asked_blind(blind: Page) -> None:
    await blind.get_by_label("And ask").select_option(HOME)
    await expect(blind.get_by_label("Blind")).to_have_count(0)
    turn = await ask(blind)
    await expect(turn.get_by_role("article", name=f"Answer of {HOME}")).to_have_count(2)
