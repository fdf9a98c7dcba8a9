"""Feedback over HTTP: whose it may be, what is kept of it, and that its text goes where the request's goes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.errors import BadRequest
from freehold.http.app import App
from freehold.http.feedback import said_of
from freehold.http.routes.feedback import FeedbackBody
from freehold.ledger.audit.verify import verify
from freehold.ledger.feedback import Said
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
WORDS = {"corrected": "Anna Weber is well.", "comment": "It was Anna Weber."}


@pytest.fixture
def config() -> str:
    return CONFIG


def bearer(stack: Stack, **grant: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {stack.keys.create(Grant(**grant)).secret.reveal()}"}


@pytest.fixture
def ann(app: App, stack: Stack) -> dict[str, str]:  # the keys close with the application
    """The key of somebody who consents to capture."""
    return bearer(stack, name="ann", capture=True)


@pytest.fixture
def bob(app: App, stack: Stack) -> dict[str, str]:  # as above
    """The key of somebody who does not."""
    return bearer(stack, name="bob")


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    path, _, query = path.partition("?")
    return await Caller(method, path, headers=headers, body=data, query=query).ask(app)


async def chat(app: App, headers: dict[str, str]) -> str:
    body = {"model": "home", "messages": [{"role": "user", "content": "How is Anna Weber?"}]}
    return (await call(app, "POST", "/v1/chat/completions", headers, body)).headers["x-freehold-id"]


async def said(app: App, name: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await call(app, "GET", f"/api/requests/{name}/feedback", headers)).json["data"]
    return rows


async def test_a_key_says_one_thing_of_its_request_and_changes_it(app: App, ann: dict[str, str]) -> None:
    name = await chat(app, ann)
    first = (await call(app, "POST", f"/api/requests/{name}/feedback", ann, {"thumb": -1, "score": 0.25})).json
    second = (await call(app, "POST", f"/api/requests/{name}/feedback", ann, {"thumb": 1, **WORDS})).json
    assert (first["id"], first["thumb"], first["comment"]) == (second["id"], -1, None)
    assert {field: second[field] for field in Said.__struct_fields__} == {
        "thumb": 1,
        "score": 0.25,
        "outcome": None,
        **WORDS,
    }
    assert await said(app, name, ann) == [second]
    assert (await call(app, "GET", f"/api/requests/{name}", ann)).json["feedback"] == [second]


async def test_several_keys_say_something_of_a_request(
    app: App, stack: Stack, admin: dict[str, str], ann: dict[str, str], bob: dict[str, str]
) -> None:
    name = await chat(app, ann)
    operator, viewer = bearer(stack, name="op", role="operator"), bearer(stack, name="looks", role="viewer")
    path = f"/api/requests/{name}/feedback"
    answers = [await call(app, "POST", path, key, {"thumb": 1}) for key in (ann, admin, operator, viewer, bob)]
    assert [answer.status for answer in answers] == [200, 200, 200, 403, 404]
    assert len(await said(app, name, viewer)) == 3
    assert (await call(app, "GET", path, bob)).status == 404
    assert (await call(app, "DELETE", path, bob)).status == 404
    assert (await call(app, "DELETE", path, operator)).json == {"deleted": 1}
    assert (await call(app, "DELETE", path, operator)).json == {"deleted": 0}
    assert len(await said(app, name, ann)) == 2


async def test_thumbs_are_counted_in_usage(app: App, admin: dict[str, str], ann: dict[str, str]) -> None:
    for thumb in (1, 1, -1):
        await call(app, "POST", f"/api/requests/{await chat(app, ann)}/feedback", ann, {"thumb": thumb})
    await call(app, "POST", f"/api/requests/{await chat(app, ann)}/feedback", ann, {"score": 1})
    for by in ("model", "key", "target", "day", "hour", "route", "label", "team"):
        [row] = (await call(app, "GET", f"/api/usage?by={by}", admin)).json["data"]
        assert (row["requests"], row["thumbs_up"], row["thumbs_down"]) == (4, 2, 1), by
    told = (await call(app, "GET", "/api/overview", ann)).json
    assert (told["totals"]["thumbs_up"], told["targets"][0]["thumbs_down"]) == (2, 1)


async def test_text_is_kept_only_where_the_request_s_is(app: App, bob: dict[str, str], admin: dict[str, str]) -> None:
    name = await chat(app, bob)
    for body in (WORDS, {"thumb": 1, "comment": "x"}):
        refused = await call(app, "POST", f"/api/requests/{name}/feedback", admin, body)
        assert refused.status == 409
        assert "send thumb, score and outcome alone" in refused.json["error"]["message"]
    assert await said(app, name, admin) == []
    assert (await call(app, "POST", f"/api/requests/{name}/feedback", bob, {"thumb": 1})).status == 200


async def test_text_goes_with_the_request_s_and_can_be_found_by(
    app: App, stack: Stack, admin: dict[str, str], ann: dict[str, str]
) -> None:
    name = await chat(app, ann)
    await call(app, "POST", f"/api/requests/{name}/feedback", ann, {"thumb": -1, "comment": "Ask  MR. Blum\nagain"})
    found = (await call(app, "POST", "/api/erasures", admin, {"text": "mr. blum", "dry_run": True})).json
    assert found["ids"] == [name]
    await call(app, "DELETE", f"/api/requests/{name}/content", admin)
    [left] = await said(app, name, ann)
    assert (left["thumb"], left["comment"], left["corrected"]) == (-1, None, None)
    assert (await call(app, "POST", f"/api/requests/{name}/feedback", ann, {"comment": "late"})).status == 409
    data = stack.config.server.data_dir
    assert not any(b"Blum" in path.read_bytes() for path in data.glob("freehold.db*"))


async def test_the_audit_log_hears_of_text_that_is_taken_back(
    app: App, stack: Stack, admin: dict[str, str], ann: dict[str, str]
) -> None:
    names = [await chat(app, ann) for _ in range(2)]
    for name, body in zip(names, (WORDS, {"thumb": 1}), strict=True):
        await call(app, "POST", f"/api/requests/{name}/feedback", ann, body)
        await call(app, "DELETE", f"/api/requests/{name}/feedback", ann)
    assert (await call(app, "GET", f"/api/audit/leaves/{names[1]}", admin)).status == 200
    note, key = stack.trail.log().note, stack.trail.signer().key
    async with asyncio.timeout(10):
        while not (told := [head.body for head in stack.trail.log().heads() if head.kind == "erasure"]):
            await asyncio.sleep(0.05)  # The leaf is written and sealed by threads of their own.
            stack.trail.seal()
    leaves = [json.loads(bytes(body)) for body in told]
    assert [(leaf["chosen"], leaf["requests"]) for leaf in leaves] == [(["feedback"], names[:1])]
    assert verify(stack.trail.folder.fetch, key, [note]).holds


async def test_it_is_exported_with_what_was_asked_where_that_was_consented_to(
    app: App, admin: dict[str, str], ann: dict[str, str], bob: dict[str, str]
) -> None:
    names = []
    for key, body in ((ann, {"thumb": 1, **WORDS}), (bob, {"score": 0.5, "outcome": "resolved"})):
        names.append(await chat(app, key))
        await call(app, "POST", f"/api/requests/{names[-1]}/feedback", key, body)
    exported = await call(app, "GET", "/api/feedback", admin)
    assert exported.headers["content-type"].startswith("application/jsonl")
    first, second = map(json.loads, exported.body.decode().splitlines())
    assert [first["request"], second["request"]] == names
    assert first["consent"] is True
    assert first["input"]["messages"][0]["parts"][0]["text"] == "How is Anna Weber?"
    assert "Anna Weber" in first["answer"][0]["text"]
    assert (first["corrected"], first["thumb"], first["target"]) == (WORDS["corrected"], 1, "home")
    assert [second[field] for field in ("consent", "input", "answer", "comment")] == [False, None, None, None]
    assert (second["score"], second["outcome"]) == (0.5, "resolved")
    assert (await call(app, "GET", "/api/feedback", ann)).status == 403
    assert (await call(app, "GET", "/api/feedback?since=2200-01-01", admin)).body == b""


async def test_two_at_once_are_both_kept(app: App, admin: dict[str, str], ann: dict[str, str]) -> None:
    path = f"/api/requests/{await chat(app, ann)}/feedback"
    bodies = [{"thumb": 1}, {"score": 1.0}, {"outcome": "used"}, {"comment": "fine"}]
    answers = await asyncio.gather(*(call(app, "POST", path, ann, body) for body in bodies))
    assert [answer.status for answer in answers] == [200] * 4
    [row] = (await call(app, "GET", path, admin)).json["data"]
    assert [row[name] for name in ("thumb", "score", "outcome", "comment")] == [1, 1.0, "used", "fine"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (FeedbackBody(), None),
        (FeedbackBody(thumb=0), "thumb"),
        (FeedbackBody(thumb=2), "thumb"),
        (FeedbackBody(score=1.01), "score"),
        (FeedbackBody(score=-0.1), "score"),
        (FeedbackBody(score=float("nan")), "score"),
        (FeedbackBody(outcome="Anna Weber called"), "outcome"),
        (FeedbackBody(outcome=""), "outcome"),
        (FeedbackBody(outcome="a" * 41), "outcome"),
        (FeedbackBody(comment="x" * 4001), "comment"),
        (FeedbackBody(corrected="x" * 200_001), "corrected"),
    ],
)
def test_what_cannot_be_said_is_refused_by_its_name(body: FeedbackBody, param: str | None) -> None:
    with pytest.raises(BadRequest) as refused:
        said_of(body)
    assert refused.value.param == param


async def test_what_is_no_feedback_is_refused(app: App, ann: dict[str, str]) -> None:
    name = await chat(app, ann)
    path = f"/api/requests/{name}/feedback"
    for body in ({}, {"thumb": "up"}, {"stars": 5}, {"thumb": True}):
        assert (await call(app, "POST", path, ann, body)).status == 400
    assert (await call(app, "POST", "/api/requests/fh_0/feedback", ann, {"thumb": 1})).status == 404
