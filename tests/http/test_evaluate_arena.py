"""The arena over HTTP: who may vote on what, and that no text of an answer stays."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.http.app import App
from freehold.stores.keys import Grant
from support.asgi import Caller

CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[[target]]
name = "home"
provider = "scripted"
model = "echo"
[[target]]
name = "away"
provider = "scripted"
model = "echo"
[[target]]
name = "broken"
provider = "scripted"
model = "fail:server"
"""


@pytest.fixture
def config() -> str:
    return CONFIG


def bearer(stack: Stack, **grant: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {stack.keys.create(Grant(**grant)).secret.reveal()}"}


@pytest.fixture
def ann(app: App, stack: Stack) -> dict[str, str]:  # the keys close with the application
    return bearer(stack, name="ann")


@pytest.fixture
def eve(app: App, stack: Stack) -> dict[str, str]:  # as above
    return bearer(stack, name="eve", role="viewer")


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    path, _, query = path.partition("?")
    return await Caller(method, path, headers=headers, body=data, query=query).ask(app)


async def chat(app: App, headers: dict[str, str], model: str) -> str:
    body = {"model": model, "messages": [{"role": "user", "content": "How is Anna Weber?"}]}
    return (await call(app, "POST", "/v1/chat/completions", headers, body)).headers["x-freehold-id"]


def between(left: str, right: str, choice: str = "left", text: str = "# Well\n\n- **very**") -> dict[str, Any]:
    return {"left": {"id": left, "text": text}, "right": {"id": right, "text": "Well."}, "choice": choice}


async def vote(app: App, headers: dict[str, str], body: dict[str, Any]) -> Caller:
    return await call(app, "POST", "/api/eval/arena/votes", headers, body)


async def test_a_vote_is_kept_without_a_word_of_the_answers(
    app: App, stack: Stack, ann: dict[str, str], eve: dict[str, str]
) -> None:
    left, right = await chat(app, ann, "home"), await chat(app, ann, "away")
    said = await vote(app, ann, between(left, right))
    assert said.status == 200, said.json
    style = {"length": 18, "headers": 1, "lists": 1, "bold": 1}
    assert said.json["left"] == {"exchange": left, "subject": "home", "target": "home", "style": style}
    again = await vote(app, ann, between(left, right, "tie"))
    assert again.json["id"] == said.json["id"]
    [row] = (await call(app, "GET", "/api/eval/arena/votes?limit=9", eve)).json["data"]
    assert (row["choice"], row["right"]["subject"]) == ("tie", "away")
    with closing(stack.evaluating.means.store.reader()) as connection:
        [[body]] = connection.execute("SELECT body FROM eval_votes").fetchall()
    assert "Well" not in body
    ranking = (await call(app, "GET", "/api/eval/arena", eve)).json
    assert ranking["votes"] == 1
    assert {each["subject"] for each in ranking["groups"][0]["ranked"]} == {"home", "away"}
    assert (await call(app, "GET", "/api/eval/arena?since=2100-01-01", eve)).json["votes"] == 0


async def test_only_ones_own_whole_and_unlike_answers_are_voted_on(
    app: App, ann: dict[str, str], eve: dict[str, str]
) -> None:
    left, right, same = await chat(app, ann, "home"), await chat(app, ann, "away"), await chat(app, ann, "home")
    assert (await vote(app, eve, between(left, right))).status == 404
    assert (await vote(app, ann, between(left, left))).status == 400
    assert "compares nothing" in (await vote(app, ann, between(left, same))).json["error"]["message"]
    failed = await chat(app, ann, "broken")
    assert "no whole answer" in (await vote(app, ann, between(left, failed))).json["error"]["message"]
    assert (await vote(app, ann, between(left, right, "middle"))).status == 400


async def test_votes_and_ranking_are_a_viewers(app: App, ann: dict[str, str]) -> None:
    assert (await call(app, "GET", "/api/eval/arena", ann)).status == 403
    assert (await call(app, "GET", "/api/eval/arena/votes", ann)).status == 403
