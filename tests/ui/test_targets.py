"""Targets and routes: what can answer, the way of each route, and who would answer a question."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from playwright.async_api import Route as AskedRoute

from support.browser import sign_in
from support.stage import SCRIPT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_target_says_what_it_may_see_and_takes(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/targets")
    rows = signed_in.get_by_role("table", name="Targets").get_by_role("row")
    away = rows.filter(has_text="gpt-5")
    await expect(away).to_contain_text("internal")
    await expect(away).to_contain_text("$1.25 in $10.00 out")
    await expect(away).to_contain_text("outside")
    home = rows.filter(has_text="gpu-box/qwen3-32b")
    await expect(home).to_contain_text("confidentialeu")
    await expect(home).to_contain_text("Apache-2.0")


async def test_a_route_is_drawn_as_its_way(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/targets")
    route = signed_in.get_by_role("listitem").filter(has=signed_in.get_by_role("heading", name="auto", exact=True))
    await expect(route).to_contain_text("cascade")
    assert await route.locator(".stop").all_text_contents() == ["local/qwen3-8b", "gpt-5"]


async def test_a_promise_is_told_with_what_it_rests_on(signed_in: Page, stage: Stage) -> None:
    promise = {
        "said": "local/qwen3-8b is kept at a chance of at least 0.87",
        "state": "active",
        "observed": 0.01,
        "bound": 0.018,
        "escalated": 0.33,
        "stronger": "gpt-5",
        "assumptions": ["The scorer is right."],
    }

    async def with_promise(asked: AskedRoute) -> None:
        told = await (await asked.fetch()).json()
        await asked.fulfill(json={"data": [{**row, "promise": promise} for row in told["data"]]})

    await signed_in.route("**/api/routes", with_promise)
    await signed_in.goto(f"{stage.url}/#/targets")
    route = signed_in.get_by_role("listitem").filter(has=signed_in.get_by_role("heading", name="auto", exact=True))
    await expect(route).to_contain_text("kept at a chance of at least 0.87")
    await expect(route).not_to_contain_text("Kept is what has")
    await route.locator("summary").click()
    await expect(route.get_by_text("The scorer is right.")).to_be_visible()
    await expect(route).to_contain_text("33% went to gpt-5")


async def test_explain_names_who_may_not_and_why(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/targets")
    await signed_in.get_by_label("A question").fill(f"Write to ada.lovelace@example.org {SCRIPT}")
    await signed_in.get_by_label("Asked of").select_option("outside")
    await signed_in.get_by_label("Label", exact=True).select_option("restricted")
    await signed_in.get_by_role("button", name="Explain").click()
    found = signed_in.locator(".explained")
    await expect(found).to_contain_text("may not flow to")
    await expect(found.get_by_role("listitem").filter(has_text="gpt-5")).to_contain_text("above clearance internal")
    await expect(found.get_by_role("listitem").filter(has_text="email").last).to_contain_text("raises the label")
    await signed_in.get_by_label("Asked of").select_option("auto")
    await signed_in.get_by_role("button", name="Explain").click()
    await expect(found).to_contain_text("Asked first")
    await expect(found.locator("dd").filter(has_text="local/qwen3-8b")).to_be_visible()


async def test_the_configuration_is_read_again_when_that_is_confirmed(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["operator"])
    await page.goto(f"{stage.url}/#/targets")
    await page.get_by_role("button", name="Reload the configuration").click()
    await page.get_by_role("dialog").get_by_role("button", name="Reload", exact=True).click()
    await expect(page.get_by_text("its revision is")).to_be_visible()


async def test_a_users_key_sees_its_routes_alone(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["user"])
    await page.goto(f"{stage.url}/#/targets")
    await expect(page.get_by_role("heading", name="auto", exact=True)).to_be_visible()
    await expect(page.get_by_role("table", name="Targets")).to_have_count(0)
    await expect(page.get_by_role("button", name="Reload the configuration")).to_have_count(0)
