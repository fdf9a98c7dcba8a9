"""Finds model servers that already listen on this machine, and says what it found, what it refused and why.

A server is told by what its own API answers, never by its port alone. Only loopback is looked at; what listens there is
taken to be of this machine, and a tunnel to another one cannot be told from it. A model that a server would in truth
have answered elsewhere is refused.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

from freehold.engines.identify import Answers, FoundModel, RefusedModel, Reply, Server, identify

LOOPBACK = "127.0.0.1"
PORTS = {11434: "Ollama", 8080: "llama-server", 8081: "llama-server", 8000: "vLLM", 30000: "SGLang", 1234: "LM Studio"}
"""Where each listens by default, for people; any of them is recognised at any of these."""

BUDGET = 0.3
"""Seconds for the whole search, so that a start never waits longer."""
_LARGEST = 4 * 2**20
_PIECE = 64 * 1024
_PATHS = ("/api/version", "/api/tags", "/api/v0/models", "/props", "/get_model_info", "/version", "/v1/models")


class Found(msgspec.Struct, frozen=True):
    """A server and its models. `base_url` ends in ``/v1`` and speaks the OpenAI dialect."""

    server: Server
    base_url: str
    models: tuple[FoundModel, ...]
    refused: tuple[RefusedModel, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """An address that was looked at and is not used, and why."""

    address: str
    reason: str


class Discovery(msgspec.Struct, frozen=True):
    """All that was found, in order of port."""

    found: tuple[Found, ...] = ()
    refused: tuple[Refused, ...] = ()

    def sentences(self) -> list[str]:
        """What was found and refused, one line for each, for people."""
        lines = []
        for found in self.found:
            names = ", ".join(model.name for model in found.models) or "no model that is local"
            lines.append(f"{found.server} at {found.base_url}: {names}")
            lines += [f"  refused {refused.name}: {refused.reason}" for refused in found.refused]
        return lines + [f"refused {refused.address}: {refused.reason}" for refused in self.refused]


async def discover(
    ports: Iterable[int] = PORTS,
    *,
    exclude: Iterable[int] = (),
    environment: Mapping[str, str] | None = None,
    budget: float = BUDGET,
) -> Discovery:
    """Look at each port of loopback at once. `exclude` holds our own; `environment` may name ``OLLAMA_HOST``."""
    ollama = _ollama_host((environment or {}).get("OLLAMA_HOST", ""))
    extra = [ollama] if isinstance(ollama, int) else []
    wanted = list(dict.fromkeys([*ports, *extra]))
    own = frozenset(exclude)
    looked = await asyncio.gather(*(_look(port, budget) for port in wanted if port not in own))
    refused = [seen for seen in looked if isinstance(seen, Refused)]
    if isinstance(ollama, Refused):
        refused.append(ollama)
    return Discovery(tuple(seen for seen in looked if isinstance(seen, Found)), tuple(refused))


async def _look(port: int, budget: float) -> Found | Refused | None:
    """What listens at one port: nothing, a server, or something that is not used."""
    address = f"http://{LOOPBACK}:{port}"
    connected = False
    try:
        async with asyncio.timeout(budget):
            if not await _listens(port):
                return None
            connected = True
            answers = await _ask(port, budget)
    except TimeoutError:
        return Refused(address, f"it did not answer within {budget:g} seconds") if connected else None
    return _judge(address, answers)


def _judge(address: str, answers: Answers) -> Found | Refused:
    known = identify(answers)
    if known is not None:
        server, models, refused = known
        return Found(server, f"{address}/v1", tuple(models), tuple(refused))
    if any(reply.status in {401, 403} for reply in answers.values()):
        return Refused(address, "it asks for a key; add it as a [[target]] with base_url and api_key")
    return Refused(address, "it is not Ollama, llama-server, vLLM, SGLang or LM Studio, by what its API answers")


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True


async def _ask(port: int, budget: float) -> dict[str, Reply]:
    """What the server answers at each path that tells one kind from another."""
    until = time.monotonic() + budget
    replies = await asyncio.gather(*(asyncio.to_thread(_get, port, path, until) for path in _PATHS))
    return {path: reply for path, reply in zip(_PATHS, replies, strict=True) if reply is not None}


def _get(port: int, path: str, until: float) -> Reply | None:
    """One answer; `None` where the server breaks off, drags, or sends more than any list of models is long.

    `http.client` follows no redirect and knows no proxy; either could lead off this machine.
    """
    connection = HTTPConnection(LOOPBACK, port, timeout=max(0.01, until - time.monotonic()))
    body = bytearray()
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        while piece := response.read1(_PIECE):
            body += piece
            if len(body) > _LARGEST or time.monotonic() > until:
                return None
        return Reply(response.status, _json(bytes(body)))
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _ollama_host(value: str) -> int | Refused | None:
    """The port that ``OLLAMA_HOST`` names on this machine; refused if it names another machine."""
    if not value.strip():
        return None
    parts = urlsplit(value if "://" in value else f"//{value}")
    try:
        port = parts.port or 11434
        host = parts.hostname or LOOPBACK
        here = host == "localhost" or ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        here, port, host = False, 0, value
    if here:
        return port
    return Refused(value, "OLLAMA_HOST is another machine; add it as a [[target]] with its base_url and a clearance")
