"""Datasets over HTTP: made, read, exported and removed, and who may read whose words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.errors import BadRequest
from freehold.http.app import App
from freehold.http.evaluate_datasets import wanted_of
from freehold.stores.keys import Grant
from support.asgi import Caller

CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[ledger]
capture = true
[[target]]
name = "home"
provider = "scripted"
model = "echo"
"""
ROWS = b"""{"question": "2+2?", "answer": 4, "slices": {"task": "sums"}}
{"question": "Who?", "answer": "ada@example.org"}
"""
PATH = "/api/eval/datasets"


@pytest.fixture
def config() -> str:
    return CONFIG


@pytest.fixture
def keys(app: App, stack: Stack) -> dict[str, dict[str, str]]:  # the keys close with the application
    """By role, the header of a key of that role."""
    grants = {role: Grant(name=role, role=role, capture=True) for role in ("user", "viewer", "operator", "admin")}
    return {
        role: {"authorization": f"Bearer {stack.keys.create(grant).secret.reveal()}"} for role, grant in grants.items()
    }


async def call(app: App, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Caller:
    path, _, query = path.partition("?")
    return await Caller(method, path, headers=headers, body=body, query=query).ask(app)


async def test_a_file_that_is_too_large_is_told_what_helps(
    app: App, keys: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.http.evaluate_datasets._MOST_SENT", 10)
    refused = await call(app, "POST", f"{PATH}?name=work", keys["operator"], ROWS)
    assert (refused.status, "make several datasets of it" in str(refused.json)) == (413, True)


async def test_a_file_is_made_read_exported_and_removed(app: App, keys: dict[str, dict[str, str]]) -> None:
    made = await call(app, "POST", f"{PATH}?name=work&test_share=0.5&filename=a.jsonl", keys["operator"], ROWS)
    assert made.status == 201
    assert (made.json["size"], made.json["label"], sum(made.json["splits"].values())) == (2, "confidential", 2)
    assert "email in 1" in " ".join(made.json["report"])
    viewer = keys["viewer"]
    assert [each["id"] for each in (await call(app, "GET", f"{PATH}?name=work", viewer)).json["data"]] == [
        made.json["id"]
    ]
    shown = (await call(app, "GET", f"{PATH}/work?limit=1", viewer)).json
    assert (shown["examples"][0]["messages"], shown["next"]) == ([{"role": "user", "content": "2+2?"}], 0)
    rest = (await call(app, "GET", f"{PATH}/{made.json['id']}?after=0", viewer)).json
    assert ([each["place"] for each in rest["examples"]], rest["next"]) == ([1], None)
    lines = (await call(app, "GET", f"{PATH}/work/export", viewer)).body
    again = await call(app, "POST", f"{PATH}?name=other", keys["operator"], lines)
    assert again.json["id"] == made.json["id"]
    named = await call(app, "DELETE", f"{PATH}/other?force=true", keys["operator"])
    assert named.json == {"removed": None, "name": "other", "kept": made.json["id"], "runs": 0}
    gone = await call(app, "DELETE", f"{PATH}/work?force=true", keys["operator"])
    assert gone.json == {"removed": made.json["id"], "name": "work", "runs": 0}
    assert (await call(app, "GET", f"{PATH}/work", viewer)).status == 404


async def test_a_form_says_the_same_as_a_query(app: App, keys: dict[str, dict[str, str]]) -> None:
    parts = [("name", b"work"), ("personal", b"redact"), ("format", b"jsonl"), ("file", ROWS)]
    body = b"".join(
        f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in parts
    )
    headers = {**keys["operator"], "content-type": "multipart/form-data; boundary=x"}
    made = await call(app, "POST", PATH, headers, body + b"--x--\r\n")
    assert (made.status, made.json["name"], made.json["label"]) == (201, "work", None)
    shown = (await call(app, "GET", f"{PATH}/work", keys["viewer"])).json
    assert shown["examples"][1]["expected"] == "[email]"


async def test_all_bad_rows_are_told_and_nothing_is_kept(app: App, keys: dict[str, dict[str, str]]) -> None:
    told = await call(
        app, "POST", f"{PATH}?name=work", keys["operator"], b'{"inptu": 1}\n{"input": "a"}\n{"input": NaN}'
    )
    assert told.status == 400
    assert "line 1: it has no 'input'" in told.json["error"]["message"]
    assert "line 3: it is not valid JSON" in told.json["error"]["message"]
    assert (await call(app, "GET", PATH, keys["viewer"])).json == {"data": []}


async def test_who_may_what(app: App, keys: dict[str, dict[str, str]]) -> None:
    assert (await call(app, "GET", PATH, keys["user"])).status == 403
    assert (await call(app, "POST", f"{PATH}?name=work", keys["viewer"], ROWS)).status == 403
    assert (await call(app, "DELETE", f"{PATH}/work", keys["viewer"])).status == 403
    assert (await call(app, "POST", f"{PATH}/from-ledger?name=traffic", keys["operator"])).status == 403


async def test_what_was_said_of_answers_is_read_by_admins_alone(app: App, keys: dict[str, dict[str, str]]) -> None:
    body = json.dumps({"model": "home", "messages": [{"role": "user", "content": "Where is my order?"}]}).encode()
    name = (await call(app, "POST", "/v1/chat/completions", keys["user"], body)).headers["x-freehold-id"]
    await call(app, "POST", f"/api/requests/{name}/feedback", keys["user"], b'{"corrected": "In Oslo."}')
    made = await call(app, "POST", f"{PATH}/from-ledger?name=traffic&since=1d", keys["admin"])
    assert made.status == 201, made.json
    assert made.json["report"][0] == "1 from the ledger: 0 accepted, 1 corrected, 0 disputed"

    def shown(answer: Caller) -> dict[str, Any]:
        [example] = answer.json["examples"]
        assert example["exchange"] == name
        assert example["slices"]["opinion"] == "corrected"
        found: dict[str, Any] = example
        return found

    whole = shown(await call(app, "GET", f"{PATH}/traffic", keys["admin"]))
    assert (whole["messages"][0]["content"], whole["expected"]) == ("Where is my order?", "In Oslo.")
    withheld = await call(app, "GET", f"{PATH}/traffic", keys["operator"])
    assert shown(withheld)["withheld"]
    assert b"order" not in withheld.body
    assert b"Oslo" not in withheld.body
    assert (await call(app, "GET", f"{PATH}/traffic/export", keys["operator"])).status == 403
    assert b"Oslo" in (await call(app, "GET", f"{PATH}/traffic/export", keys["admin"])).body


async def test_feedback_without_consent_makes_no_dataset(
    app: App, keys: dict[str, dict[str, str]], stack: Stack
) -> None:
    quiet = {"authorization": f"Bearer {stack.keys.create(Grant(name='quiet')).secret.reveal()}"}
    body = json.dumps({"model": "home", "messages": [{"role": "user", "content": "Hi"}]}).encode()
    name = (await call(app, "POST", "/v1/chat/completions", quiet, body)).headers["x-freehold-id"]
    await call(app, "POST", f"/api/requests/{name}/feedback", quiet, b'{"thumb": 1}')
    told = await call(app, "POST", f"{PATH}/from-ledger?name=traffic", keys["admin"])
    assert told.status == 422
    assert "did not consent" in told.json["error"]["message"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"by": "chance"}, "by is hash or time"),
        ({"test_share": "third"}, "test_share is a number"),
        ({"split_at": "soon"}, "split_at is a date"),
        ({"near": "maybe"}, "near is true or false"),
        ({"label": "secret"}, "secret"),
    ],
)
def test_what_is_wanted_is_told_by_its_name(said: dict[str, str | None], told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        wanted_of(said)


def test_what_is_wanted_is_read() -> None:
    wanted = wanted_of({"name": "work", "split_at": "1970-01-01T00:00:01Z", "near": "false", "label": "internal"})
    assert (wanted.name, wanted.near, str(wanted.label), wanted.personal) == ("work", False, "internal", "keep")
    assert wanted.splitting.at_ns == 10**9
