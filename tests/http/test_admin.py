from __future__ import annotations

import json
from typing import Any

from freehold.assemble import Stack
from freehold.http.app import App
from freehold.stores.keys import Grant
from support.asgi import Caller


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    path, _, query = path.partition("?")
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=headers, body=data, query=query).ask(app)


async def chat(app: App, headers: dict[str, str], model: str = "home") -> str:
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
    return (await call(app, "POST", "/v1/chat/completions", headers, body)).headers["x-freehold-id"]


async def test_requests_are_listed_newest_first_in_pages(app: App, admin: dict[str, str]) -> None:
    ids = [await chat(app, admin) for _ in range(3)]
    first = (await call(app, "GET", "/api/requests?limit=2", admin)).json
    assert [row["id"] for row in first["data"]] == [ids[2], ids[1]]
    rest = (await call(app, "GET", f"/api/requests?limit=2&cursor={first['next']}", admin)).json
    assert [row["id"] for row in rest["data"]] == [ids[0]]
    assert rest["next"] is None


async def test_requests_are_filtered(app: App, admin: dict[str, str]) -> None:
    home, failed = await chat(app, admin), await chat(app, admin, "fails")
    for query, wanted in {
        "model=home": [home],
        "ending=failed": [failed],
        "target=home": [home],
        "label=internal": [failed, home],
        "label=restricted": [],
        "since=1h": [failed, home],
        "until=1h": [],
        "key=nobody": [],
    }.items():
        listed = (await call(app, "GET", f"/api/requests?{query}", admin)).json["data"]
        assert [row["id"] for row in listed] == wanted, query


async def test_a_key_that_is_no_admins_sees_its_own_requests_whatever_it_asks(
    app: App, stack: Stack, admin: dict[str, str]
) -> None:
    issued = stack.keys.create(Grant(name="ann"))
    ann = {"x-api-key": issued.secret.reveal()}
    mine, other = await chat(app, ann), await chat(app, admin)
    listed = (await call(app, "GET", "/api/requests?key=local", ann)).json["data"]
    assert [row["id"] for row in listed] == [mine]
    assert (await call(app, "GET", f"/api/requests/{mine}", ann)).status == 200
    assert (await call(app, "GET", f"/api/requests/{other}", ann)).status == 404
    assert (await call(app, "GET", f"/api/requests/{mine}", admin)).status == 200


async def test_a_question_about_routing_sends_nothing(app: App, admin: dict[str, str]) -> None:
    told = (await call(app, "POST", "/api/explain", admin, {"text": "hi", "model": "away"})).json
    assert (told["first"], told["label"], told["error"]) == (["away"], "internal", None)
    barred = await call(app, "POST", "/api/explain", admin, {"text": "hi", "model": "away", "label": "restricted"})
    assert barred.json["first"] == []
    assert barred.json["code"] == "label_forbidden"
    assert (await call(app, "GET", "/api/requests", admin)).json["data"] == []


async def test_a_reload_is_whole_or_not_at_all(app: App, stack: Stack, admin: dict[str, str]) -> None:
    file = stack.config.source
    assert file is not None
    before = (await call(app, "POST", "/api/reload", admin)).json["revision"]
    good = file.read_text()
    file.write_text(good + '\n[[target]]\nname = "more"\nprovider = "scripted"\n')
    assert (await call(app, "POST", "/api/reload", admin)).json["revision"] != before
    file.write_text(good + "\n[[target]]\nnam = 1\n")
    refused = await call(app, "POST", "/api/reload", admin)
    assert refused.status == 422
    assert refused.json["error"]["message"].startswith("nothing was changed: ")
    assert (await call(app, "GET", "/v1/models/more", admin)).status == 200
