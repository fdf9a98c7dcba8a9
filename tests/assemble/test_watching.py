"""Telemetry of a whole Freehold: who may be shown what, and that a collector gets what happened."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import msgspec
import pytest

from freehold.assemble import Stack, build
from freehold.assemble.watching import Watching
from freehold.config import load
from freehold.core.caller import Caller
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.request import EmbeddingRequest, Message, Request, TextPart
from freehold.core.trace import begin
from freehold.ledger.rows import opened_row
from support.collector import collecting, values
from support.exchanges import attempt, begun, ended

CONFIG = """
[knowledge]
embedding = "off"
documentation = false

[discover]
enabled = false
keys = false

[[target]]
name = "first"
provider = "scripted"
model = "say:Perhaps."

[[target]]
name = "fails"
provider = "scripted"
model = "fail:server"
"""
CONSENTS = Caller("key_ann", "ann", capture=True)


def a_stack(folder: Path, telemetry: str) -> Stack:
    file = folder / "freehold.toml"
    file.write_text(CONFIG + "\n[telemetry]\n" + telemetry)
    env = {"HOME": str(folder), "FREEHOLD_DATA_DIR": str(folder / "data")}
    return build(load(file, env), env)


def asking(text: str, model: str = "first", caller: Caller = CONSENTS) -> Exchange:
    exchange = Exchange(Request(model, (Message("user", (TextPart(text),)),), "openai"), caller)
    exchange.trace = begin(exchange.id, None)
    return exchange


async def ask(stack: Stack, exchange: Exchange) -> None:
    try:
        async with stack.handler(exchange) as events:
            async for _ in events:
                pass
    except Exception:  # What went wrong is in the record.
        assert exchange.end is not None


async def test_a_collector_gets_what_a_whole_freehold_did(tmp_path: Path) -> None:
    with collecting() as collector:
        stack = a_stack(tmp_path, f'endpoint = "{collector.url}"\nsample = 0.0\ncontent = true\n')
        await stack.start()
        try:
            await ask(stack, asking("hunter2 well"))
            await ask(stack, asking("hunter2 failing", model="fails"))
            await ask(stack, asking("x", model="nothing/of-the-kind"))
        finally:
            await stack.stop()
        roots = [values(span.attributes) for span in collector.spans if span.kind == 2]
        assert {(said["freehold.ending"], said["error.type"]) for said in roots} == {
            ("failed", "upstream_failed"),
            ("refused", "model_not_found"),
        }
        assert "hunter2 failing" in str(collector.spans)
        assert "hunter2 well" not in str(collector.spans)
        assert "gen_ai.client.operation.duration" in collector.metrics


async def test_without_a_collector_nothing_is_started_and_numbers_are_there(tmp_path: Path) -> None:
    stack = a_stack(tmp_path, "")
    await stack.start()
    try:
        await ask(stack, asking("hi"))
        page, _ = await stack.watching.page("")
        assert (
            b'freehold_requests_total{ending="completed",label="internal",operation="chat",route="first"} 1.0' in page
        )
    finally:
        await stack.stop()


def test_where_nobody_may_see_anything_nothing_is_counted(tmp_path: Path) -> None:
    assert a_stack(tmp_path, 'metrics = "off"').watching.observer is None


@pytest.mark.parametrize(
    ("settings", "caller", "label", "shown"),
    [
        ("content = true", CONSENTS, "internal", True),
        ("content = true", CONSENTS, "public", True),
        ("", CONSENTS, "public", False),
        ("content = true", msgspec.structs.replace(CONSENTS, capture=False), "public", False),
        ("content = true", CONSENTS, "confidential", False),
        ('content = true\nclearance = "restricted"', CONSENTS, "confidential", True),
        ('content = true\n[[retention]]\nlabel = "internal"\ncapture = false', CONSENTS, "internal", False),
    ],
)
def test_messages_are_shown_by_consent_and_clearance(
    tmp_path: Path, settings: str, caller: Caller, label: str, shown: bool
) -> None:
    watching = a_stack(tmp_path, f'endpoint = "http://127.0.0.1:9"\n{settings}').watching
    exchange = asking("hi", caller=caller)
    exchange.label = Label.parse(label)
    assert watching.shows(exchange) is shown
    assert watching.gathers(lambda _: False)(exchange) is shown
    exchange.label = None
    assert not watching.shows(exchange)


def test_only_names_of_the_rules_are_labels(tmp_path: Path) -> None:
    stack = a_stack(tmp_path, "")
    watching = Watching(stack.config)
    assert watching.metrics.known == frozenset()
    watching.know(stack.rules)
    assert {"first", "fails", "auto"} <= watching.metrics.known


def test_what_was_lost_with_a_worker_is_counted_by_what_it_asked_for(tmp_path: Path) -> None:
    watching = a_stack(tmp_path, "").watching
    for origin in ("api", "knowledge"):
        request = begun(EmbeddingRequest("auto", ("a",)))
        request.origin = origin
        watching.lost(opened_row(request))
    [row] = watching.metrics.snapshot().counters["freehold_requests"]
    assert (row.labels, row.value) == (("auto", "embeddings", "none", "lost"), 1)


async def test_other_processes_are_added_up(tmp_path: Path) -> None:
    stack = a_stack(tmp_path, "")
    done = ended(begun(EmbeddingRequest("first", ("a",))), attempt())

    async def others() -> list[object]:
        stack.watching.metrics.ended(done)
        return [stack.watching.metrics.snapshot()]

    stack.watching.others = others  # type: ignore[assignment]
    page, _ = await stack.watching.page("")
    assert b"freehold_build_info" in page
    assert b'label="internal",operation="embeddings",route="auto"} 1.0' in page


async def test_what_is_counted_is_looked_at_on_the_loop_that_counts(tmp_path: Path) -> None:
    watching = a_stack(tmp_path, 'endpoint = "http://127.0.0.1:9"').watching
    here, asked = threading.get_ident(), []
    watching.watch(lambda: asked.append(threading.get_ident()) or {})
    watching.start()
    try:
        await asyncio.to_thread(watching._looked_at)
    finally:
        await watching.stop()
    assert set(asked) == {here}
