"""Plans over HTTP: for operators, one at a time, within bounds, with every fault told."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import msgspec
import pytest

from freehold.http import plan as module
from freehold.http.app import App
from freehold.http.routes.plan import PlanBody
from freehold.plan.result import Plan
from support.asgi import Caller

SMALL = """
[workload]
requests_a_day = 1000
prompt_tokens = 1000
answer_tokens = 200
[options.one]
kind = "api"
model = "first"
input = 2.5
output = 10
"""


async def ask(app: App, headers: dict[str, str], **body: Any) -> Caller:
    data = json.dumps({"draws": 100, **body}).encode()
    return await Caller("POST", "/api/plan", headers=headers, body=data).ask(app)


async def test_a_scenario_becomes_a_plan_with_its_changes(app: App, admin: dict[str, str]) -> None:
    answer = await ask(app, admin, scenario=SMALL, changes={"workload.requests_a_day": 2000, "options.one.input": 1})
    assert answer.status == 200, answer.body
    plan = msgspec.json.decode(answer.body, type=Plan)
    said = {row.path: row.value for row in plan.assumptions}
    assert (said["workload.requests_a_day"], said["options.one.input"], plan.draws) == (2000, 1, 100)


async def test_a_change_has_its_range_or_its_currency(app: App, admin: dict[str, str]) -> None:
    ranged = {"value": 2000, "low": 1900.5, "high": 2100}
    answer = await ask(
        app, admin, scenario=SMALL, changes={"workload.requests_a_day": ranged, "options.one.input": "1.5 USD"}
    )
    said = {row["path"]: row for row in answer.json["assumptions"]}
    assert (said["workload.requests_a_day"]["low"], said["options.one.input"]["value"]) == (1900.5, 1.5)


async def test_every_fault_is_told_with_its_line(app: App, admin: dict[str, str]) -> None:
    answer = await ask(app, admin, scenario=SMALL.replace("1000", "-1"))
    lines = answer.json["error"]["message"].splitlines()
    assert answer.status == 400
    assert [line.split(": ")[0] for line in lines[:2]] == ["the scenario:3", "the scenario:4"]


async def test_who_left_before_the_turn_came_is_not_planned_for(
    app: App, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    go, made = threading.Event(), []

    def slow(body: PlanBody, _: object) -> bytes:
        made.append(body.seed)
        assert go.wait(20)
        return b"{}"

    monkeypatch.setattr(module, "_made", slow)
    first = asyncio.create_task(ask(app, admin, seed=1))
    await asyncio.sleep(0.1)
    leaver = Caller("POST", "/api/plan", headers=admin, body=b'{"seed": 2}')
    second = asyncio.create_task(leaver.ask(app))
    await asyncio.sleep(0.1)
    leaver.leave()
    await asyncio.wait_for(second, 10)
    go.set()
    assert (await asyncio.wait_for(first, 10)).status == 200
    assert (await ask(app, admin, seed=3)).status == 200
    assert made == [1, 3]


async def test_the_report_is_a_page_that_may_run_nothing(app: App, admin: dict[str, str]) -> None:
    answer = await ask(app, admin, scenario=SMALL, form="html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.body.startswith(b"<!doctype html>")


async def test_shipped_scenarios_are_listed_and_planned_by_name(app: App, admin: dict[str, str]) -> None:
    listed = await Caller("GET", "/api/plan/scenarios", headers=admin).ask(app)
    assert [row["name"] for row in listed.json["data"]] == ["batch", "clinic", "laptop", "moderate", "startup"]
    moderate = listed.json["data"][3]
    assert moderate["title"] == "A moderate workload"
    assert moderate["about"].startswith("10,000 queries a day")
    assert "[workload]" in moderate["text"]
    answer = await ask(app, admin, shipped="laptop")
    assert answer.json["scenario"] == "laptop"


async def test_the_ledger_s_own_traffic(app: App, admin: dict[str, str]) -> None:
    empty = await ask(app, admin, from_ledger=True)
    assert empty.status == 400
    assert "the ledger remembers no two answered requests" in empty.json["error"]["message"]
    body = json.dumps({"model": "home", "messages": [{"role": "user", "content": "Hello"}]}).encode()
    for _ in range(3):
        assert (await Caller("POST", "/v1/chat/completions", headers=admin, body=body).ask(app)).status == 200
    for _ in range(100):  # A record comes to the disk a moment after its answer.
        answer = await ask(app, admin, scenario=SMALL, from_ledger=True)
        if answer.status == 200 and any("3 answered chats" in note for note in answer.json["notes"]):
            return
        await asyncio.sleep(0.05)
    pytest.fail(answer.body.decode())


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"scenario": "[workload]\nrequests_a_day = -1"}, 400, "workload.requests_a_day"),
        ({"scenario": SMALL, "changes": {"options.one.inptu": 1}}, 400, "inptu"),
        ({"scenario": '[workload]\ntrace = "/etc/passwd"'}, 400, "names a file"),
        ({"scenario": "=", "draws": 100}, 400, "scenario"),
        ({"scenario": SMALL, "shipped": "laptop"}, 400, "cannot stand together"),
        ({"shipped": "../../etc/passwd"}, 404, "comes with Freehold"),
        ({"draws": 20_001}, 400, "draws is from 1 to 20000"),
        ({"seed": -1}, 400, "seed"),
        ({"form": "pdf"}, 400, "form"),
        ({"changes": {f"workload.a{place}": 1 for place in range(101)}}, 400, "at most 100"),
        ({"changes": {"workload.requests_a_day": "many"}}, 400, "workload.requests_a_day is a number, or an amount"),
        ({"shipped": "laptop", "changes": {"workload.trace": "/etc/passwd"}}, 400, "workload.trace is a number"),
        ({"changes": {"workload.trace": {"value": 1, "low": 1, "high": "/etc"}}}, 400, "workload.trace is a number"),
        ({"changes": {"workload.requests_a_day": [1]}}, 400, "changes"),
        ({"changes": {"a." * 20_000: 1}}, 400, "at most 200 signs"),
        ({"scenario": SMALL + "#" * 300_000}, 413, "larger"),
        ({"what": 1}, 400, "what"),
    ],
)
async def test_what_cannot_be_planned_says_why(
    app: App, admin: dict[str, str], body: dict[str, Any], status: int, said: str
) -> None:
    answer = await ask(app, admin, **body)
    assert answer.status == status, answer.body
    assert said in answer.json["error"]["message"]


async def test_many_options_are_too_many(app: App, admin: dict[str, str]) -> None:
    option = SMALL[SMALL.index("[options.one]") :]
    many = "".join(option.replace("one", f"o{place}") for place in range(module.MOST_OPTIONS + 1))
    answer = await ask(app, admin, scenario=many)
    assert answer.status == 422
    assert f"at most {module.MOST_OPTIONS}" in answer.json["error"]["message"]


async def test_a_key_of_a_user_s_may_not(app: App, admin: dict[str, str]) -> None:
    body = json.dumps({"name": "ann"}).encode()
    key = (await Caller("POST", "/api/keys", headers=admin, body=body).ask(app)).json["key"]
    assert (await ask(app, {"authorization": f"Bearer {key}"}, scenario=SMALL)).status == 403


async def test_one_at_a_time_and_few_wait(app: App, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    go, under_way, most = threading.Event(), [0], [0]

    def slow(*_: object) -> bytes:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        assert go.wait(20)
        under_way[0] -= 1
        return b"{}"

    monkeypatch.setattr(module, "_made", slow)
    asked = [asyncio.create_task(ask(app, admin)) for _ in range(module.WAITING + 1)]
    await asyncio.sleep(0.2)
    refused = await ask(app, admin)
    assert (refused.status, refused.headers["retry-after"]) == (429, "10")
    go.set()
    assert [each.status for each in await asyncio.wait_for(asyncio.gather(*asked), 20)] == [200] * len(asked)
    assert most == [1]
    assert (await ask(app, admin)).status == 200


async def test_what_takes_too_long_is_told_and_frees_its_place_when_it_ends(
    app: App, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def slow(*_: object) -> bytes:
        assert go.wait(20)
        return b"{}"

    monkeypatch.setattr(module, "_made", slow)
    monkeypatch.setattr(module, "SECONDS", 0.05)
    answer = await ask(app, admin)
    assert answer.status == 422
    assert "takes more than" in answer.json["error"]["message"]
    go.set()
    monkeypatch.setattr(module, "SECONDS", 20)
    assert (await ask(app, admin)).status == 200
