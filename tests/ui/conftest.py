"""A real Freehold and a real Chromium, for tests that do what a person does. Both live as long as their worker does.

Playwright's own event loop would be in the way of every other asynchronous test, so these tests share one loop for the
whole session: each is ``async``, under ``pytestmark = pytest.mark.asyncio(loop_scope="session")``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, async_playwright, expect

from support.stage import Stage, staged

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")  # fmt: skip
_PATIENCE_MS = 15_000


def chromium() -> str | None:
    """Where the system's Chromium is; `None` where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


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
    expect.set_options(timeout=_PATIENCE_MS)
    home = tmp_path_factory.mktemp("browser")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=chromium(), args=_FLAGS, env={**os.environ, "HOME": str(home)}
        )
        yield launched
        await launched.close()


@dataclass
class Watch:
    """What went wrong in a browser while nobody looked. `allowed`: parts of console errors that a test expects."""

    origin: str
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def hears(self, message: ConsoleMessage) -> None:
        """A word on the console."""
        if message.type in ("error", "warning") and not any(part in message.text for part in self.allowed):
            self.faults.append(f"console {message.type}: {message.text}")

    def sees(self, request: Request) -> None:
        """A request that sets out."""
        at = urlsplit(request.url)
        if at.scheme not in ("data", "about") and f"{at.scheme}://{at.netloc}" != self.origin:
            self.faults.append(f"a request left for {request.url}")


async def open_context(browser: Browser, origin: str, **more: object) -> tuple[BrowserContext, Watch]:
    """A browser with nothing in it, which reaches `origin` alone."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 860}, "locale": "en-GB", **more})  # type: ignore[arg-type]
    context.set_default_timeout(_PATIENCE_MS)
    watch = Watch(origin)

    async def gate(route: Route) -> None:
        at = urlsplit(route.request.url)
        if f"{at.scheme}://{at.netloc}" == origin:
            await route.continue_()
        else:
            await route.abort()

    await context.route("**/*", gate)
    context.on("request", watch.sees)
    context.on("console", watch.hears)
    context.on("weberror", lambda error: watch.faults.append(f"uncaught: {error.error}"))
    return context, watch


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


async def sign_in(page: Page, key: str) -> None:
    """Enter with a key, as a person would."""
    await page.get_by_label("Key").fill(key)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("navigation", name="Views")).to_be_visible()


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(page: Page, stage: Stage) -> Page:
    """The page as an admin has it."""
    await sign_in(page, stage.keys["admin"])
    return page
