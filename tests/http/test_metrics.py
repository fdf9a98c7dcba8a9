from __future__ import annotations

import json

import msgspec
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic

from freehold.assemble import Stack
from freehold.config.tree import Telemetry
from freehold.http.app import App
from freehold.stores.keys import Grant
from support.asgi import Caller
from support.live import ADMIN_KEY

ASK = {"model": "home", "messages": [{"role": "user", "content": "hunter2 is the word"}]}


async def get(app: App, key: str | None = None, accept: str = "*/*") -> Caller:
    headers = {"accept": accept} | ({} if key is None else {"authorization": f"Bearer {key}"})
    return await Caller(path="/metrics", headers=headers).ask(app)


async def chat(app: App, model: str = "home") -> Caller:
    body = json.dumps(ASK | {"model": model}).encode()
    headers = {"authorization": f"Bearer {ADMIN_KEY}"}
    return await Caller("POST", "/v1/chat/completions", headers=headers, body=body).ask(app)


def set_access(stack: Stack, access: str) -> None:
    stack.config = msgspec.structs.replace(stack.config, telemetry=Telemetry(metrics=access))  # type: ignore[arg-type]


async def test_anyone_on_this_machine_may_read_what_was_counted(app: App) -> None:
    assert (await chat(app)).status == 200
    told = await get(app)
    assert told.status == 200
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = told.body.decode()
    families = {family.name: family for family in classic(text)}
    requests = [sample for sample in families["freehold_requests"].samples if sample.labels.get("route") == "home"]
    assert [(sample.labels["ending"], sample.value) for sample in requests] == [("completed", 1.0)]
    assert {"freehold_target_running", "freehold_ledger_backlog", "freehold_worker_memory_bytes"} <= set(families)
    assert [s.value for s in families["freehold_target_breaker_open"].samples if s.labels["target"] == "home"] == [0.0]
    assert "hunter2" not in text


async def test_a_scraper_may_ask_for_openmetrics(app: App) -> None:
    told = await get(app, accept="application/openmetrics-text; version=1.0.0")
    assert told.headers["content-type"].startswith("application/openmetrics-text")
    assert list(openmetrics(told.body.decode()))


async def test_elsewhere_it_takes_a_key_that_sees_all(app: App, stack: Stack) -> None:
    set_access(stack, "key")
    assert (await get(app)).status == 401
    assert (await get(app, ADMIN_KEY)).status == 200
    viewer = stack.keys.create(Grant(name="prometheus", role="viewer")).secret.reveal()
    assert (await get(app, viewer)).status == 200
    user = stack.keys.create(Grant(name="ann")).secret.reveal()
    assert (await get(app, user)).status == 403


async def test_it_can_be_turned_off(app: App, stack: Stack) -> None:
    set_access(stack, "off")
    told = await get(app, ADMIN_KEY)
    assert told.status == 404
    assert "turned off" in told.body.decode()


@pytest.mark.parametrize("name", ["no/such-model", "x" * 100])
async def test_what_a_caller_asks_for_is_never_a_label(app: App, name: str) -> None:
    await chat(app, name)
    text = (await get(app)).body.decode()
    assert name not in text
    assert 'freehold_refusals_total{code="model_not_found",route="none"} 1.0' in text
