"""A real Chromium that may reach one address and whose every complaint is heard."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, async_playwright, expect

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")  # fmt: skip
_PATIENCE_MS = 15_000


def chromium() -> str | None:
    """Where the system's Chromium is; `None` where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@asynccontextmanager
async def launched(home: Path) -> AsyncIterator[Browser]:
    """The system's Chromium without a window; what it writes goes to `home`."""
    expect.set_options(timeout=_PATIENCE_MS)
    async with async_playwright() as playwright:
        environment = {**os.environ, "HOME": str(home)}
        browser = await playwright.chromium.launch(executable_path=chromium(), args=_FLAGS, env=environment)
        yield browser
        await browser.close()


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


async def open_context(browser: Browser, origin: str, **more: Any) -> tuple[BrowserContext, Watch]:
    """A browser with nothing in it, which reaches `origin` alone."""
    usual: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}, "locale": "en-GB", "timezone_id": "UTC"}
    context = await browser.new_context(**{**usual, **more})
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


async def sign_out(page: Page) -> None:
    """Leave, and wait for the new beginning that the page makes of it."""
    async with page.expect_event("load"):
        await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in to Freehold")).to_be_visible()


async def sign_in(page: Page, key: str) -> None:
    """Enter with a key, as a person would."""
    await expect(page.get_by_role("heading", name="Sign in to Freehold")).to_be_visible()
    await page.get_by_label("Key").fill(key)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("navigation", name="Views")).to_be_visible()
