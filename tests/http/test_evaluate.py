"""Runs over HTTP: who may begin and read them, and what each path says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.evaluate.datasets.identity import dataset_id
from freehold.evaluate.model import Dataset, Example
from freehold.gateway import gates
from freehold.http.app import App
from freehold.http.evaluate import result_row, run_row
from freehold.stores.keys import Grant
from support.asgi import Caller
from support.evaluated import examples

RUNS = "/api/eval/runs"
Keys = dict[str, dict[str, str]]


@pytest.fixture
def keys(app: App, stack: Stack) -> Keys:  # the keys close with the application
    """By role, the header of a key of that role."""
    grants = {role: Grant(name=role, role=role) for role in ("viewer", "operator", "admin")}
    return {
        role: {"authorization": f"Bearer {stack.keys.create(grant).secret.reveal()}"} for role, grant in grants.items()
    }


@pytest.fixture
def data(app: App, stack: Stack) -> str:
    return keep(stack, examples(3), "work")


def keep(stack: Stack, some: list[Example], name: str) -> str:
    found = Dataset(dataset_id(some), name, len(some), 1)
    return stack.evaluating.dataset_store.add(found, some).id


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    path, _, query = path.partition("?")
    sent = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=headers, body=sent, query=query).ask(app)


async def ran(app: App, keys: Keys, **body: Any) -> dict[str, Any]:
    given = {"dataset": "work", "subject": "home", "scorers": ["exact"], **body}
    begun = await call(app, "POST", RUNS, keys["operator"], given)
    assert begun.status == 202, begun.body
    found: dict[str, Any] = (await call(app, "GET", f"{RUNS}/{begun.json['id']}?wait=20", keys["viewer"])).json
    return found


async def test_a_run_is_begun_followed_read_compared_and_removed(app: App, keys: Keys, data: str) -> None:
    run = await ran(app, keys, budget="0.50", limit=2)
    assert (run["state"], run["dataset"], run["dataset_name"], run["total"]) == ("done", data, "work", 2)
    assert (run["counts"]["answered"], run["scores"]["exact"], run["budget"]) == (2, {"told": 2, "mean": 1.0}, "0.5")
    viewer, path = keys["viewer"], f"{RUNS}/{run['id']}"
    page = (await call(app, "GET", f"{path}/results?limit=1", viewer)).json
    rest = (await call(app, "GET", f"{path}/results?after={page['next']}", viewer)).json
    [one, two] = [*page["data"], *rest["data"]]
    assert (one["state"], one["scores"]["exact"]["value"], rest["next"]) == ("answered", 1.0, None)
    assert one["text"] != two["text"]
    listed = (await call(app, "GET", f"{RUNS}?subject=home&dataset={data}&limit=5", viewer)).json["data"]
    assert [each["id"] for each in listed] == [run["id"]]
    compared = await call(app, "GET", f"/api/eval/comparison?runs={run['id']}", viewer)
    assert (compared.json["format"], compared.json["subjects"][0]["answered"]) == ("freehold-comparison/1", 2)
    assert (await call(app, "DELETE", path, keys["operator"])).json == {"removed": run["id"]}
    assert (await call(app, "GET", path, viewer)).status == 404


async def test_an_ended_run_is_scored_gone_on_with_and_stopped_without_harm(
    app: App, keys: Keys, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "FAILURES", 1000)  # What is left alone would be waited for.
    run = await ran(app, keys, subject="fails")
    path, operator = f"{RUNS}/{run['id']}", keys["operator"]
    assert (run["counts"]["failed"], run["scores"]) == (3, {})
    assert (await call(app, "POST", f"{path}/resume", operator, {"budget": 1})).status == 202
    again = (await call(app, "GET", f"{path}?wait=20", operator)).json
    assert (again["counts"]["failed"], again["budget"]) == (3, "1")
    assert (await call(app, "POST", f"{path}/stop", operator)).json["state"] == "done"
    assert (await call(app, "POST", f"{path}/scores", operator, {"scorers": ["f1"]})).status == 202
    scored = (await call(app, "GET", f"{path}?wait=20", operator)).json
    assert (scored["state"], scored["scorers"]) == ("done", ["exact", "f1"])


async def test_results_leave_and_come_back(app: App, keys: Keys, data: str) -> None:
    run = await ran(app, keys)
    taken = (await call(app, "GET", f"{RUNS}/{run['id']}/results/export", keys["viewer"])).json
    assert (taken["format"], len(taken["results"])) == ("freehold-results/1", 3)
    brought = await call(app, "POST", "/api/eval/results", keys["operator"], taken | {"note": "from elsewhere"})
    assert (brought.status, brought.json["note"], brought.json["key"]) == (201, "from elsewhere", None)
    both = f"{run['id']},{brought.json['id']}"
    assert len((await call(app, "GET", f"/api/eval/comparison?runs={both}", keys["viewer"])).json["pairs"]) == 1


async def test_what_was_taken_from_the_ledger_only_an_admin_reads(app: App, stack: Stack, keys: Keys) -> None:
    [one] = examples(1)
    keep(stack, [Example("ex_1", one.request, exchange="fh_1")], "said")
    run = await ran(app, keys, dataset="said")
    for path in (f"{RUNS}/{run['id']}/results", f"{RUNS}/{run['id']}/results/export"):
        assert (await call(app, "GET", path, keys["operator"])).status == 403
        assert (await call(app, "GET", path, keys["admin"])).status == 200
    comparison = f"/api/eval/comparison?runs={run['id']}"
    assert (await call(app, "GET", comparison, keys["viewer"])).status == 403


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"dataset": "none"}, 404, "no dataset"),
        ({"subject": "hme"}, 404, "nearest: home"),
        ({"scorers": ["exakt"]}, 400, "exact"),
        ({"budget": "much"}, 400, "budget"),
        ({"parallel": 65}, 400, "parallel"),
        ({"limit": 0}, 400, "limit"),
        ({"paralel": 1}, 400, "paralel"),
    ],
)
async def test_what_cannot_be_is_refused(
    app: App, keys: Keys, data: str, body: dict[str, Any], status: int, said: str
) -> None:
    answer = await call(app, "POST", RUNS, keys["operator"], {"dataset": "work", "subject": "home", **body})
    assert (answer.status, said in answer.body.decode()) == (status, True)


async def test_runs_of_different_datasets_do_not_stand_side_by_side(
    app: App, stack: Stack, keys: Keys, data: str
) -> None:
    keep(stack, examples(5), "other")
    runs = [await ran(app, keys), await ran(app, keys, dataset="other")]
    path = f"/api/eval/comparison?runs={','.join(each['id'] for each in runs)}"
    answer = await call(app, "GET", path, keys["viewer"])
    assert (answer.status, "different questions" in answer.body.decode()) == (422, True)
    assert (await call(app, "GET", "/api/eval/comparison", keys["viewer"])).status == 400


async def test_a_viewer_reads_and_changes_nothing(app: App, keys: Keys, data: str) -> None:
    body = {"dataset": "work", "subject": "home"}
    assert (await call(app, "POST", RUNS, keys["viewer"], body)).status == 403
    assert (await call(app, "GET", RUNS, keys["viewer"])).json == {"data": []}


async def test_money_is_told_in_dollars(app: App, stack: Stack, keys: Keys, data: str) -> None:
    run = await ran(app, keys)
    kept = await stack.evaluating.runs.get(run["id"])
    assert (run_row(kept)["spent"], run_row(kept)["budget"]) == ("0", None)
    [row, *_] = await stack.evaluating.runs.every(run["id"])
    told = result_row(row)
    assert (told["cost"], told["saved"], "answer" in told) == ("0", "0", False)
