"""Exchanges as they look at their end, for what writes them down and what reads them back."""

from __future__ import annotations

import time
from typing import Any

from freehold.core.caller import Caller
from freehold.core.event import Usage
from freehold.core.exchange import Exchange, Permit
from freehold.core.label import Label, Level, Source
from freehold.core.money import Nanodollars
from freehold.core.record import Attempt, End, Ending, Refusal
from freehold.core.request import AnyRequest, Message, Request, TextPart
from freehold.core.target import Target

INTERNAL = Label(Level.INTERNAL)
CALLER = Caller(key_id="key_ann", name="ann", team="law")
HOME = Target(name="home", model="qwen3-4b", base_url="", dialect="openai", clearance=INTERNAL, owned=True)
AWAY = Target(name="away", model="gpt-5-mini", base_url="", dialect="openai", clearance=INTERNAL)
NO_WAY = Refusal("far", "clearance", "far may see public data only")
SECOND = 1_000_000_000


def request(text: str = "hello", model: str = "auto") -> Request:
    return Request(model=model, messages=(Message("user", (TextPart(text),)),), dialect="openai")


def attempt(number: int = 1, target: Target = HOME, **changes: Any) -> Attempt:
    """One that went well and was shown, unless `changes` say otherwise."""
    whole: dict[str, Any] = {
        "started_ns": time.time_ns(),
        "first_ms": 10.0,
        "total_ms": 50.0,
        "usage": Usage(input=100, output=20, cached_input=30),
        "cost": Nanodollars(1000),
        "finish": "stop",
        "shown": True,
        "note": "first",
    }
    return Attempt(target=target.name, number=number, owned=target.owned, **(whole | changes))


def begun(asked: AnyRequest | None = None, caller: Caller = CALLER, **changes: Any) -> Exchange:
    """One whose record may be opened."""
    return Exchange(asked or request(), caller, **changes)


def ended(
    exchange: Exchange,
    *attempts: Attempt,
    ending: Ending = Ending.COMPLETED,
    status: int = 200,
    error: str | None = None,
    total_ms: float = 60.0,
) -> Exchange:
    """The same one at its end, after these attempts."""
    exchange.sources, exchange.label = [Source("default", INTERNAL)], INTERNAL
    exchange.permit = Permit("auto", (HOME, AWAY), INTERNAL, (NO_WAY,), "r1")
    exchange.attempts = list(attempts)
    exchange.reason = "home was sure enough"
    exchange.end = End(ending, status, error, total_ms)
    return exchange
