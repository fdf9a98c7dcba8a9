"""Budgets and rates by HTTP, and what callers are told of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.errors import BadRequest
from freehold.http.app import App
from freehold.http.limits import allotment, rate_of
from freehold.stores.keys import Grant
from support.asgi import Caller


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=headers, body=data).ask(app)


async def key(app: App, admin: dict[str, str], **limits: Any) -> tuple[str, dict[str, str]]:
    made = (await call(app, "POST", "/api/keys", admin, {"name": "ann", "team": "law", **limits})).json
    return made["id"], {"authorization": f"Bearer {made['key']}"}


def chat(model: str = "home", **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "hello"}], **more}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0.10/day", (10**8, "day")),
        ("25/week", (25 * 10**9, "week")),
        (" $300/month", (300 * 10**9, "month")),
        ("0/day", (0, "day")),
    ],
)
def test_money_and_a_period(text: str, found: tuple[int, str]):
    assert allotment(text) == found


@pytest.mark.parametrize(
    "text", ["", "1", "1/year", "-1/day", "1e3/day", "1/day/week", "nan/day", "1.0000000001/day", "\u0663/day"]
)
def test_what_is_no_budget(text: str):
    with pytest.raises(BadRequest) as refused:
        allotment(text)
    assert refused.value.param == "budget"


def test_a_rate_that_says_nothing_is_none():
    assert rate_of("team", "law", None, None, None) is None
    with pytest.raises(BadRequest):
        rate_of("team", "law", 0, None, None)


async def test_a_budget_is_set_listed_and_removed(app: App, admin: dict[str, str]) -> None:
    body = {"scope": "team", "subject": "law", "budget": "25/week", "warn_at": 0.8, "when_spent": "owned"}
    made = (await call(app, "POST", "/api/budgets", admin, body)).json
    assert (made["amount"], made["left"], made["warn_at"], made["when_spent"]) == ("25", "25", 0.8, "owned")
    listed = (await call(app, "GET", "/api/budgets", admin)).json
    assert listed == {"time_zone": "UTC", "data": [made]}
    assert (await call(app, "DELETE", f"/api/budgets/{made['id']}", admin)).json["removed"] is True
    assert (await call(app, "DELETE", f"/api/budgets/{made['id']}", admin)).status == 404


@pytest.mark.parametrize(
    ("scope", "subject", "says"),
    [
        ("target", "hoome", "there is no target 'hoome'; did you mean 'home'?"),
        ("target", "auto", "there is no target 'auto'"),
        ("route", "autoo", "there is no route 'autoo'; did you mean 'auto'?"),
        ("route", "qqqqq", "there is no route 'qqqqq'; freehold models lists what there is"),
    ],
)
async def test_no_limit_is_set_on_what_there_is_not(
    app: App, admin: dict[str, str], scope: str, subject: str, says: str
) -> None:
    limits = {"/api/budgets": {"budget": "1/day"}, "/api/rates": {"requests": 1}}
    for path, limit in limits.items():
        if scope == "target" and path == "/api/rates":
            continue  # A target's rates are in the configuration.
        refused = await call(app, "POST", path, admin, {"scope": scope, "subject": subject, **limit})
        error = refused.json["error"]
        assert (refused.status, error["param"]) == (404, "subject")
        assert says in error["message"]
    assert (await call(app, "GET", "/api/budgets", admin)).json["data"] == []


@pytest.mark.parametrize(("scope", "subject"), [("route", "auto"), ("route", "home"), ("target", "home")])
async def test_a_route_and_a_target_may_have_a_limit(app: App, admin: dict[str, str], scope: str, subject: str) -> None:
    body = {"scope": scope, "subject": subject, "budget": "1/day"}
    assert (await call(app, "POST", "/api/budgets", admin, body)).status == 200


async def test_a_rate_is_set_listed_and_removed(app: App, admin: dict[str, str]) -> None:
    body = {"scope": "route", "subject": "far/dear", "requests": 5}
    made = (await call(app, "POST", "/api/rates", admin, body)).json
    assert (made["id"], made["requests_left"], made["tokens"], made["under_way"]) == ("route:far/dear", 5, None, 0)
    assert (await call(app, "GET", "/api/rates", admin)).json["data"] == [made]
    assert (await call(app, "DELETE", "/api/rates/route:far/dear", admin)).status == 200
    assert (await call(app, "DELETE", "/api/rates/route:far/dear", admin)).status == 404
    assert (await call(app, "DELETE", "/api/rates/nonsense", admin)).status == 404


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/api/budgets", {"scope": "team", "subject": "law", "budget": "1/year"}, "budget"),
        ("/api/budgets", {"scope": "team", "subject": " ", "budget": "1/day"}, "subject"),
        ("/api/budgets", {"scope": "team", "subject": "a", "budget": "1/day", "warn_at": 0}, "warn_at"),
        ("/api/rates", {"scope": "team", "subject": "law"}, "requests"),
        ("/api/rates", {"scope": "team", "subject": "law", "tokens": -1}, "tokens"),
    ],
)
async def test_what_cannot_be_set_is_told(app: App, admin: dict[str, str], path: str, body: Any, param: str) -> None:
    answer = await call(app, "POST", path, admin, body)
    assert answer.status == 400
    assert answer.json["error"]["param"] == param


async def test_a_warning_without_its_budget_is_refused(app: App, stack: Stack, admin: dict[str, str]) -> None:
    key = stack.keys.create(Grant(name="warned")).key.id
    answer = await call(app, "POST", f"/api/keys/{key}/limits", admin, {"warn_at": 0.5, "rpm": 5})
    assert (answer.status, answer.json["error"]["param"]) == (400, "budget")
    assert (await call(app, "GET", "/api/rates", admin)).json["data"] == []


async def test_a_user_sees_its_own_limits_and_sets_none(app: App, admin: dict[str, str]) -> None:
    _, ann = await key(app, admin, budget="1/day", rpm=5)
    await key(app, admin, budget="2/day", rpm=6)
    await call(app, "POST", "/api/budgets", admin, {"scope": "team", "subject": "law", "budget": "3/day"})
    await call(app, "POST", "/api/budgets", admin, {"scope": "target", "subject": "home", "budget": "4/day"})
    seen = (await call(app, "GET", "/api/budgets", ann)).json["data"]
    assert [row["amount"] for row in seen] == ["1", "3"]
    assert [row["requests"] for row in (await call(app, "GET", "/api/rates", ann)).json["data"]] == [5]
    body = {"scope": "team", "subject": "law", "budget": "9/day"}
    assert (await call(app, "POST", "/api/budgets", ann, body)).status == 403


async def test_an_answer_says_what_is_left_and_the_next_is_refused(app: App, admin: dict[str, str]) -> None:
    _, ann = await key(app, admin, rpm=1)
    first = await call(app, "POST", "/v1/chat/completions", ann, chat())
    assert (first.status, first.headers["x-ratelimit-remaining-requests"]) == (200, "0")
    second = await call(app, "POST", "/v1/chat/completions", ann, chat())
    assert second.status == 429
    assert 0 < int(second.headers["retry-after"]) <= 60
    assert second.headers["x-ratelimit-limit-requests"] == "1"
    body = chat(max_tokens=5)
    third = await call(app, "POST", "/v1/messages", ann, body)
    assert (third.status, third.headers["anthropic-ratelimit-requests-remaining"]) == (429, "0")


async def test_a_stream_says_what_is_left(app: App, admin: dict[str, str]) -> None:
    _, ann = await key(app, admin, rpm=9, tpm=10_000)
    streamed = await call(app, "POST", "/v1/chat/completions", ann, chat(stream=True, max_tokens=10))
    assert streamed.headers["x-ratelimit-remaining-requests"] == "8"
    assert int(streamed.headers["x-ratelimit-remaining-tokens"]) < 10_000


async def test_a_spent_budget_is_402_with_its_renewal(app: App, admin: dict[str, str]) -> None:
    await call(app, "POST", "/api/budgets", admin, {"scope": "target", "subject": "dear", "budget": "0.001/month"})
    _, ann = await key(app, admin)
    answer = await call(app, "POST", "/v1/chat/completions", ann, chat("dear", max_tokens=1000))
    assert answer.status == 402
    error = answer.json["error"]
    assert error["code"] == "budget_spent"
    assert "the month's budget of target 'dear' is $0.001 in all" in error["message"]
    assert error["freehold"]["renews"].endswith("-01T00:00:00+00:00")
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["x-freehold-attempts"] == "0"


async def test_what_was_spent_is_told_of_the_key(app: App, admin: dict[str, str]) -> None:
    key_id, ann = await key(app, admin, budget="1/day")
    assert (await call(app, "POST", "/v1/chat/completions", ann, chat("dear", max_tokens=1000))).status == 200
    (row,) = [row for row in (await call(app, "GET", "/api/keys", admin)).json["data"] if row["id"] == key_id]
    (budget,) = row["limits"]["budgets"]
    assert float(budget["spent"]) > 0
    assert budget["held"] == "0"
    assert float(budget["spent"]) + float(budget["left"]) == pytest.approx(1)


@pytest.fixture
def config(config: str) -> str:
    """With one that costs something."""
    return (
        config
        + """
[[target]]
name = "dear"
provider = "scripted"
model = "say:Dear, dear."
price = { input = 10, output = 100 }

[[target]]
name = "far/dear"
provider = "scripted"
"""
    )
