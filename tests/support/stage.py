"""A Freehold with two weeks behind it, for whoever looks at the page: targets of several sorts, documents, requests of
every ending, and names that would be programs if they were ever taken for HTML.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from freehold.core.caller import Caller
from freehold.core.event import Usage
from freehold.core.exchange import Exchange, Permit
from freehold.core.finding import Finding, Span
from freehold.core.label import Label, Source
from freehold.core.money import Nanodollars, Price, Rates
from freehold.core.record import Attempt, End, Ending, Refusal, Score
from freehold.core.request import Message, Request, TextPart
from freehold.core.target import Target
from freehold.ledger.book import Book, Terms
from freehold.stores.sqlite import open_store
from support.server import Server, freehold

IMAGE = "<img src=x onerror=alert(1)>"
SCRIPT = "<script>alert(1)</script>"

CONFIG = """
[policy]
tags = ["eu", "health"]

[ledger]
baseline = "gpt-5"
capture = true

[[target]]
name = "local/qwen3-8b"
provider = "scripted"
model = "say:Employees have 27 days of paid leave in each calendar year. [1] Ask your manager first."
licence = "Apache-2.0"

[[target]]
name = "gpu-box/qwen3-32b"
provider = "scripted"
model = "echo"
clearance = { level = "confidential", tags = ["eu"] }
licence = "Apache-2.0"

[[target]]
name = "gpt-5"
provider = "scripted"
owned = false
model = "say:The works council must be heard before the notice is given; without it, the notice is void."
clearance = "internal"
price = { input = 1.25, output = 10.0, cached_input = 0.125 }
retries = 0

[[target]]
name = "spare-provider"
provider = "scripted"
model = "fail:server"
owned = false
clearance = "internal"
retries = 0

[[route]]
name = "auto"
flow = "cascade"
targets = ["local/qwen3-8b", "gpt-5"]
accept = { score = "structure" }

[[route]]
name = "careful"
flow = "fallback"
targets = ["gpu-box/qwen3-32b", "local/qwen3-8b"]

[[route]]
name = "outside"
flow = "fallback"
targets = ["spare-provider", "gpt-5"]
"""

HANDBOOK = """# Leave

Employees have 27 days of paid leave in each calendar year. Five of them may be carried into the next.

# Notice

Notice is given in writing. The works council is heard before any notice is given.
"""

_HOME = Target("local/qwen3-8b", "qwen3-8b", "", "openai", Label.parse("restricted"), owned=True)
_BOX = Target("gpu-box/qwen3-32b", "qwen3-32b", "", "openai", Label.parse("confidential;eu"), owned=True)
_AWAY = Target("gpt-5", "gpt-5", "", "openai", Label.parse("internal"))
_BASELINE = Price(Rates(input=1_250_000, output=10_000_000, cached_input=125_000))
_KEYS = (("key_seed_desk", "service desk", "support"), ("key_seed_law", "contract review", "legal"),
         ("key_seed_dev", "coding", "platform"))  # fmt: skip
_NS = 10**9
_HOLDERS = {"operator": "operations", "viewer": "controlling", "user": "front desk"}
_AT_ONCE = 200


@dataclass(frozen=True)
class Stage:
    """A running Freehold, the keys that enter it, and the ids of requests worth opening."""

    server: Server
    keys: dict[str, str]
    """A secret for each of `admin`, `operator`, `viewer`, `user`."""
    requests: dict[str, str]
    """By what there is to see: `escalated`, `grounded`, `failed`, `forbidden`, `hostile`, `own`, `personal`."""

    @property
    def url(self) -> str:
        return self.server.url


@contextlib.contextmanager
def staged(folder: Path, *, days: int = 14, hostile: bool = True) -> Iterator[Stage]:
    """Start one in `folder`, with so many days of history written before it starts.

    `hostile`: a key, a document and a model are named like programs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    past = history(folder / "data", days)
    with freehold(folder, CONFIG) as server:
        keys = {"admin": server.key}
        for role, name in _HOLDERS.items():
            keys[role] = server.new_key(name, role=role, groups=["staff"])["key"]
        requests = {**past, **_asked(server, keys["user"]), **(_attacked(server) if hostile else {})}
        server.wait_for(lambda: all(_settled(server, each) for each in requests.values()), "settled requests")
        yield Stage(server, keys, requests)


def _settled(server: Server, exchange: str) -> bool:
    told = server.ask("GET", f"/api/requests/{exchange}")
    return told.status == 200 and told.json["ending"] != "open"


def _asked(server: Server, user: str) -> dict[str, str]:
    """Requests of now, one of each sort, by the real way in."""
    _add(server, "handbook", "leave-and-notice.md", HANDBOOK)
    grounded = {"x-freehold-collections": "handbook"}
    told = {
        "own": server.chat("How many days of paid leave do I have?", "auto", key=user),
        "grounded": server.chat("How many days of paid leave do employees have?", "local/qwen3-8b", headers=grounded),
        "failed": server.chat("Is anybody there?", "spare-provider"),
        "spared": server.chat("Is anybody there?", "outside"),
        "forbidden": server.chat("What is her diagnosis?", "gpt-5", headers={"x-freehold-label": "restricted;health"}),
        "personal": server.chat("Write to ada.lovelace@example.org about her claim.", "careful"),
    }  # fmt: skip
    return {name: reply.headers["x-freehold-id"] for name, reply in told.items()}


def _attacked(server: Server) -> dict[str, str]:
    """What somebody named so that it would run, if a page ever took a name for HTML."""
    server.new_key(IMAGE, team=SCRIPT, models=["auto"])
    _add(server, "handbook", f"{IMAGE}.md", f"# {SCRIPT}\n\nThe garden is open to all from May to September.\n")
    grounded = {"x-freehold-collections": "handbook"}
    told = {
        "garden": server.chat("When is the garden open?", "local/qwen3-8b", headers=grounded),
        "hostile": server.chat(f"{SCRIPT} {IMAGE}", IMAGE),
    }
    return {name: reply.headers["x-freehold-id"] for name, reply in told.items()}


def _add(server: Server, collection: str, name: str, text: str) -> None:
    query = urlencode({"collection": collection, "name": name, "label": "internal", "wait": 1})
    headers = {"content-type": "application/octet-stream"}
    added = server.ask("POST", f"/api/documents?{query}", text.encode(), headers=headers)
    assert added.status < 300, added.body


def history(data: Path, days: int) -> dict[str, str]:
    """Write so many days of requests, busier by day than by night; returns the ids of those worth opening."""
    chance = random.Random(7)
    now = datetime.now().astimezone()
    exchanges = [_story(now - timedelta(minutes=9))]
    begin = (now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    hours = int((now - begin) / timedelta(hours=1))
    for hour in range(hours):
        at = begin + timedelta(hours=hour)
        busy = (1 if 8 <= at.hour < 19 else 0.15) * (0.3 if at.weekday() >= 5 else 1)
        many = round(chance.uniform(6, 14) * busy)
        exchanges += [_one(chance, at + timedelta(seconds=chance.uniform(0, 3599))) for _ in range(many)]
    with ThreadPoolExecutor(1) as apart:  # Where a test's own event loop is not in the way.
        apart.submit(asyncio.run, _record(data, exchanges)).result()
    return {"escalated": exchanges[0].id}


async def _record(data: Path, exchanges: list[Exchange]) -> None:
    """Write them as Freehold itself does, totals and all."""
    book = Book(open_store(data).connect, Terms(baseline=_BASELINE))
    for start in range(0, len(exchanges), _AT_ONCE):
        some = exchanges[start : start + _AT_ONCE]
        await asyncio.gather(*(book.open(each) for each in some))
        for each in some:
            book.settle(each)
    await book.close()


def _begun(at: datetime, key: tuple[str, str, str], model: str, label: str) -> Exchange:
    request = Request(model, (Message("user", (TextPart("What does the contract say of notice?"),)),), "openai")
    exchange = Exchange(request, Caller(key[0], key[1], team=key[2]), started_ns=int(at.timestamp() * _NS))
    exchange.label = Label.parse(label)
    exchange.sources = [Source("default", Label.parse("internal")), Source("header", exchange.label)]
    exchange.permit = Permit(model, (_HOME, _AWAY), exchange.label, (), "r1")
    return exchange


def _attempt(number: int, target: Target, ms: float, tokens: tuple[int, int], **more: Any) -> Attempt:
    cost = 0 if target.owned else tokens[0] * 1250 + tokens[1] * 10_000
    usage = None if more.get("fault") else Usage(input=tokens[0], output=tokens[1])
    found: dict[str, Any] = {"note": "first", "finish": None if more.get("fault") else "stop", **more}
    return Attempt(
        target.name, number, target.owned, total_ms=ms, first_ms=ms * 0.22, usage=usage, cost=Nanodollars(cost), **found
    )


def _one(chance: random.Random, at: datetime) -> Exchange:
    key = chance.choice(_KEYS)
    label = chance.choices(["internal", "confidential;eu", "public", "restricted;health"], [6, 3, 2, 1])[0]
    model = chance.choices(["auto", "careful", "gpt-5"], [7, 3, 1])[0]
    exchange = _begun(at, key, model, label)
    tokens = (chance.randint(200, 4000), chance.randint(40, 700))
    ms = 300 + chance.expovariate(1 / 900)
    fate = chance.random()
    home = _BOX if model == "careful" else _HOME
    ending, status, error = Ending.COMPLETED, 200, None
    if fate < 0.02:
        exchange.attempts = [_attempt(1, _AWAY, ms, tokens, fault="server", note="first")]
        ending, status, error = Ending.FAILED, 502, "upstream_failed: every target failed"
    elif fate < 0.04:
        ending, status, error = Ending.REFUSED, 403, f"label_forbidden: {label} may not flow to gpt-5"
        exchange.permit = Permit(
            model, (), Label.parse(label), (Refusal("gpt-5", "clearance", f"it may see internal, not {label}"),), "r1"
        )
    elif model == "gpt-5":
        exchange.attempts = [_attempt(1, _AWAY, ms * 1.4, tokens, shown=True)]
    elif model == "auto" and label in ("internal", "public") and fate < 0.22:
        doubt = Score(
            "confidence", round(chance.uniform(0.4, 0.78), 2), kept=False, reasons=("the answer was not sure enough",)
        )
        exchange.attempts = [
            _attempt(1, home, ms, tokens, score=doubt),
            _attempt(2, _AWAY, ms * 1.6, tokens, shown=True, note="escalated: local/qwen3-8b: not sure enough"),
        ]
    else:
        sure = Score("confidence", round(chance.uniform(0.81, 0.99), 2), kept=True, reasons=("sure enough",))
        exchange.attempts = [_attempt(1, home, ms, tokens, shown=True, score=sure)]
    exchange.end = End(ending, status, error, sum(each.total_ms or 0 for each in exchange.attempts) + 4)
    return exchange


def _story(at: datetime) -> Exchange:
    """One that everything happened to."""
    exchange = _begun(at, _KEYS[1], "auto", "confidential;eu")
    exchange.sources = [
        Source("default", Label.parse("internal")),
        Source("header", Label.parse("internal;eu")),
        Source("guard:personal-data", Label.parse("confidential")),
    ]
    refusal = Refusal("spare-provider", "clearance", "it may see internal, not confidential;eu")
    exchange.permit = Permit("auto", (_HOME, _BOX, _AWAY), Label.parse("confidential;eu"), (refusal,), "r1")
    exchange.findings = [Finding("messages[0].parts[0].text", Span(11, 31, "email", 0.99, "rfc5321"), "raise")]
    doubt = Score("confidence", 0.61, kept=False, reasons=("0.61 is below 0.80",), least=0.22)
    clearances = {each.name: each.clearance for each in (_HOME, _BOX, _AWAY)}
    exchange.attempts = [
        _attempt(1, _BOX, 412, (1840, 0), fault="timeout", error="nothing came for 0.4 s", note="first"),
        _attempt(2, _HOME, 1310, (1840, 212), score=doubt, note="fallback: gpu-box/qwen3-32b failed (timeout)"),
        _attempt(3, _AWAY, 2240, (1802, 264), shown=True, note="escalated: local/qwen3-8b: 0.61 is below 0.80",
                 declassified="pseudonyms: 1 email", label=Label.parse("internal")),
    ]  # fmt: skip
    began = exchange.started_ns
    for each in exchange.attempts:
        each.started_ns, began = began, began + round((each.total_ms or 0) * 1e6)
        each.clearance, each.bytes_out = clearances[each.target], 7420
    exchange.reason = "gpt-5 answered, since local/qwen3-8b was not sure enough and pseudonyms took the address out"
    exchange.end = End(Ending.COMPLETED, 200, None, 3981)
    return exchange
