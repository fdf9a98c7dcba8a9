"""Asks a local engine over HTTP, as the gateway would."""

from __future__ import annotations

import json
from typing import Any

from pyreqwest.client import ClientBuilder

from freehold.engines.llamacpp import Address


async def ask(
    address: Address, path: str, body: dict[str, Any] | None = None, *, key: str | None = None
) -> tuple[int, str]:
    """The status and the text of one call; `key` in place of the address's own."""
    async with ClientBuilder().no_proxy().build() as client:
        url = address.base_url + path
        request = client.get(url) if body is None else client.post(url).body_json(body)
        response = await request.bearer_auth(key or address.api_key.reveal()).build().send()
        return response.status, await response.text()


async def ask_json(address: Address, path: str, body: dict[str, Any]) -> Any:
    """The decoded answer of a call that must succeed."""
    status, text = await ask(address, path, body)
    assert status == 200, text
    return json.loads(text)
