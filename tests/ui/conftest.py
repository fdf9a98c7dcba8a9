"""A real Freehold and a real Chromium, for tests that do what a person does. Both live as long as their worker does.

Playwright's own event loop would be in the way of every other asynchronous test, so these tests share one loop for the
whole session: each is ``async``, under ``pytestmark = pytest.mark.asyncio(loop_scope="session")``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from support.browser import Watch, chromium, launched, open_context, sign_in
from support.stage import Stage, staged


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has the browser, however many there are; without a browser, say what would bring one."""
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.xdist_group("browser"))
            if "browser" in getattr(item, "fixturenames", ()) and chromium() is None:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium; `apt-get install chromium` brings one"))


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A Freehold with two weeks behind it."""
    with staged(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """One Chromium."""
    async with launched(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def watch(browser: Browser, stage: Stage) -> AsyncIterator[tuple[BrowserContext, Watch]]:
    """A fresh context, and at the end of the test: nothing went wrong in it."""
    context, watching = await open_context(browser, stage.url)
    yield context, watching
    await context.close()
    assert watching.faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(watch: tuple[BrowserContext, Watch], stage: Stage) -> Page:
    """The page as a stranger finds it. Being told once that nobody is signed in is no fault."""
    context, watching = watch
    watching.allowed.append("401 (Unauthorized)")
    opened = await context.new_page()
    await opened.goto(stage.url)
    return opened


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(page: Page, stage: Stage) -> Page:
    """The page as an admin has it."""
    await sign_in(page, stage.keys["admin"])
    return page
