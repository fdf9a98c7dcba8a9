"""A record as its reader gets it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.errors import Fault
from freehold.core.event import Usage
from freehold.core.exchange import Exchange
from freehold.core.money import Nanodollars, Price, Rates
from freehold.core.record import Forecast, Score
from freehold.ledger.book import Book, Terms
from freehold.ledger.decision import moment
from freehold.ledger.query import LedgerReader
from freehold.stores.sqlite import SqliteStore
from support.exchanges import AWAY, HOME, INTERNAL, SECOND, attempt, begun, ended

STARTED = 1_790_000_000 * SECOND + 123_456_789


def escalated() -> Exchange:
    doubt = Score("confidence", 0.41, kept=False, reasons=("mean token probability 0.41 is below 0.8",))
    first = attempt(1, HOME, shown=False, cost=Nanodollars(0), score=doubt, started_ns=STARTED)
    usage = Usage(input=100, output=40, reasoning=10)
    second = attempt(
        2,
        AWAY,
        usage=usage,
        cost=Nanodollars(105_000),
        note="escalated: unsure",
        dropped=("seed",),
        started_ns=STARTED,
        clearance=INTERNAL,
        declassified="redact: 1 email",
        bytes_out=321,
        body_sha256="0f" * 32,
    )
    return ended(begun(started_ns=STARTED, id="fh_1"), first, second)


async def decided(store: SqliteStore, exchange: Exchange) -> dict[str, Any]:
    book = Book(store.connect, Terms(baseline=Price(Rates(input=1_000_000, output=10_000_000))))
    await book.open(exchange)
    if exchange.end is not None:
        book.settle(exchange)
    await book.close()
    return LedgerReader(store.reader).decision(exchange.id)


async def test_a_decision_says_what_was_asked_of_whom_why_and_at_what_cost(store: SqliteStore) -> None:
    whole = await decided(store, escalated())
    first, second = whole.pop("attempts")
    assert whole == {
        "grounding": None,
        "findings": [],
        "forecast": None,
        "feedback": [],
        "id": "fh_1",
        "started": "2026-09-21T14:13:20.123Z",
        "key": {"id": "key_ann", "name": "ann"},
        "team": "law",
        "model": "auto",
        "route": "auto",
        "dialect": "openai",
        "kind": "chat",
        "stream": False,
        "origin": "api",
        "label": {"value": "internal", "sources": [{"origin": "default", "label": "internal"}]},
        "permit": {
            "revision": "r1",
            "targets": ["home", "away"],
            "refusals": [{"target": "far", "rule": "clearance", "reason": "far may see public data only"}],
        },
        "ending": "completed",
        "status": 200,
        "error": None,
        "error_kind": None,
        "reason": "home was sure enough",
        "target": "away",
        "owned": False,
        "escalated": True,
        "usage": {
            "input_tokens": 200,
            "output_tokens": 60,
            "cached_input_tokens": 30,
            "cache_write_tokens": 0,
            "reasoning_tokens": 10,
            "estimated": False,
        },
        "cost": "0.000105",
        "baseline_cost": "0.0005",
        "first_ms": 10.0,
        "total_ms": 60.0,
    }
    assert first["score"] == {
        "method": "confidence",
        "value": 0.41,
        "kept": False,
        "reasons": ["mean token probability 0.41 is below 0.8"],
    }
    assert (first["target"], first["owned"], first["model"], first["shown"]) == ("home", True, "qwen3-4b", False)
    assert (second["cost"], second["dropped"], second["score"]) == ("0.000105", ["seed"], None)
    assert (second["note"], second["usage"]["reasoning_tokens"]) == ("escalated: unsure", 10)
    assert (second["clearance"], second["declassified"]) == ("internal", "redact: 1 email")
    assert (second["bytes_out"], second["body_sha256"]) == (321, "0f" * 32)
    assert msgspec.json.decode(msgspec.json.encode(whole)) == whole


async def test_a_failed_attempt_says_how(store: SqliteStore) -> None:
    failed = attempt(shown=False, fault=Fault.TIMEOUT_FIRST, error="no byte in 120 s", status=None, finish=None)
    (found,) = (await decided(store, ended(begun(), failed)))["attempts"]
    assert (found["fault"], found["error"], found["finish"]) == ("timeout_first_byte", "no byte in 120 s", None)


async def test_an_open_exchange_says_what_is_known(store: SqliteStore) -> None:
    whole = await decided(store, begun())
    assert (whole["ending"], whole["cost"], whole["attempts"]) == ("open", None, [])
    assert whole["label"] == {"value": None, "sources": []}


def test_a_moment_before_the_epoch_is_one_too() -> None:
    assert moment(-SECOND) == "1969-12-31T23:59:59.000Z"


@pytest.mark.parametrize(
    ("forecast", "note", "told"),
    [
        (Forecast("rt_1", 0.4), "first", {"chance": 0.4, "missing": None, "followed": "weighed"}),
        (
            Forecast("rt_1", 0.1),
            "forecast 0.1 is below 0.2 (promise pr_1)",
            {"chance": 0.1, "missing": None, "followed": "escalated at once"},
        ),
        (
            Forecast("rt_1", None, "not told within 50 ms"),
            "first",
            {"chance": None, "missing": "not told within 50 ms", "followed": "none"},
        ),
    ],
)
async def test_a_decision_says_what_was_foreseen_and_what_followed(
    store: SqliteStore, forecast: Forecast, note: str, told: dict[str, Any]
) -> None:
    exchange = ended(begun(), attempt(1, AWAY, note=note))
    exchange.forecast = forecast
    assert (await decided(store, exchange))["forecast"] == {"router": "rt_1", **told}
