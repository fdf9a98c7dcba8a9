"""A Chromium of these tests' own; they share one event loop, since Playwright's would be in the way of others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from support.browser import chromium, launched


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reader(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """The browser, where there is one."""
    if chromium() is None:
        pytest.skip("there is no Chromium; `apt-get install chromium` brings one")
    async with launched(tmp_path_factory.mktemp("reader")) as running:
        yield running
