from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.http.app import App
from freehold.http.usage import FIGURES, usage_row
from freehold.ledger.usage import UsageRow
from freehold.stores.keys import Grant
from support.asgi import Caller


async def get(app: App, path: str, headers: dict[str, str]) -> Caller:
    path, _, query = path.partition("?")
    return await Caller("GET", path, headers=headers, query=query).ask(app)


async def chat(app: App, headers: dict[str, str], model: str = "home") -> str:
    body = json.dumps({"model": model, "messages": [{"role": "user", "content": "hi"}]}).encode()
    asked = await Caller("POST", "/v1/chat/completions", headers=headers, body=body).ask(app)
    return asked.headers["x-freehold-id"]


def bearer(stack: Stack, **grant: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {stack.keys.create(Grant(**grant)).secret.reveal()}"}


async def test_usage_is_grouped(app: App, admin: dict[str, str]) -> None:
    await chat(app, admin)
    await chat(app, admin, "fails")
    told = (await get(app, "/api/usage?by=model", admin)).json
    assert told["by"] == "model"
    assert {row["group"]: (row["requests"], row["failed"]) for row in told["data"]} == {"home": (1, 0), "fails": (1, 1)}


@pytest.mark.parametrize("by", ["model", "key", "team", "label", "route", "target", "day", "hour", "error"])
async def test_every_grouping_has_its_rows(app: App, admin: dict[str, str], by: str) -> None:
    await chat(app, admin)
    await chat(app, admin, "fails")
    rows = (await get(app, f"/api/usage?by={by}&tz=Asia/Kathmandu", admin)).json["data"]
    assert sum(row["requests"] for row in rows) == (1 if by == "error" else 2)


@pytest.mark.parametrize(
    "query", ["by=all", "by=colour", "tz=Mars", "since=yesterday", "until=tomorrow", "key=nobody", "since=9d&tz=a/../b"]
)
async def test_what_cannot_be_told_is_refused(app: App, admin: dict[str, str], query: str) -> None:
    assert (await get(app, f"/api/usage?{query}", admin)).status in {400, 404}


async def test_csv_is_safe_to_open_in_a_spreadsheet(app: App, stack: Stack, admin: dict[str, str]) -> None:
    await chat(app, bearer(stack, name="=1+1"), "fails")
    told = await get(app, "/api/usage?by=key&format=csv", admin)
    assert told.headers["content-type"].startswith("text/csv")
    [row] = csv.DictReader(io.StringIO(told.body.decode(), newline=""))
    assert (row["key"], row["requests"], row["failed"], row["errors"]) == ("'=1+1", "1", "1", "upstream_failed 1")
    assert list(row) == ["key", *FIGURES]
    assert (await get(app, "/api/usage?format=xml", admin)).status == 400


async def test_a_user_s_key_sees_its_own_usage_and_no_other(app: App, stack: Stack, admin: dict[str, str]) -> None:
    mine = bearer(stack, name="mine")
    await chat(app, admin)
    await chat(app, mine)
    for query in ("by=key", "by=key&key=admin"):
        rows = (await get(app, f"/api/usage?{query}", mine)).json["data"]
        assert [(row["group"], row["requests"]) for row in rows] == [("mine", 1)]
    told = (await get(app, "/api/overview", mine)).json
    assert (told["scope"], told["totals"]["requests"]) == ("key", 1)
    assert (await get(app, "/api/overview", admin)).json["totals"]["requests"] == 2


async def test_a_viewer_sees_everybody_s(app: App, stack: Stack, admin: dict[str, str]) -> None:
    await chat(app, admin)
    looking = bearer(stack, name="looking", role="viewer")
    assert len((await get(app, "/api/usage?by=key", looking)).json["data"]) == 1
    assert (await get(app, "/api/usage?by=key&key=looking", looking)).json["data"] == []


async def test_an_overview_is_of_today(app: App, admin: dict[str, str]) -> None:
    await chat(app, admin)
    await chat(app, admin, "fails")
    told = (await get(app, "/api/overview?tz=Europe/Berlin", admin)).json
    assert (told["step"], told["scope"], told["tz"]) == ("hour", "all", "Europe/Berlin")
    assert (told["totals"]["requests"], told["before"]["requests"]) == (2, 0)
    assert 1 <= len(told["series"]) <= 25
    assert sum(row["requests"] for row in told["series"]) == 2
    assert sum(row["failed"] for row in told["series"]) == 1
    assert {row["group"] for row in told["models"]} == {row["group"] for row in told["targets"]} == {"home", "fails"}
    assert told["errors"] == [{"kind": "upstream_failed", "count": 1}]


async def test_an_overview_of_a_month_is_in_days(app: App, admin: dict[str, str]) -> None:
    told = (await get(app, "/api/overview?since=2026-03-01&until=2026-04-01&tz=Europe/Berlin", admin)).json
    assert (told["since"], told["until"], told["step"]) == (
        "2026-02-28T23:00:00.000Z",
        "2026-03-31T22:00:00.000Z",
        "day",
    )
    assert len(told["series"]) == 31
    assert told["series"][-1]["start"] == "2026-03-30T22:00:00.000Z"
    assert (await get(app, "/api/overview?since=1970-01-01", admin)).status == 400
    later = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    assert (await get(app, f"/api/overview?since={later}", admin)).status == 400


def test_money_is_decimal_dollars() -> None:
    counts: dict[str, Any] = dict.fromkeys(UsageRow.__struct_fields__, 4)
    given = {"cost": 1_250_000, "baseline": None, "saved": -1, "completed": 4, "home": 1, "errors": {}}
    row = usage_row(UsageRow(**counts | given))
    assert (row["cost"], row["baseline"], row["saved"]) == ("0.00125", None, "-0.000000001")
    assert {"group", *FIGURES} == row.keys()
    assert (row["share_home"], row["escalation_rate"], row["cache_share"]) == (0.25, 1.0, 1.0)
