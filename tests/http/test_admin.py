from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.http.admin import grant_of, key_row
from freehold.http.app import App
from freehold.http.routes.admin import KeyBody
from freehold.stores.keys import Grant
from support.asgi import Caller


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    path, _, query = path.partition("?")
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=headers, body=data, query=query).ask(app)


async def chat(app: App, headers: dict[str, str], model: str = "home") -> str:
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
    return (await call(app, "POST", "/v1/chat/completions", headers, body)).headers["x-freehold-id"]


async def test_a_key_is_made_shown_once_rotated_and_revoked(app: App, admin: dict[str, str]) -> None:
    made = await call(app, "POST", "/api/keys", admin, {"name": "ann", "label": "confidential;eu", "days": 7})
    assert made.status == 201
    secret, key_id = made.json["key"], made.json["id"]
    assert secret.startswith(made.json["prefix"])
    assert made.json["label"] == "confidential;eu"
    (row,) = [row for row in (await call(app, "GET", "/api/keys", admin)).json["data"] if row["id"] == key_id]
    assert "key" not in row
    assert row["revoked"] is None
    turned = await call(app, "POST", f"/api/keys/{key_id}/rotate", admin)
    assert turned.json["key"] != secret
    gone = await call(app, "DELETE", f"/api/keys/{key_id}", admin)
    assert gone.json["revoked"] is not None
    assert (await call(app, "GET", "/v1/models", {"x-api-key": turned.json["key"]})).status == 401


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


async def test_targets_tell_their_health(app: App, admin: dict[str, str]) -> None:
    rows = (await call(app, "GET", "/api/targets", admin)).json["data"]
    assert {row["name"]: row["clearance"] for row in rows}["away"] == "internal;eu"
    assert all(row["breaker"] == "closed" for row in rows)


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


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (KeyBody(name=" "), "name"),
        (KeyBody(name="two\nlines"), "name"),
        (KeyBody(name="x" * 101), "name"),
        (KeyBody(name="x", days=0), "days"),
        (KeyBody(name="x", days=36_501), "days"),
        (KeyBody(name="x", label="secret"), "label"),
        (KeyBody(name="x", collections=["../up"]), "collections"),
    ],
)
def test_a_key_that_cannot_be_is_refused(body: KeyBody, param: str) -> None:
    with pytest.raises(BadRequest) as caught:
        grant_of(body)
    assert caught.value.param == param


def test_a_grant_is_what_was_asked_for() -> None:
    grant = grant_of(KeyBody(name="x", label="public", models=["b", "a"], groups=["g"], team="t", may_declare=True))
    assert grant == Grant(
        name="x",
        label=Label.parse("public"),
        models=frozenset({"a", "b"}),
        groups=frozenset({"g"}),
        team="t",
        may_declare=True,
    )


async def test_the_last_admin_key_stays(app: App, stack: Stack, admin: dict[str, str]) -> None:
    last = stack.keys.get("admin")
    refused = await call(app, "DELETE", f"/api/keys/{last.id}", admin)
    assert refused.status == 409
    stack.keys.create(Grant(name="second", role="admin"))
    assert (await call(app, "DELETE", f"/api/keys/{last.id}", admin)).status == 200


async def test_a_key_as_json_has_no_secret(stack: Stack) -> None:
    issued = stack.keys.create(Grant(name="x"))
    assert issued.secret.reveal() not in json.dumps(key_row(issued.key))
    stack.keys.close()
