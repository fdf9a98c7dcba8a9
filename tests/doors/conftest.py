"""One Freehold for all tests of a process, with scripted vendors on its other side, and official clients before it."""

from __future__ import annotations

from collections.abc import Iterator

import anthropic
import openai
import pytest

from support.anthropic_vendor import AnthropicVendor
from support.household import Vendors
from support.live import ADMIN_KEY
from support.openai_vendor import OpenAIVendor
from support.server import Server, freehold
from support.vendor import in_thread


@pytest.fixture(scope="session")
def running_vendors() -> Iterator[Vendors]:
    with (
        in_thread(OpenAIVendor()) as away,
        in_thread(AnthropicVendor()) as claude,
        in_thread(OpenAIVendor()) as home,
    ):
        yield Vendors(away, claude, home)


@pytest.fixture
def vendors(running_vendors: Vendors) -> Iterator[Vendors]:
    """The vendors with nothing asked of them yet; what they were asked must have kept to their rules."""
    for vendor in running_vendors.all:
        vendor.requests.clear()
        vendor.breaches.clear()
    yield running_vendors
    for vendor in running_vendors.all:
        vendor.scripts.clear()
        assert vendor.breaches == []


@pytest.fixture(scope="session")
def running_server(running_vendors: Vendors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with freehold(tmp_path_factory.mktemp("freehold"), running_vendors.configure()) as server:
        yield server


@pytest.fixture
def server(running_server: Server, vendors: Vendors) -> Server:
    return running_server


@pytest.fixture
def gpt(server: Server) -> Iterator[openai.OpenAI]:
    """OpenAI's own client. It does not retry, so that each test sees the first answer."""
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=ADMIN_KEY, max_retries=0) as client:
        yield client


@pytest.fixture
def claude(server: Server) -> Iterator[anthropic.Anthropic]:
    """Anthropic's own client, likewise."""
    with anthropic.Anthropic(base_url=server.url, api_key=ADMIN_KEY, max_retries=0) as client:
        yield client
