from __future__ import annotations

import json
from typing import Any

from freehold.assemble import Stack
from freehold.core.label import Label
from freehold.core.money import Price, Rates
from freehold.core.target import Limits, Secret, Target
from freehold.http.app import App
from freehold.http.menu import route_row, target_row
from freehold.policy.judge import Accept
from freehold.policy.rules import Route
from freehold.stores.keys import Grant
from support.asgi import Caller

DEAR = Target(
    "dear",
    "big",
    "https://dear.example/v1",
    "openai",
    Label.parse("internal"),
    api_key=Secret("sk-not-shown"),
    headers=(("x-org", "not-shown"),),
    price=Price(Rates(input=150_000, output=2_000_000, cached_input=75_000), source="table"),
    limits=Limits(context=128_000, rpm=60),
)
HOME = Target("home", "small", "http://127.0.0.1:1/v1", "openai", Label.parse("restricted"), owned=True)


async def rows(app: App, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await Caller(path=path, headers=headers).ask(app)).json["data"]
    return found


def test_a_target_tells_its_price_and_its_limits_and_no_secret() -> None:
    row = target_row(DEAR)
    assert row["price_per_million"] == {"input": "0.15", "output": "2", "cached_input": "0.075"}
    assert (row["limits"]["context"], row["limits"]["rpm"], row["limits"]["tpm"]) == (128_000, 60, None)
    assert row["kinds"] == ["chat"]
    assert "not-shown" not in json.dumps(row)
    assert target_row(HOME)["price_per_million"] == {"input": "0", "output": "0", "cached_input": None}


def test_a_route_tells_how_one_of_its_targets_comes_to_answer() -> None:
    cascade = route_row(Route("auto", "cascade", (HOME, DEAR), Accept(at_least=0.7)), may_ask=True, implied=True)
    assert (cascade["targets"], cascade["accept"]["at_least"]) == (["home", "dear"], 0.7)
    assert (cascade["weights"], cascade["sticky"], cascade["made_by"]) == ([], None, "freehold")
    split = route_row(Route("ab", "split", (HOME, DEAR), weights=(3, 1)), may_ask=False, implied=False)
    assert (split["accept"], split["weights"], split["sticky"]) == (None, [3, 1], "user")
    assert (split["made_by"], split["may_ask"]) == ("file", False)


async def test_targets_tell_their_health(app: App, admin: dict[str, str]) -> None:
    found = await rows(app, "/api/targets", admin)
    assert {row["name"]: row["clearance"] for row in found}["away"] == "internal;eu"
    assert all(row["breaker"] == "closed" for row in found)
    assert all("price_per_million" in row and "limits" in row for row in found)


async def test_a_key_is_told_of_the_routes_that_it_may_ask_for(app: App, stack: Stack, admin: dict[str, str]) -> None:
    every = await rows(app, "/api/routes", admin)
    assert [row["name"] for row in every] == ["auto"]
    assert every[0]["may_ask"]
    for role, told in (("user", []), ("viewer", [False])):
        grant = Grant(name=role, role=role, models=frozenset({"home"}))  # type: ignore[arg-type]
        narrow = {"x-api-key": stack.keys.create(grant).secret.reveal()}
        assert [row["may_ask"] for row in await rows(app, "/api/routes", narrow)] == told
