"""The door of the page: in with a key, out again, in once more when a session has ended."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, expect

from support.browser import Watch, sign_in, sign_out
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENTER = """(key) => fetch('/api/session', {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ key }),
}).then((answer) => answer.status)"""


async def test_a_key_opens_the_page_and_is_kept_nowhere(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["admin"])
    await expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    kept = await page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
    )
    assert stage.keys["admin"] not in kept
    assert stage.keys["admin"] not in await page.content()
    [cookie] = [each for each in await page.context.cookies() if "freehold" in each["name"]]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    await page.reload()
    await expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()


async def test_a_wrong_key_is_told_so_and_stays_outside(page: Page) -> None:
    await page.get_by_label("Key").fill("fh-not-a-key-of-this-place")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("This key is not known here")).to_be_visible()
    await expect(page.get_by_role("navigation")).to_have_count(0)


async def test_an_empty_key_is_not_sent(page: Page) -> None:
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("Put your key in first.")).to_be_visible()


async def test_who_has_no_key_is_told_how_to_get_one(page: Page) -> None:
    await page.get_by_text("I have no key").click()
    await expect(page.get_by_text("freehold keys create --name me --admin")).to_be_visible()


async def test_signing_out_ends_the_session(signed_in: Page, stage: Stage) -> None:
    cookies = await signed_in.context.cookies()
    await sign_out(signed_in)
    await signed_in.context.add_cookies(cookies)  # what somebody copied meanwhile
    await signed_in.goto(stage.url)
    await expect(signed_in.get_by_role("heading", name="Sign in to Freehold")).to_be_visible()


async def test_a_session_that_ends_is_taken_up_where_it_was(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests")
    await expect(signed_in.get_by_role("table", name="Requests")).to_be_visible()
    label = signed_in.get_by_label("Label")
    await label.press_sequentially("confi")
    await signed_in.context.clear_cookies()
    await label.press_sequentially("dential;eu")
    dialog = signed_in.get_by_role("dialog", name="Sign in again")
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("Key").fill(stage.keys["admin"])
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(dialog).to_have_count(0)
    await expect(label).to_have_value("confidential;eu")
    await expect(signed_in.get_by_role("table", name="Requests").get_by_role("row").nth(1)).to_contain_text(
        "confidential"
    )


async def test_another_persons_key_begins_anew(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests")
    await expect(signed_in.get_by_role("table", name="Requests")).to_be_visible()
    await signed_in.context.clear_cookies()
    dialog = signed_in.get_by_role("dialog", name="Sign in again")
    await dialog.get_by_label("Key").fill(stage.keys["user"])
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(dialog).to_have_count(0)
    await expect(signed_in.get_by_text("What your key has asked, newest first")).to_be_visible()


async def test_a_session_that_has_ended_can_be_left(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/keys")
    await expect(signed_in.get_by_role("table", name="Keys")).to_be_visible()
    await signed_in.context.clear_cookies()
    await sign_out(signed_in)


async def test_a_person_who_signed_in_beside_it_finds_nothing_of_another(
    signed_in: Page, watch: tuple[BrowserContext, Watch], stage: Stage
) -> None:
    context, watching = watch
    watching.allowed.append("403 (Forbidden)")
    await signed_in.goto(f"{stage.url}/#/targets")
    await signed_in.get_by_label("A question").fill("What only an admin would ask")
    beside = await context.new_page()
    await beside.goto(stage.url)
    # In one step: had the session ended in between, the first page would have asked for a key before anybody clicks.
    entered = await beside.evaluate(ENTER, stage.keys["user"])
    assert entered == 200
    async with signed_in.expect_event("load"):
        await signed_in.get_by_role("button", name="Explain").click()
    await expect(signed_in.get_by_label("A question")).to_have_value("")
    await expect(signed_in.locator(".who")).to_contain_text("front desk")


async def test_each_role_sees_what_it_may(page: Page, stage: Stage) -> None:
    new = page.get_by_role("button", name="New key")
    for role, may in (("user", False), ("viewer", False), ("admin", True)):
        await sign_in(page, stage.keys[role])
        await page.goto(f"{stage.url}/#/keys")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator(".loading")).to_have_count(0)
        await expect(new).to_have_count(int(may))
        await sign_out(page)


async def test_a_change_without_the_pages_token_is_refused(
    signed_in: Page, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("403 (Forbidden)")
    status = await signed_in.evaluate("fetch('/api/reload', {method: 'POST'}).then((answer) => answer.status)")
    assert status == 403
