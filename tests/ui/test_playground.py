"""The playground: asking, comparing, stopping, citing, refusing, and a conversation that stays with who had it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from support.browser import Watch, open_context, sign_in, sign_out
from support.server import Server, freehold
from support.stage import IMAGE, SCRIPT, Stage
from support.upstream import SILENCE, Upstream, chunked, frames

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOME = "local/qwen3-8b"


@pytest_asyncio.fixture(loop_scope="session")
async def bench(signed_in: Page, stage: Stage) -> Page:
    """The playground as an admin finds it."""
    await signed_in.goto(f"{stage.url}/#/playground")
    await expect(signed_in.get_by_label("Ask", exact=True)).to_be_visible()
    return signed_in


async def ask(page: Page, text: str, model: str | None = None) -> Locator:
    """Ask, and give the answers to it."""
    if model is not None:
        await page.get_by_label("Ask", exact=True).select_option(model)
    turns = await page.locator(".turn").count()
    await page.get_by_label("Your question").fill(text)
    await page.get_by_label("Your question").press("Enter")
    return page.locator(".turn").nth(turns).get_by_role("article")


async def test_an_answer_comes_with_its_numbers_its_reason_and_its_story(bench: Page) -> None:
    answer = await ask(bench, "How many days of leave do I have?", HOME)
    await expect(answer).to_contain_text("27 days of paid leave")
    await expect(answer.locator(".numbers")).to_contain_text("First token")
    await expect(answer.locator(".numbers")).to_contain_text("$0")
    await expect(answer.locator(".why")).to_contain_text(HOME)
    await expect(answer.locator(".label")).to_have_text("internal")
    await expect(bench.get_by_label("Your question")).to_be_focused()
    await expect(bench.get_by_role("status").filter(has_text="has answered")).to_have_count(1)
    await answer.get_by_role("link", name="Why this answer").click()
    await expect(bench.get_by_role("heading", level=1)).to_contain_text("Request")


async def test_two_targets_answer_side_by_side(bench: Page) -> None:
    await bench.get_by_label("Ask", exact=True).select_option(HOME)
    await bench.get_by_label("Side by side with another").check()
    await bench.get_by_label("And ask").select_option("gpt-5")
    answers = await ask(bench, "What must be done before notice is given?")
    await expect(answers).to_have_count(2)
    await expect(answers.nth(0)).to_contain_text("27 days")
    await expect(answers.nth(1)).to_contain_text("works council")
    await expect(answers.nth(0).locator(".numbers dd").last).to_have_text("$0")
    await expect(answers.nth(1).locator(".numbers dd").last).to_contain_text("$0.0")


async def test_a_citation_opens_at_the_very_words(bench: Page) -> None:
    await bench.get_by_label("Documents").select_option("chosen")
    await bench.get_by_role("checkbox", name="handbook").check()
    answer = await ask(bench, "How many days of paid leave do employees have?", HOME)
    await answer.get_by_role("button", name="Source 1").click()
    dialog = bench.get_by_role("dialog")
    await expect(dialog.locator("mark")).to_have_text("Employees have 27 days of paid leave in each calendar year.")
    await expect(dialog.get_by_text("word for word")).to_be_visible()
    await expect(dialog).to_contain_text("The works council is heard")
    await bench.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(answer.get_by_role("button", name="Source 1")).to_be_focused()


async def test_who_may_not_is_told_who_may(bench: Page, watch: tuple[BrowserContext, Watch]) -> None:
    watch[1].allowed.append("403 (Forbidden)")
    await bench.get_by_label("Label").select_option("restricted")
    answer = await ask(bench, "What is her diagnosis?", "gpt-5")
    await expect(answer.get_by_role("heading", name="This may not go there")).to_be_visible()
    await expect(answer.get_by_role("button", name="Ask gpt-5")).to_have_count(0)
    await expect(answer.get_by_role("link", name="Why this answer")).to_be_visible()
    await answer.get_by_role("button", name=f"Ask {HOME}").click()
    await expect(answer).to_contain_text("27 days of paid leave")
    await expect(answer.locator(".label")).to_have_text("restricted")


async def test_what_fails_names_each_target_and_can_be_asked_again(
    bench: Page, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("502 (Bad Gateway)")
    answer = await ask(bench, "Is anybody there?", "spare-provider")
    await expect(answer.locator(".attempts")).to_contain_text("spare-provider")
    await expect(answer.get_by_role("button", name="Ask again")).to_be_visible()


async def test_what_a_model_says_is_never_taken_for_markup(bench: Page) -> None:
    hostile = f"{SCRIPT} {IMAGE} [press](javascript:alert(1)) ![see](https://evil.example/pixel.png) <b>bold</b>"
    answer = await ask(bench, hostile, "gpu-box/qwen3-32b")
    prose = answer.locator(".prose")
    await expect(prose).to_contain_text(SCRIPT)
    await expect(prose).to_contain_text(IMAGE)
    await expect(prose.locator("img, script, b")).to_have_count(0)
    [address] = [await link.get_attribute("href") for link in await prose.get_by_role("link").all()]
    assert address == "https://evil.example/pixel.png"
    await expect(prose.get_by_role("link")).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(prose).to_contain_text("(evil.example)")


async def test_a_conversation_outlives_a_reload_and_not_its_session(bench: Page, stage: Stage) -> None:
    answer = await ask(bench, "How many days of leave do I have?", HOME)
    await expect(answer.locator(".numbers")).to_be_visible()
    await bench.get_by_label("Your question").fill("And what of half a")
    await bench.reload()
    await expect(bench.get_by_role("article")).to_contain_text("27 days of paid leave")
    await expect(bench.get_by_label("Your question")).to_have_value("And what of half a")
    assert "leave" not in await bench.evaluate("JSON.stringify({...localStorage})")
    await sign_out(bench)
    assert await bench.evaluate("sessionStorage.length") == 0
    await sign_in(bench, stage.keys["admin"])
    await bench.goto(f"{stage.url}/#/playground")
    await expect(bench.get_by_role("heading", name="Ask something")).to_be_visible()


async def test_a_session_that_ends_while_one_types_loses_nothing(bench: Page, stage: Stage) -> None:
    await bench.get_by_label("Ask", exact=True).select_option(HOME)
    await bench.get_by_label("Your question").fill("How many days of")
    await bench.context.clear_cookies()
    await bench.get_by_label("Your question").press_sequentially(" leave?")
    await bench.get_by_label("Your question").press("Enter")
    dialog = bench.get_by_role("dialog", name="Sign in again")
    await dialog.get_by_label("Key").fill(stage.keys["admin"])
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(bench.locator(".asked")).to_contain_text("How many days of leave?")
    await expect(bench.get_by_role("article")).to_contain_text("27 days of paid leave")


async def test_a_new_conversation_begins_with_the_same_choices(bench: Page) -> None:
    await expect((await ask(bench, "One?", HOME)).locator(".numbers")).to_be_visible()
    await bench.get_by_role("button", name="New conversation").click()
    await expect(bench.get_by_role("article")).to_have_count(0)
    await expect(bench.get_by_label("Ask", exact=True)).to_have_value(HOME)


def delta(text: str) -> dict[str, object]:
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "slow",
            "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def slow(browser: Browser, tmp_path: Path) -> AsyncIterator[tuple[Page, Upstream]]:
    """The playground of a Freehold with one target that says a few words, and then nothing for ever."""
    async with Upstream(chunked(*frames(delta("It "), delta("begins")), SILENCE)) as upstream:
        config = f'[[target]]\nname = "slow"\nbase_url = "{upstream.url}"\nmodel = "slow"\nowned = true\n'
        config += '[[target]]\nname = "broken"\nprovider = "scripted"\nmodel = "break:This begins and"\n'
        with ExitStack() as running:
            server: Server = await asyncio.to_thread(running.enter_context, freehold(tmp_path, config))
            context, watching = await open_context(browser, server.url)
            watching.allowed.append("401 (Unauthorized)")
            page = await context.new_page()
            await page.goto(f"{server.url}/#/playground")
            await sign_in(page, server.key)
            await expect(page.get_by_label("Ask", exact=True)).to_be_visible()
            yield page, upstream
            await context.close()
            assert watching.faults == []
            await asyncio.to_thread(server.stop)


async def test_stopping_leaves_the_target_and_keeps_what_came(slow: tuple[Page, Upstream]) -> None:
    page, upstream = slow
    answer = await ask(page, "Begin, please.", "slow")
    await expect(answer.locator(".prose")).to_have_text("It begins")
    await page.get_by_role("button", name="Stop").click()
    await expect(answer).to_contain_text("Stopped; what had come is kept.")
    assert await upstream.left(within=5)
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
    broken = await ask(page, "Once more.", "broken")
    await expect(broken.get_by_role("heading", name="The answer broke off")).to_be_visible()
    await expect(broken.locator(".prose")).to_have_text("This begins and")


async def test_a_thumb_and_a_word_are_kept_beside_the_record(page: Page, stage: Stage) -> None:
    made = await asyncio.to_thread(stage.server.new_key, "one who consents", capture=True)
    await sign_in(page, made["key"])
    await page.goto(f"{stage.url}/#/playground")
    answer = await ask(page, "How many days of leave do I have?", HOME)
    good, bad = answer.get_by_role("button", name="Good answer"), answer.get_by_role("button", name="Bad answer")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "true")
    await bad.click()
    await expect(bad).to_have_attribute("aria-pressed", "true")
    await expect(good).to_have_attribute("aria-pressed", "false")
    await answer.get_by_label("What was good or bad about it?").fill(IMAGE)
    await answer.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("it is kept beside the record")).to_be_visible()
    address = await answer.get_by_role("link", name="Why this answer").get_attribute("href")
    path = f"/api/requests/{(address or '').rpartition('/')[2]}/feedback"
    [said] = (await asyncio.to_thread(stage.server.ask, "GET", path)).json["data"]
    assert (said["thumb"], said["comment"]) == (-1, IMAGE)
    await bad.click()
    await expect(bad).to_have_attribute("aria-pressed", "false")
    assert (await asyncio.to_thread(stage.server.ask, "GET", path)).json["data"] == []


async def test_a_models_name_is_text_whatever_it_is(bench: Page) -> None:
    rows = [{"id": IMAGE, "freehold": {"owned": True, "clearance": "internal", "kinds": ["chat"]}}]
    await bench.route("**/v1/models", lambda route: route.fulfill(json={"data": rows}))
    await bench.reload()
    await expect(bench.get_by_label("Ask", exact=True)).to_have_value(IMAGE)
    await expect(bench.locator("main img")).to_have_count(0)


async def test_a_key_that_may_ask_nothing_is_told_so(bench: Page) -> None:
    await bench.route("**/v1/models", lambda route: route.fulfill(json={"data": []}))
    await bench.reload()
    await expect(bench.get_by_role("heading", name="Your key may ask for no model")).to_be_visible()
