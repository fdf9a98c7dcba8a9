"""Where a load test sends its requests: a target of a running Freehold by its name, or a server by its address."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from difflib import get_close_matches
from urllib.parse import urlsplit

import msgspec

from freehold.catalog.address import Reach, reach
from freehold.cli.client import Client, Remote
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.reach import Where
from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Text, Thought, Usage
from freehold.core.label import Label, Level
from freehold.core.record import Attempt
from freehold.core.request import Message, Request, Sampling, TextPart
from freehold.core.target import Secret, Target
from freehold.plan.measure.counts import counted
from freehold.plan.measure.load import Answered, Ask
from freehold.providers.egress import Egress
from freehold.providers.http import HttpProvider
from freehold.stores.instance import Endpoint, read_endpoint
from freehold.wire.embeddings import EmbeddingsProvider
from freehold.wire.openai import ChatProvider
from freehold.wire.rerank import RerankProvider

FEW = 8
"""Names that a message lists."""


class Aim(msgspec.Struct, frozen=True):
    """A server that can be asked, and what that costs."""

    target: Target
    model: str
    """As the server itself is asked for it."""
    usd_prompt: float = 0.0
    """For a token."""
    usd_answer: float = 0.0
    unpriced: str = ""
    """Why it may cost money that nobody can tell; empty where its price is known."""


def aim(name: str, *, model: str | None, key_variable: str | None, own: bool, where: Where) -> Aim:
    """What TARGET means. `own`: an address is the team's own server, which costs nothing for a token.

    Raises `UsedWrongly` and `CommandFailed`.
    """
    if "://" in name:
        return _address(name, model, key_variable, own=own)
    if model is not None or key_variable is not None:
        raise UsedWrongly(
            f"--model and --key-variable are for an address, and {name!r} is a name that the configuration explains;"
            " leave them out, or write the address as in http://127.0.0.1:8000/v1"
        )
    return _configured(name, where)


def _address(url: str, model: str | None, key_variable: str | None, *, own: bool) -> Aim:
    """A server by its address. Nothing but words of the test's own goes there, so no label is asked about."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or parts.query:
        raise UsedWrongly("TARGET is no address of a server; write it as in http://127.0.0.1:8000/v1")
    if not model:
        raise UsedWrongly("an address needs the name of a model there; add --model NAME")
    key = None
    if key_variable is not None:
        key = os.environ.get(key_variable)
        if not key:
            raise UsedWrongly(f"the variable {key_variable} is not set; put the server's key there")
    target = _target(f"{parts.scheme}://{parts.netloc}", model, url, key)
    free = own or _at_home(url, host)
    why = f"{host} is not on this machine or in a private network, and nobody has said what it costs"
    return Aim(target, model, unpriced="" if free else why)


def _configured(name: str, where: Where) -> Aim:
    """A target of a running Freehold: asked through it, so that its labels, limits, budgets and ledger hold."""
    running = _running(where)
    rows = {row["name"]: row for row in Client(Remote(running.url), running.token).get("/api/targets")["data"]}
    if name not in rows:
        raise CommandFailed(f"no target is called {name!r}; {_others(name, sorted(rows))}")
    row = rows[name]
    through = _target(name, name, f"{running.url}/v1", running.token, headers=(("x-freehold-cache", "off"),))
    price = row["price_per_million"]
    unknown = row["price_source"] == "unknown" and not row.get("owned")
    return Aim(
        through,
        str(row.get("model") or name),
        usd_prompt=float(price["input"] or 0) / 1e6,
        usd_answer=float(price["output"] or 0) / 1e6,
        unpriced=f"the price of {name} is not known; set it in the configuration" if unknown else "",
    )


def _others(name: str, names: Sequence[str]) -> str:
    """What may have been meant: all that there is, or of many the nearest."""
    near = names if len(names) <= FEW else get_close_matches(name, names, FEW) or names[:FEW]
    few = "" if len(near) == len(names) else f" {len(names)}, among them"
    return f"there {'is' if len(names) == 1 else 'are'}{few} {', '.join(near) or 'none'}"


def _running(where: Where) -> Endpoint:
    url, key = os.environ.get("FREEHOLD_URL"), os.environ.get("FREEHOLD_KEY")
    if url:
        if not key:
            raise UsedWrongly("FREEHOLD_URL is set and FREEHOLD_KEY is not; set it to a key of that Freehold")
        return Endpoint(Remote(url).url, 0, key)
    found = where.running(os.environ) or read_endpoint(where.settings(os.environ).server.data_dir)
    if found is None:
        raise CommandFailed(
            "no Freehold runs here that could be asked for a target by its name; start it with 'freehold up', set"
            " FREEHOLD_URL, or give the server's own address, as in http://127.0.0.1:8000/v1"
        )
    return found if not key else Endpoint(found.url, found.pid, key)


def _at_home(url: str, host: str) -> bool:
    """Whether the address alone says that the machine is near: by network, by ending, or without a dot."""
    return reach(url) is not Reach.OUTSIDE or not {".", ":"} & set(host)


def _target(
    name: str, model: str, base_url: str, key: str | None, *, headers: tuple[tuple[str, str], ...] = ()
) -> Target:
    return Target(
        name=name,
        model=model,
        base_url=base_url.rstrip("/"),
        dialect="openai",
        clearance=Label(Level.PUBLIC),
        api_key=None if key is None else Secret(key),
        auth="none" if key is None else "bearer",
        headers=headers,
    )


@asynccontextmanager
async def asking(target: Target) -> AsyncIterator[Ask]:
    """What asks the target, within one event loop; its connections are closed at the end."""
    egress = Egress()
    provider = HttpProvider(egress, {"openai": ChatProvider()}, EmbeddingsProvider(), RerankProvider())

    async def ask(prompt: str, answer: int) -> Answered:
        return await _asked(provider, target, prompt, answer)

    try:
        yield ask
    finally:
        egress.close()


async def _asked(provider: HttpProvider, target: Target, prompt: str, answer: int) -> Answered:
    request = Request(
        model=target.model,
        messages=(Message("user", (TextPart(prompt),)),),
        dialect="openai",
        sampling=Sampling(max_tokens=answer),
        stream=True,
        stream_usage=True,
    )
    clock = asyncio.get_running_loop().time
    times: list[float] = []
    usage: Usage | None = None
    sent = clock()
    async with provider(target, request, Attempt(target.name, 1)) as events:
        async for event in events:
            if isinstance(event, Text | Thought) and event.text:
                times.append(clock())
            elif isinstance(event, Usage):
                usage = event
    if not times:
        raise AttemptFailed(Fault.PROTOCOL, "it answered without a word of text")
    said = None if usage is None else (usage.input, usage.output)
    return Answered(
        sent, times[0], times[-1], *counted(said, words=len(prompt.split()), pieces=len(times), asked=answer)
    )
