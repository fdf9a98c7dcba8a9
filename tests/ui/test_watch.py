"""The watch over the page's tests sees what it is there to see."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from support.browser import open_context
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("deed", "seen"),
    [
        ("location.href = 'http://127.0.0.1:9/'", "a request left for http://127.0.0.1:9/"),
        ("fetch('http://127.0.0.1:9/').catch(() => 0)", "Content Security Policy"),
        ("setTimeout('1')", "Content Security Policy"),
        ("document.body.insertAdjacentHTML('beforeend', '<b style=\"color: red\">x</b>')", "Content Security Policy"),
        (
            "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))",
            "Content Security Policy",
        ),
        ("console.error('something is wrong')", "something is wrong"),
        ("setTimeout(() => { throw new Error('nobody catches this') })", "nobody catches this"),
    ],
)
async def test_it_sees(browser: Browser, stage: Stage, deed: str, seen: str) -> None:
    context, watch = await open_context(browser, stage.url)
    page = await context.new_page()
    watch.allowed.append("401 (Unauthorized)")
    await page.goto(stage.url)
    await page.get_by_label("Key").wait_for()
    assert watch.faults == []
    await page.evaluate(f"() => {{ {deed} }}")
    await page.wait_for_timeout(300)
    await context.close()
    assert any(seen in fault for fault in watch.faults), watch.faults
