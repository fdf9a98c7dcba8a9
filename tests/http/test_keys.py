from __future__ import annotations

import json
import logging
import time
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.http.app import App
from freehold.http.keys import amended_grant, grant_of, key_row
from freehold.http.routes.keys import KeyBody, KeyChange
from freehold.stores.keys import Grant
from support.asgi import Caller

EVERYTHING = Grant(
    name="ann",
    label=Label.parse("confidential;eu"),
    role="viewer",
    models=frozenset({"home"}),
    groups=frozenset({"legal"}),
    team="law",
    may_declare=True,
    capture=True,
    collections=("handbook",),
    expires_ns=time.time_ns() + 10**15,
)


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=headers, body=data).ask(app)


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


def test_a_change_changes_what_it_says_alone() -> None:
    assert amended_grant(EVERYTHING, KeyChange()) == EVERYTHING
    bare = KeyChange(
        name="bea",
        label=None,
        models=None,
        groups=[],
        collections=[],
        team=None,
        role="user",
        may_declare=False,
        capture=False,
        days=None,
    )
    assert amended_grant(EVERYTHING, bare) == Grant(name="bea")
    fresh = amended_grant(Grant(name="bea"), KeyChange(label="public", models=["x"], groups=["g"], days=1))
    assert fresh.expires_ns is not None
    assert fresh.expires_ns - time.time_ns() == pytest.approx(86_400e9, rel=0.001)
    assert (fresh.label, fresh.models, fresh.groups) == (Label.parse("public"), frozenset({"x"}), frozenset({"g"}))


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"name": None},
        {"days": 0},
        {"label": "secret"},
        {"collections": ["../up"]},
        {"role": "root"},
        {"groups": None},
        {"capture": "yes"},
        {"prefix": "fh-"},
        {"hash": ""},
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(
    app: App, stack: Stack, admin: dict[str, str], change: dict[str, Any]
) -> None:
    key = stack.keys.create(EVERYTHING).key
    refused = await call(app, "POST", f"/api/keys/{key.id}", admin, change)
    assert refused.status == 400
    assert refused.json["error"]["param"].startswith(next(iter(change)))
    assert stack.keys.get(key.id).grant == EVERYTHING


async def test_a_key_is_amended_and_its_holder_feels_it_at_once(
    app: App, stack: Stack, admin: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    issued = stack.keys.create(Grant(name="ann"))
    ann = {"x-api-key": issued.secret.reveal()}
    assert (await call(app, "GET", "/api/targets", ann)).status == 403
    told = await call(app, "POST", f"/api/keys/{issued.key.id}", admin, {"role": "viewer", "models": ["home"]})
    assert (told.json["role"], told.json["models"], told.json["name"]) == ("viewer", ["home"], "ann")
    assert (await call(app, "GET", "/api/targets", ann)).status == 200
    assert (await call(app, "GET", "/v1/models/away", ann)).status == 404
    assert f"key {issued.key.id} amended (models, role) by {stack.keys.get('admin').id}" in caplog.text
    assert issued.secret.reveal() not in caplog.text


@pytest.mark.parametrize("change", [{"role": "operator"}, {"days": 30}])
async def test_the_last_admin_stays_one_whatever_is_amended(
    app: App, stack: Stack, admin: dict[str, str], change: dict[str, Any]
) -> None:
    last = stack.keys.get("admin")
    refused = await call(app, "POST", f"/api/keys/{last.id}", admin, change)
    assert refused.status == 409
    assert (await call(app, "POST", f"/api/keys/{last.id}", admin, {"name": "root"})).status == 200
    stack.keys.create(Grant(name="second", role="admin"))
    assert (await call(app, "POST", f"/api/keys/{last.id}", admin, change)).status == 200


async def test_the_last_admin_may_be_given_more_time(app: App, stack: Stack, admin: dict[str, str]) -> None:
    soon = stack.keys.create(Grant(name="soon", role="admin", expires_ns=time.time_ns() + 10**15))
    assert (await call(app, "DELETE", f"/api/keys/{stack.keys.get('admin').id}", admin)).status == 200
    mine = {"x-api-key": soon.secret.reveal()}
    assert (await call(app, "POST", f"/api/keys/{soon.key.id}", mine, {"days": 1})).status == 409
    assert (await call(app, "POST", f"/api/keys/{soon.key.id}", mine, {"days": 90})).status == 200


async def test_how_a_key_begins_is_told_to_admins(app: App, stack: Stack, admin: dict[str, str]) -> None:
    viewer = {"x-api-key": stack.keys.create(Grant(name="vi", role="viewer")).secret.reveal()}
    for headers, told in ((admin, True), (viewer, False)):
        rows = (await call(app, "GET", "/api/keys", headers)).json["data"]
        assert [row["prefix"] is not None for row in rows] == [told, told]
