"""Judges over HTTP, asked through the whole pipeline or, where one has to be good, in place of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.evaluate.asking import Asker
from freehold.http.app import App
from freehold.http.evaluate_judges import thresholds_of
from freehold.http.routes.evaluate_judges import ThresholdsBody
from freehold.stores.keys import Grant
from support.asgi import Caller
from support.judging import Material, Played, chooses
from support.live import ADMIN_KEY

SECONDS = 30.0
CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[[target]]
name = "first"
provider = "scripted"
model = 'say:{"reason": "it is first", "better": "1"}'
[[target]]
name = "home"
provider = "scripted"
model = "echo"
"""
LOW = {"agreement": 0.6, "length": 0.5, "position": 0.4}
"""So that a few examples are enough."""
BODY = {"name": "chooser", "model": "first", "kind": "pairwise", "rubric": "Which is better?"}
ADMIN = {"authorization": f"Bearer {ADMIN_KEY}"}


@pytest.fixture
def config() -> str:
    return CONFIG


def rows(size: int) -> list[dict[str, Any]]:
    return [
        {
            "question": "Which?",
            "first": f"good {n}" + " so" * (n % 2),
            "second": f"bad {n}" + " so" * (1 - n % 2),
            "better": 1,
        }
        for n in range(size)
    ]


def good(shown: Material) -> str:
    return chooses("1" if shown["answer 1"].startswith("good") else "2")(shown)


async def call(app: App, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    path, _, query = path.partition("?")
    return await Caller(method, path, headers=ADMIN if headers is None else headers, body=data, query=query).ask(app)


async def done(app: App, begun: dict[str, Any]) -> dict[str, Any]:
    async with asyncio.timeout(SECONDS):
        while True:
            told = (await call(app, "GET", f"/api/eval/certifications/{begun['id']}?wait=1")).json
            if told["state"] not in {"waiting", "running"}:
                return dict(told)


async def test_a_biased_judge_is_told_and_stays_uncertified(app: App) -> None:
    made = await call(app, "POST", "/api/eval/judges", BODY)
    assert (made.status, made.json["certified"]) == (201, False)
    assert "is not certified" in made.json["why_not"]
    begun = await call(app, "POST", "/api/eval/judges/chooser/certify", {"rows": rows(40), "thresholds": LOW})
    assert begun.status == 202
    told = await done(app, begun.json)
    assert (told["state"], told["size"], told["done"]) == ("done", 40, 40)
    certificate = told["certificate"]
    assert not certificate["passed"]
    measures = {each["name"]: each for each in certificate["measures"]}
    assert measures["position"]["value"] > 0.9
    assert not measures["position"]["passed"]
    [shown] = (await call(app, "GET", "/api/eval/judges")).json["data"]
    assert "did not pass" in shown["why_not"]


async def test_gold_is_shown_under_its_label(app: App, stack: Stack) -> None:
    stack.evaluating.__dict__["asker"] = Asker(played := Played(good))
    await call(app, "POST", "/api/eval/judges", BODY)
    body = {"rows": rows(40), "thresholds": LOW, "label": "confidential;eu"}
    await done(app, (await call(app, "POST", "/api/eval/judges/chooser/certify", body)).json)
    labels = {source.label for exchange in played.asked for source in exchange.headers.stated}
    assert (len(played.asked), labels) == (80, {Label.parse("confidential;eu")})


async def test_a_good_judge_is_certified(app: App, stack: Stack) -> None:
    stack.evaluating.__dict__["asker"] = Asker(Played(good))
    await call(app, "POST", "/api/eval/judges", BODY)
    begun = await call(app, "POST", "/api/eval/judges/chooser/certify", {"rows": rows(40), "thresholds": LOW})
    assert (await done(app, begun.json))["certificate"]["passed"]
    shown = (await call(app, "GET", "/api/eval/judges/chooser")).json
    assert (shown["certified"], shown["why_not"]) == (True, None)
    assert [each["state"] for each in shown["certifications"]] == ["done"]
    scorer = stack.evaluating.read_scorers(["judge:chooser"], stack.lookup(ADMIN_KEY))["judge:chooser"]
    assert scorer.gates


@pytest.mark.parametrize(
    ("path", "body", "status", "why"),
    [
        ("/api/eval/judges", {**BODY, "model": "frist"}, 404, "first"),
        ("/api/eval/judges", {**BODY, "name": "No Name"}, 400, "name"),
        ("/api/eval/judges", {**BODY, "scale": [5, 1]}, 400, "scale"),
        ("/api/eval/judges/nobody/certify", {"rows": rows(80)}, 404, "nobody"),
        ("/api/eval/judges/chooser/certify", {"rows": rows(5)}, 422, "more"),
        ("/api/eval/judges/chooser/certify", {"rows": [{"first": "a"}]}, 400, "row 1"),
        ("/api/eval/judges/chooser/certify", {"rows": rows(80), "label": "secret"}, 400, "label"),
        ("/api/eval/judges/chooser/certify", {"rows": rows(80), "thresholds": {"agreement": 2}}, 400, "agreement"),
    ],
)
async def test_mistakes_are_told(app: App, path: str, body: Any, status: int, why: str) -> None:
    await call(app, "POST", "/api/eval/judges", BODY)
    answer = await call(app, "POST", path, body)
    assert answer.status == status
    assert why in answer.json["error"]["message"]


async def test_a_judge_is_removed(app: App) -> None:
    await call(app, "POST", "/api/eval/judges", BODY)
    assert (await call(app, "DELETE", "/api/eval/judges/chooser")).json == {"removed": "chooser"}
    assert (await call(app, "GET", "/api/eval/judges/chooser")).status == 404


async def test_a_viewer_reads_and_changes_nothing(app: App, stack: Stack) -> None:
    secret = stack.keys.create(Grant(name="vera", role="viewer")).secret.reveal()
    headers = {"authorization": f"Bearer {secret}"}
    assert (await call(app, "GET", "/api/eval/judges", headers=headers)).status == 200
    assert (await call(app, "POST", "/api/eval/judges", BODY, headers)).status == 403


def test_thresholds_are_the_usual_ones_but_for_what_is_said() -> None:
    assert thresholds_of(ThresholdsBody(agreement=0.8)).agreement == 0.8
    assert thresholds_of(ThresholdsBody()).agreement == 0.7
    for name, value in (("confidence", 0.4), ("length", float("nan")), ("off_format", 0.0)):
        with pytest.raises(BadRequest, match=name):
            thresholds_of(ThresholdsBody(**{name: value}))
