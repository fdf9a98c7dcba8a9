"""A whole Freehold short of its socket, whose models are scripted in the configuration."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from freehold.assemble import Stack, build
from freehold.config import load
from freehold.http.app import App
from support.asgi import living
from support.live import ADMIN_KEY

CONFIG = """
[knowledge]
embedding = "off"
documentation = false

[policy]
tags = ["eu"]

[[target]]
name = "home"
provider = "scripted"
model = "echo"

[[target]]
name = "away"
provider = "scripted"
model = "say:From far away."
clearance = "internal"

[[target]]
name = "embeds"
provider = "scripted"
profile = { embeddings = true, chat = false }

[[target]]
name = "judges"
provider = "scripted"
profile = { rerank = true, chat = false }

[[target]]
name = "breaks"
provider = "scripted"
model = "break:Once upon a"

[[target]]
name = "fails"
provider = "scripted"
model = "fail:server"
"""


@pytest.fixture
def config() -> str:
    """What the configuration file says; tests that want another have a fixture of this name."""
    return CONFIG


@pytest.fixture
def stack(tmp_path: Path, config: str) -> Stack:
    file = tmp_path / "freehold.toml"
    file.write_text(config)
    env = {"FREEHOLD_SERVER_DATA_DIR": str(tmp_path / "data")}
    stack = build(load(file, env), env)
    stack.keys.ensure_admin(ADMIN_KEY)
    return stack


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    app = App(stack, body_limit=64 * 1024)
    async with living(app):
        yield app
    # The ledger's thread is gone; so must be whatever a request left behind.
    assert len(asyncio.all_tasks()) == 1


@pytest.fixture
def admin() -> dict[str, str]:
    return {"authorization": f"Bearer {ADMIN_KEY}"}
