"""The list of requests as it goes on by itself, and one request opened as its story."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from support.browser import sign_in
from support.stage import IMAGE, SCRIPT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_new_request_appears_by_itself(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests?model=careful")
    rows = signed_in.get_by_role("table", name="Requests").get_by_role("row")
    await expect(rows.nth(1)).to_contain_text("careful")
    newest = stage.server.chat("A request while somebody looks.", "careful").headers["x-freehold-id"]
    await expect(signed_in.locator(f'a[href="#/requests/{newest}"]')).to_be_visible()


async def test_nothing_is_asked_while_the_list_is_paused(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests?model=careful")
    await expect(signed_in.get_by_role("table", name="Requests")).to_be_visible()
    await signed_in.get_by_role("button", name="Pause").click()
    missed = stage.server.chat("A request while nobody looks.", "careful").headers["x-freehold-id"]
    link = signed_in.locator(f'a[href="#/requests/{missed}"]')
    await signed_in.wait_for_timeout(3500)
    await expect(link).to_have_count(0)
    await signed_in.get_by_role("button", name="Go on").click()
    await expect(link).to_be_visible()


async def test_a_page_that_nobody_touches_falls_silent(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests")
    await expect(signed_in.get_by_role("table", name="Requests")).to_be_visible()
    asked: list[str] = []
    await signed_in.evaluate("Date.now = ((now) => () => now() + 2 * 3600e3)(Date.now)")  # two hours later
    signed_in.on("request", lambda request: asked.append(request.url))
    await signed_in.wait_for_timeout(3500)
    assert asked == []
    async with signed_in.expect_request(lambda request: "/api/requests" in request.url):
        await signed_in.mouse.move(300, 300)


async def test_filters_stay_in_the_address_and_are_cleared(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests")
    rows = signed_in.get_by_role("table", name="Requests").get_by_role("row")
    await signed_in.get_by_label("Ending").select_option("failed")
    await expect(signed_in).to_have_url(re.compile("ending=failed"))
    await expect(rows.nth(1)).to_contain_text("failed")
    await expect(rows.filter(has_text="completed")).to_have_count(0)
    await signed_in.reload()
    await expect(signed_in.get_by_label("Ending")).to_have_value("failed")
    await expect(rows.filter(has_text="completed")).to_have_count(0)
    await signed_in.get_by_label("Label").fill("public;nowhere")
    await expect(signed_in.get_by_role("heading", name="Nothing fits")).to_be_visible()
    await signed_in.get_by_role("button", name="Clear").click()
    await expect(rows.filter(has_text="completed").first).to_be_visible()


async def test_older_requests_follow(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests")
    rows = signed_in.get_by_role("table", name="Requests").get_by_role("row")
    await expect(rows.nth(50)).to_be_visible()
    before = await rows.count()
    await signed_in.get_by_role("button", name="Show older requests").click()
    await expect(rows.nth(before + 49)).to_be_visible()


async def test_more_than_came_at_once_leaves_no_gap(signed_in: Page, stage: Stage) -> None:
    first = stage.server.ask("GET", "/api/requests?limit=1").json["data"][0]
    latest = {**first, "id": "fh_latest", "started": "2090-01-01T00:00:00.000Z"}
    cursors: list[str] = []

    async def much(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        if "newer_than" in query:
            await route.fulfill(json={"data": [latest], "next": "3786912000000000000.fh_latest", "newest": "1.newest"})
        else:
            cursors.extend(query.get("cursor", []))
            await route.continue_()

    await signed_in.route("**/api/requests?*", much)
    await signed_in.goto(f"{stage.url}/#/requests")
    rows = signed_in.get_by_role("table", name="Requests").get_by_role("row")
    await expect(rows.nth(50)).to_be_visible()
    await expect(rows).to_have_count(2)
    await signed_in.get_by_role("button", name="Show older requests").click()
    await expect(rows.nth(50)).to_be_visible()
    assert cursors == ["3786912000000000000.fh_latest"]


async def test_an_older_page_that_comes_late_is_in_no_other_list(signed_in: Page, stage: Stage) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        if "cursor=" in route.request.url:
            asked.set()
            await go_on.wait()
        await route.continue_()

    await signed_in.route("**/api/requests?*", late)
    await signed_in.goto(f"{stage.url}/#/requests")
    await signed_in.get_by_role("button", name="Show older requests").click()
    await asyncio.wait_for(asked.wait(), 10)
    await signed_in.get_by_label("Ending").select_option("failed")
    rows = signed_in.get_by_role("table", name="Requests").get_by_role("row")
    await expect(rows.filter(has_text="completed")).to_have_count(0)
    go_on.set()
    await signed_in.wait_for_timeout(500)
    await expect(rows.nth(1)).to_contain_text("failed")
    await expect(rows.filter(has_text="completed")).to_have_count(0)


async def test_a_request_tells_its_story(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests/{stage.requests['escalated']}")
    story = signed_in.locator("ol.story > li")
    await expect(story).to_have_count(6)
    await expect(story.nth(0)).to_contain_text("confidentialeu")
    await expect(story.nth(0)).to_contain_text("from what guards found (personal data)")
    await expect(story.nth(1)).to_contain_text("email in messages[0].parts[0].text, by rfc5321 label raised")
    await expect(story.nth(2)).to_contain_text("spare-provider it may see internal, not confidential;eu clearance")
    await expect(story.nth(3)).to_contain_text("Asked gpu-box/qwen3-32b")
    await expect(story.nth(3)).to_contain_text("timeout")
    await expect(story.nth(4)).to_contain_text("not good enoughconfidence 61%")
    await expect(story.nth(5)).to_contain_text("this is the answerescalated: local/qwen3-8b: 0.61 is below 0.80")
    await expect(story.nth(5)).to_contain_text("pseudonyms: 1 email")
    await expect(story.nth(5)).to_contain_text("$0.0049")


async def test_a_grounded_answer_shows_its_passages_and_leads_to_them(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests/{stage.requests['grounded']}")
    grounded = signed_in.locator("ol.story > li").filter(has_text="Grounded in handbook")
    await expect(grounded.get_by_role("listitem").first).to_contain_text("cited")
    link = grounded.get_by_role("link", name="Leave").first
    assert re.search(
        r"#/knowledge/handbook/documents/[^?]+\?version=1&start=\d+&end=\d+", await link.get_attribute("href") or ""
    )


async def test_a_refused_request_says_who_might_not_and_why(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests/{stage.requests['forbidden']}")
    await expect(signed_in.get_by_text("label_forbidden", exact=False)).to_be_visible()
    await expect(signed_in.get_by_text("refused", exact=True)).to_be_visible()


async def test_a_thumb_is_kept_and_taken_back(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests/{stage.requests['personal']}")
    good = signed_in.get_by_role("button", name="Good answer")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "true")
    await signed_in.reload()
    await expect(good).to_have_attribute("aria-pressed", "true")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "false")


async def test_what_another_key_thinks_is_shown_and_is_not_ones_own(signed_in: Page, stage: Stage) -> None:
    key = stage.server.new_key("of an opinion")["key"]
    asked = stage.server.chat("What do others think?", "careful", key=key).headers["x-freehold-id"]
    stage.server.ask("POST", f"/api/requests/{asked}/feedback", {"thumb": 1}, key=key)
    await signed_in.goto(f"{stage.url}/#/requests/{asked}")
    await expect(signed_in.get_by_text("Good", exact=True)).to_be_visible()
    good = signed_in.get_by_role("button", name="Good answer")
    await expect(good).to_have_attribute("aria-pressed", "false")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "true")
    await expect(signed_in.get_by_text("Good", exact=True)).to_have_count(2)


async def test_a_viewer_is_offered_no_thumb_for_what_others_asked(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["viewer"])
    await page.goto(f"{stage.url}/#/requests/{stage.requests['escalated']}")
    await expect(page.locator("ol.story > li").first).to_be_visible()
    await expect(page.get_by_role("button", name="Good answer")).to_have_count(0)


async def test_names_that_are_programs_are_shown_as_text(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/requests?model={IMAGE}")
    await expect(signed_in.get_by_role("table", name="Requests").get_by_text(IMAGE).first).to_be_visible()
    await signed_in.goto(f"{stage.url}/#/requests/{stage.requests['hostile']}")
    await expect(signed_in.get_by_role("heading", level=1)).to_have_text(f"Request for {IMAGE}")
    await signed_in.goto(f"{stage.url}/#/requests/{stage.requests['garden']}")
    await expect(signed_in.get_by_role("link", name=SCRIPT)).to_be_visible()
    for view in ("overview", "keys", "knowledge"):
        await signed_in.goto(f"{stage.url}/#/{view}")
        await expect(signed_in.get_by_role("heading", level=1)).to_be_visible()
    assert await signed_in.locator("main img, main script").count() == 0


async def test_a_person_sees_their_own_requests_alone(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["user"])
    await page.goto(f"{stage.url}/#/requests")
    rows = page.get_by_role("table", name="Requests").locator("tbody tr")
    await expect(rows).to_have_count(1)
    await rows.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Who might answer")).to_be_visible()


async def test_anothers_request_is_not_there(page: Page, stage: Stage, watch: object) -> None:
    watch[1].allowed.append("404 (Not Found)")  # type: ignore[index]
    await sign_in(page, stage.keys["user"])
    await page.goto(f"{stage.url}/#/requests/{stage.requests['escalated']}")
    await expect(page.get_by_role("heading", name="There is no such request")).to_be_visible()
