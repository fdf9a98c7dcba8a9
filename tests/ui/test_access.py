"""For everybody: with a screen reader, with the keyboard alone, on a narrow screen, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from support.browser import open_context, sign_in
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIEWS = Path(__file__).parents[2] / "src" / "freehold" / "ui" / "views" / "index.js"
PLACES = re.findall(r'place: "([a-z]+)"', VIEWS.read_text())
STORIES = ["requests:escalated", "requests:grounded", "requests:failed"]


async def arrive(page: Page, stage: Stage, view: str) -> None:
    """Open a view and wait until it stands still."""
    place, _, request = view.partition(":")
    address = f"{place}/{stage.requests[request]}" if request else place
    await page.goto(f"{stage.url}/#/{address}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.locator(".loading")).to_have_count(0, timeout=30_000)


async def faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical, and where."""
    found = await Axe().run(page)
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found.response["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_serious_on_any_view(browser: Browser, stage: Stage, theme: str) -> None:
    context, _ = await open_context(browser, stage.url, bypass_csp=True, color_scheme=theme)
    page = await context.new_page()
    await page.goto(stage.url)
    await expect(page.get_by_label("Key")).to_be_visible()
    found = {"signin": await faults(page)}
    await sign_in(page, stage.keys["admin"])
    for view in [*PLACES, *STORIES]:
        await arrive(page, stage, view)
        found[view] = await faults(page)
    await context.close()
    assert {view: some for view, some in found.items() if some} == {}


async def test_no_view_is_wider_than_a_phone(browser: Browser, stage: Stage) -> None:
    context, _ = await open_context(browser, stage.url, viewport={"width": 320, "height": 640})
    page = await context.new_page()
    await page.goto(stage.url)
    await expect(page.get_by_label("Key")).to_be_visible()
    widths = {"signin": await page.evaluate("document.documentElement.scrollWidth")}
    await page.get_by_label("Key").fill(stage.keys["admin"])
    await page.get_by_label("Key").press("Enter")
    for view in [*PLACES, *STORIES]:
        await arrive(page, stage, view)
        widths[view] = await page.evaluate("document.documentElement.scrollWidth")
    await context.close()
    assert {view: width for view, width in widths.items() if width > 320} == {}


async def test_the_menu_of_a_phone_opens_and_leads_on(browser: Browser, stage: Stage) -> None:
    context, _ = await open_context(browser, stage.url, viewport={"width": 360, "height": 720})
    page = await context.new_page()
    await page.goto(stage.url)
    await page.get_by_label("Key").fill(stage.keys["admin"])
    await page.get_by_label("Key").press("Enter")
    await page.get_by_role("button", name="Open the menu").click()
    await page.get_by_role("link", name="Requests", exact=True).click()
    await expect(page.get_by_role("heading", name="Requests", level=1)).to_be_visible()
    await expect(page.get_by_role("navigation", name="Views")).to_be_hidden()
    await context.close()


async def test_the_keyboard_alone_reaches_a_requests_story(page: Page, stage: Stage) -> None:
    await expect(page.get_by_label("Key")).to_be_focused()
    await page.keyboard.type(stage.keys["admin"])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Overview", level=1)).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await tab_to(page, "Requests", backwards=True)
    await page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="Requests", level=1)
    await expect(heading).to_be_focused()
    await expect(page.get_by_role("table", name="Requests")).to_be_visible()
    first = page.get_by_role("table", name="Requests").locator("tbody a").first
    for _ in range(20):
        if await first.evaluate("(link) => link === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=re.compile("^Request for "))).to_be_focused()


async def tab_to(page: Page, name: str, *, backwards: bool = False) -> None:
    """Press Tab until the link of this name has the focus."""
    link = page.get_by_role("navigation", name="Views").get_by_role("link", name=name, exact=True)
    for _ in range(20):
        if await link.evaluate("(link) => link === document.activeElement"):
            return
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"the keyboard does not reach {name}")


async def test_a_chosen_theme_holds_when_the_page_is_opened_again(signed_in: Page) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    light = await signed_in.evaluate(paper)
    await signed_in.get_by_role("radio", name="Dark").check()
    dark = await signed_in.evaluate(paper)
    assert dark != light
    await signed_in.reload()
    await expect(signed_in.get_by_role("radio", name="Dark")).to_be_checked()
    assert await signed_in.evaluate(paper) == dark
    await signed_in.get_by_role("radio", name="As the system has it").check()
    assert await signed_in.evaluate(paper) == light
