"""The page as a person has it: on a screen, on a phone, in the dark, on paper, and with a screen reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.html import html
from freehold.evaluate.report.rules.grammar import parse
from freehold.evaluate.report.rules.verdict import judge
from support.evaluations import run_data

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("evaluation") / "evaluation.html"
    runs = [run_data("closed", right=0.9), run_data("local/open-model-with-a-long-name-4b", right=0.7, seed=2)]
    found = compare(runs)
    written.write_text(html(found, judge(found, [parse("quality < 0.9"), parse("cost > 2x")])), encoding="utf-8")
    return written


async def opened(reader: Browser, file: Path, width: int = 1000, theme: str = "light") -> tuple[Page, list[str]]:
    """The page, and every request and complaint beyond the file itself."""
    page = await reader.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    faults: list[str] = []
    page.on("request", lambda request: faults.append(request.url) if request.url != file.as_uri() else None)
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto(file.as_uri())
    return page, faults


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 320])
async def test_nothing_is_asked_for_and_axe_finds_nothing(reader: Browser, file: Path, theme: str, width: int) -> None:
    page, faults = await opened(reader, file, width, theme)
    await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    found = await Axe().run(page)
    assert found.response["violations"] == []
    assert faults == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.close()


async def test_no_column_is_cut_off_on_a_screen(reader: Browser, file: Path) -> None:
    page, _ = await opened(reader, file, 1200)
    cut = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.ariaLabel)"
    assert await page.locator(".table").evaluate_all(cut) == []
    await page.close()


async def test_a_case_opens_by_keyboard(reader: Browser, file: Path) -> None:
    page, _ = await opened(reader, file)
    await page.locator("#cases ~ details > summary").first.focus()
    await page.keyboard.press("Enter")
    case = page.locator(".cases summary").first
    await case.focus()
    await page.keyboard.press("Enter")
    assert await page.locator(".cases details[open] dd").first.is_visible()
    await page.close()


async def test_paper_shows_the_cases(reader: Browser, file: Path) -> None:
    page, _ = await opened(reader, file)
    answer = page.locator(".cases pre").first
    assert not await answer.is_visible()
    await page.emulate_media(media="print", color_scheme="dark")
    assert (await answer.bounding_box() or {"height": 0})["height"] > 0
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(25, 29, 27)"
    await page.close()
