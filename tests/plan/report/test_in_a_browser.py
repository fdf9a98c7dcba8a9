"""The report as a person has it: on a screen, on a phone, in the dark, on paper, and with a screen reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Request

from freehold.plan.report.html import html
from support.plans import moderate

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("report") / "report.html"
    written.write_text(html(moderate()), encoding="utf-8")
    return written


async def opened(reader: Browser, file: Path, **context: Any) -> tuple[Page, list[str]]:
    """The report, and every request and complaint beyond the file itself."""
    page = await reader.new_page(**{"viewport": {"width": 1000, "height": 900}, **context})
    faults: list[str] = []

    def sees(request: Request) -> None:
        if request.url.split("#")[0] != file.as_uri():
            faults.append(request.url)

    page.on("request", sees)
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto(file.as_uri())
    return page, faults


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 320])
async def test_nothing_is_asked_for_and_axe_finds_nothing(reader: Browser, file: Path, theme: str, width: int) -> None:
    page, faults = await opened(reader, file, color_scheme=theme, viewport={"width": width, "height": 900})
    await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    found = await Axe().run(page)
    assert found.response["violations"] == []
    assert faults == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.close()


async def test_a_phone_and_a_screen_have_each_their_own_plot(reader: Browser, file: Path) -> None:
    page, _ = await opened(reader, file)
    assert await page.locator("#volume-720-title").evaluate("(each) => each.closest('.plot > div').checkVisibility()")
    await page.set_viewport_size({"width": 340, "height": 800})
    assert not await page.locator("#volume-720-title").evaluate(
        "(each) => each.closest('.plot > div').checkVisibility()"
    )
    assert await page.locator("#volume-340-title").evaluate("(each) => each.closest('.plot > div').checkVisibility()")
    await page.close()


async def test_a_figure_leads_to_its_input_by_keyboard(reader: Browser, file: Path) -> None:
    page, _ = await opened(reader, file)
    summary = page.locator(".ranking summary").first
    await summary.focus()
    await page.keyboard.press("Enter")
    link = page.locator(".ranking details[open] a[href^='#input-']").first
    assert await link.is_visible()
    target = await link.get_attribute("href")
    await link.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_function("(hash) => location.hash === hash", arg=target)
    assert await page.locator("tr:target").is_visible()
    await page.close()


async def test_paper_shows_what_is_folded_away(reader: Browser, file: Path) -> None:
    page, _ = await opened(reader, file)
    formula = page.locator(".formula").first
    assert not await formula.is_visible()
    await page.emulate_media(media="print", color_scheme="dark")
    assert (await formula.bounding_box() or {"height": 0})["height"] > 0
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(25, 29, 27)"
    await page.close()
