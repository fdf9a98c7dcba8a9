"""Behind the first view of each place, for everybody: axe finds nothing serious, and a phone is wide enough."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from support.browser import open_context
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 320, "height": 640}


async def look(page: Page, name: str, found: dict[str, list[str]]) -> None:
    """Note what is serious in what is shown now, and whether it is wider than its window."""
    await expect(page.locator(".loading")).to_have_count(0)
    report = await Axe().run(page)
    serious = [each for each in report.response["violations"] if each["impact"] in ("serious", "critical")]
    faults = [f"{each['id']}: {node['html'][:120]}" for each in serious for node in each["nodes"]]
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("wider than the window")
    if faults:
        found[name] = faults


async def chat(page: Page, found: dict[str, list[str]]) -> None:
    """A conversation with two answers beside each other, one of them refused, and a source opened."""
    fold = page.locator(".folded > summary")
    if await fold.is_visible():
        await fold.click()
    await page.get_by_label("Documents").select_option("chosen")
    await page.get_by_role("checkbox", name="handbook").check()
    await page.get_by_label("Ask", exact=True).select_option("local/qwen3-8b")
    await page.get_by_label("Side by side with another").check()
    await page.get_by_label("And ask").select_option("spare-provider")
    await page.get_by_label("Your question").fill("How many days of paid leave do employees have?")
    await page.get_by_label("Your question").press("Enter")
    await expect(page.get_by_role("button", name="Source 1")).to_be_visible()
    await expect(page.get_by_role("button", name="Ask again")).to_be_visible()
    await expect(page.locator(".numbers")).to_have_count(1)
    await look(page, "conversation", found)
    await page.get_by_role("button", name="Source 1").click()
    await expect(page.locator("dialog mark")).to_be_visible()
    await look(page, "passage", found)


async def tend(page: Page, found: dict[str, list[str]]) -> None:
    """A collection with a search, a document, and the dialogs."""
    await page.get_by_label("What to find").fill("leave")
    await page.get_by_label("What to find").press("Enter")
    await expect(page.locator(".hit").first).to_be_visible()
    await look(page, "collection", found)
    await page.get_by_role("button", name="Label and groups", exact=True).click()
    await look(page, "defaults", found)
    await page.keyboard.press("Escape")
    await page.get_by_role("table").get_by_role("link").first.click()
    await expect(page.locator(".document-words")).to_be_visible()
    await look(page, "document", found)
    await page.get_by_role("button", name="Remove", exact=True).click()
    await look(page, "removal", found)


async def explain(page: Page, found: dict[str, list[str]]) -> None:
    await page.get_by_label("A question").fill("Write to ada.lovelace@example.org")
    await page.get_by_role("button", name="Explain").click()
    await expect(page.locator(".explained")).to_be_visible()
    await look(page, "explained", found)


async def keep(page: Page, found: dict[str, list[str]]) -> None:
    """The form of a key, and a key."""
    await page.get_by_role("button", name="New key").click()
    dialog = page.get_by_role("dialog")
    for fold in ("Limits", "Documents, time and consent"):
        await dialog.get_by_text(fold, exact=True).click()
    await dialog.get_by_label("May ask").select_option("some")
    await dialog.get_by_label("Budget, in US dollars").fill("25")
    await look(page, "new key", found)
    await dialog.get_by_role("button", name="Cancel").click()
    await page.get_by_role("table", name="Keys").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", name="Use", exact=True)).to_be_visible()
    await look(page, "key", found)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_stands_behind_the_first_views(browser: Browser, stage: Stage, theme: str) -> None:
    """In the dark on a phone, in the light on a screen."""
    more = {"viewport": PHONE} if theme == "dark" else {}
    context, _ = await open_context(browser, stage.url, bypass_csp=True, color_scheme=theme, **more)
    page = await context.new_page()
    found: dict[str, list[str]] = {}
    await page.goto(f"{stage.url}/#/playground")
    await expect(page.get_by_label("Key")).to_be_visible()
    await page.get_by_label("Key").fill(stage.keys["admin"])
    await page.get_by_label("Key").press("Enter")
    await expect(page.get_by_label("Your question")).to_be_visible()
    for place, walk in (("playground", chat), ("knowledge/handbook", tend), ("targets", explain), ("keys", keep)):
        await page.goto(f"{stage.url}/#/{place}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await walk(page, found)
    await context.close()
    assert found == {}
