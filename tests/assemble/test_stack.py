from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from freehold.assemble import Stack, build
from freehold.assemble import stack as assemble
from freehold.catalog.promises import Keeping, Promise, Term
from freehold.config import ConfigFaults, load
from freehold.core.caller import Caller
from freehold.core.errors import Conflict, Unavailable, UnknownModel
from freehold.core.event import Usage, gather
from freehold.core.exchange import Exchange
from freehold.core.label import Label, Source
from freehold.core.record import Ending
from freehold.core.request import Message, Request, TextPart
from freehold.engines.discover import Discovery, Found
from freehold.engines.identify import FoundModel, Server
from freehold.evaluate.promise.rows import PromiseRows
from freehold.knowledge.model import Reader
from freehold.knowledge.service import Upload
from freehold.policy.judge import Accept
from freehold.stores.keys import Grant
from freehold.stores.sqlite import open_store

ANN = Caller(key_id="key_ann", name="ann")
HOME = '[[target]]\nname = "home"\nprovider = "scripted"\nmodel = "say:Well."\n'
AWAY = '[[target]]\nname = "away"\nprovider = "scripted"\nmodel = "echo"\nclearance = "internal"\n'

OFF = {"FREEHOLD_KNOWLEDGE_EMBEDDING": "off", "FREEHOLD_KNOWLEDGE_DOCUMENTATION": "false"}

Make = Callable[..., Stack]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Stack] = []

    def make(text: str = HOME, **env: str) -> Stack:
        file = tmp_path / "freehold.toml"
        file.write_text(text)
        whole = {"FREEHOLD_SERVER_DATA_DIR": str(tmp_path / "data"), "FREEHOLD_DISCOVER_ENABLED": "false", **OFF, **env}
        made.append(build(load(file, whole), whole))
        return made[-1]

    yield make
    for stack in made:
        stack.keys.close()


@asynccontextmanager
async def running(stack: Stack) -> AsyncIterator[Stack]:
    await stack.start()
    try:
        yield stack
    finally:
        await stack.stop()


def asking(model: str, caller: Caller = ANN) -> Exchange:
    return Exchange(Request(model, (Message("user", (TextPart("hi"),)),), "openai"), caller)


async def test_a_request_goes_through_the_whole_pipeline_into_the_ledger(make: Make) -> None:
    async with running(make()) as stack:
        exchange = asking("home")
        async with stack.handler(exchange) as events:
            answer = gather([event async for event in events])
        assert answer.choices[0].text == "Well."
        told = await stack.decision(exchange.id)
        assert (told["ending"], told["target"]) == ("completed", "home")
        page = await stack.recent(assemble.Filter(), None, 10)
        assert [row["id"] for row in page.items] == [exchange.id]
        assert [row.group for row in await stack.usage("model")] == ["home"]


async def test_what_was_open_at_the_end_is_lost_at_the_next_start(make: Make) -> None:
    async with running(make()) as stack:
        exchange = asking("home")
        await stack.book.open(exchange)
    async with running(make()) as stack:
        assert (await stack.decision(exchange.id))["ending"] == Ending.LOST


async def test_it_leaves_no_task_and_no_thread_behind(make: Make) -> None:
    async with running(make()) as stack, stack.handler(asking("home")) as events:
        assert [event async for event in events]
    assert len(asyncio.all_tasks()) == 1
    assert stack.trouble() is not None


async def test_a_database_that_cannot_be_reached_is_told_without_its_password(make: Make) -> None:
    stack = make(FREEHOLD_SERVER_DATABASE="postgresql://ada:hunter2@127.0.0.1:1/x")
    with pytest.raises(Unavailable) as caught:
        await stack.knowledge.collections()
    assert "hunter2" not in str(caught.value)


def test_the_local_token_opens_what_an_admins_key_opens(make: Make) -> None:
    stack, other = make(), make()
    found = stack.lookup(stack.local_token)
    assert found is not None
    assert found.admin
    assert stack.lookup(other.local_token) is None
    assert stack.lookup("") is None
    assert stack.lookup("é") is None
    issued = stack.keys.create(Grant(name="ann"))
    ann = stack.lookup(issued.secret.reveal())
    assert ann is not None
    assert (ann.name, ann.admin) == ("ann", False)


def test_routes_and_targets_are_what_a_caller_may_ask_for(make: Make) -> None:
    route = '[[route]]\nname = "best"\nflow = "cascade"\ntargets = ["home", "away"]\n'
    stack = make(HOME + AWAY + route)
    names = [model.name for model in stack.models(ANN)]
    assert names[0] == "best"
    assert set(names) >= {"best", "home", "away"}
    assert stack.resolve("best", ANN).flow == "cascade"
    assert stack.resolve("home", ANN).flow == "fixed"
    details = {model.name: model.details for model in stack.models(ANN)}
    assert details["best"]["targets"] == ["home", "away"]
    assert details["away"]["clearance"] == "internal"


def test_a_question_about_routing_knows_the_label(make: Make) -> None:
    stack = make(HOME + AWAY)
    told = stack.explain("hi", "away", ANN, [Source("label", Label.parse("restricted"))])
    assert (str(told.label), told.first, told.code) == ("restricted", (), "label_forbidden")
    assert stack.explain("hi", "away", ANN).first == ("away",)


def test_a_providers_model_is_improvised_where_its_key_is_leave_enough(make: Make) -> None:
    key = {"OPENAI_API_KEY": "sk-test"}
    stack = make("", **key)
    route = stack.resolve("openai/gpt-of-tomorrow", ANN)
    assert [target.model for target in route.targets] == ["gpt-of-tomorrow"]
    assert stack.resolve("openai/gpt-of-tomorrow", ANN).targets[0] is route.targets[0]
    with pytest.raises(UnknownModel):
        stack.resolve("nobody/model", ANN)
    with pytest.raises(UnknownModel):
        make(HOME, **key).resolve("openai/gpt-of-tomorrow", ANN)


def test_of_what_is_improvised_the_last_used_is_remembered(make: Make) -> None:
    stack = make("", OPENAI_API_KEY="sk-test")
    first = [stack.resolve(f"openai/m{number}", ANN).targets[0] for number in range(256)]
    assert stack.resolve("openai/m0", ANN).targets[0] is first[0]
    assert stack.resolve("openai/one-more", ANN).targets
    assert stack.resolve("openai/m0", ANN).targets[0] is first[0]
    assert stack.resolve("openai/m255", ANN).targets[0] is first[255]
    assert stack.resolve("openai/m1", ANN).targets[0] is not first[1]


def test_names_of_nothing_leave_room_for_names_of_something(make: Make) -> None:
    stack = make("", OPENAI_API_KEY="sk-test")
    for number in range(300):
        with pytest.raises(UnknownModel):
            stack.resolve(f"opnai/m{number}", ANN)
    assert stack.resolve("openai/gpt-of-tomorrow", ANN).targets


def test_a_reload_is_whole_or_not_at_all(make: Make) -> None:
    stack = make()
    source, before = stack.config.source, stack.rules
    assert source is not None
    source.write_text(HOME + "[[target]]\nnme = 1\n")
    with pytest.raises(ConfigFaults):
        stack.reload()
    source.write_text(HOME + "[server]\nmax_body_mb = 1\n")
    with pytest.raises(Conflict, match="restart"):
        stack.reload()
    engine = '[[target]]\nname = "tiny"\nengine = "llamacpp"\nmodel = "hf:acme/Tiny-GGUF"\n'
    source.write_text(HOME + engine)
    with pytest.raises(Conflict, match="restart"):
        stack.reload()
    assert stack.rules is before
    source.write_text(HOME + AWAY + '[policy]\ndefault_label = "confidential"\n')
    assert stack.reload() == stack.rules.revision != before.revision
    assert stack.explain("hi", "away", ANN).code == "label_forbidden"


async def test_a_reload_labels_new_documents_as_the_policy_says_now(make: Make) -> None:
    stack = make(HOME + '[policy]\ndocuments_label = "internal"\n')
    stack.config.source.write_text(HOME + '[policy]\ndocuments_label = "restricted"\n')
    stack.reload()
    async with running(stack):
        job = await stack.knowledge.add(Upload("handbook", "a.md", b"The office closes at six."))
        await asyncio.wait_for(stack.knowledge.wait(job), 60)
        (document,) = await stack.knowledge.documents("handbook", Reader(everything=True))
    assert str(document.label) == "restricted"


@pytest.mark.parametrize("change", [("echo", "say:0"), ("owned = false", "owned = true")])
def test_what_embeds_documents_changes_only_with_a_restart(make: Make, change: tuple[str, str]) -> None:
    embeds = AWAY + "owned = false\nprofile = { embeddings = true, chat = false }\n"
    stack = make(HOME + embeds, FREEHOLD_KNOWLEDGE_EMBEDDING="away")
    stack.config.source.write_text(HOME + embeds.replace(*change))
    with pytest.raises(Conflict, match="embeds or reranks"):
        stack.reload()
    stack.config.source.write_text(HOME + embeds + '[policy]\ntags = ["eu"]\n')
    stack.reload()


async def test_what_cannot_be_ended_leaves_nothing_else_behind(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    stack, ended = make(), []

    async def failing() -> None:
        raise OSError("the queue cannot be closed")

    async def ends() -> None:
        ended.append("engine")

    monkeypatch.setattr(stack.knowledge, "stop", failing)
    monkeypatch.setattr(stack.engine, "stop", ends)
    with pytest.raises(OSError, match="the queue"):
        await stack.stop()
    assert ended == ["engine"]
    with pytest.raises(Unavailable):
        await stack.book.open(asking("home"))


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets Ollama listen on this machine, with these models."""

    def found(*models: FoundModel) -> None:
        async def discover(**_: object) -> Discovery:
            return Discovery((Found(Server.OLLAMA, "http://127.0.0.1:11434/v1", models),))

        monkeypatch.setattr(assemble, "discover", discover)

    return found


async def test_engines_found_on_this_machine_become_targets(make: Make, found: Callable[..., None]) -> None:
    found(FoundModel("qwen3:4b"))
    async with running(make("", FREEHOLD_DISCOVER_ENABLED="true")) as stack:
        (target,) = stack.resolve("ollama/qwen3:4b", ANN).targets
        assert (target.owned, target.base_url) == (True, "http://127.0.0.1:11434/v1")
        assert "ollama/qwen3:4b" in {each.name for each in stack.resolve("auto", ANN).targets}
        assert stack.discovery.sentences()


async def test_what_is_known_of_a_found_model_is_used(make: Make, found: Callable[..., None]) -> None:
    found(FoundModel("minilm", embeds=True), FoundModel("qwen3:4b", context=4096))
    async with running(make("", FREEHOLD_DISCOVER_ENABLED="true")) as stack:
        (vectors,) = stack.resolve("ollama/minilm", ANN).targets
        assert (vectors.profile.chat, vectors.profile.embeddings) == (False, True)
        (chat,) = stack.resolve("ollama/qwen3:4b", ANN).targets
        assert (chat.profile.chat, chat.limits.context) == (True, 4096)
        assert "ollama/minilm" not in {each.name for each in stack.resolve("auto", ANN).targets}


async def test_a_reload_looks_anew_at_what_was_found(make: Make, found: Callable[..., None]) -> None:
    found(FoundModel("qwen3:4b"))
    stack = make("", FREEHOLD_DISCOVER_ENABLED="true")
    async with running(stack):
        stack.config.source.write_text('[policy]\ntags = ["eu"]\n')
        stack.reload()
        (target,) = stack.resolve("ollama/qwen3:4b", ANN).targets
        assert target.clearance.tags == {"eu"}
        stack._env["FREEHOLD_DISCOVER_ENABLED"] = "false"
        stack.reload()
        with pytest.raises(UnknownModel):
            stack.resolve("ollama/qwen3:4b", ANN)


def test_a_reload_drops_the_connections_of_targets_that_changed(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    stack = make(HOME + AWAY)
    monkeypatch.setattr(stack.egress, "keep", lambda targets: kept.extend(target.name for target in targets))
    stack.config.source.write_text(HOME)
    stack.reload()
    assert kept == ["home"]


def test_electricity_has_its_price(make: Make) -> None:
    watts = HOME + "watts = 3600.0\n[ledger]\nprice_per_kwh = 0.5\n"
    stack = make(watts)
    (home,) = stack.resolve("home", ANN).targets
    assert stack._price(home, Usage(input=1, output=1), 10.0) == 5_000_000  # 10 s of 3.6 kW at half a dollar


def test_the_ledger_keeps_text_only_where_it_is_told_to(make: Make) -> None:
    assert make().book.terms.capture_seconds is None
    assert make(HOME + "[ledger]\ncapture = true\nretention_days = 2\n").book.terms.capture_seconds == 2 * 86_400
    assert make(HOME + "[ledger]\ncapture = true\nretention_days = 0\n").book.terms.capture_seconds == float("inf")


def test_health_tells_of_every_target(make: Make) -> None:
    rows = {row["name"]: row for row in make(HOME + AWAY).health()}
    assert rows.keys() >= {"home", "away"}
    assert rows["away"]["breaker"] == "closed"
    assert (rows["away"]["running"], rows["away"]["sent"]) == (0, None)
    assert "engine" not in rows["away"]


def test_a_route_reaches_the_policy_as_it_is_written(make: Make) -> None:
    cascade = (
        '[[route]]\nname = "auto"\nflow = "cascade"\ntargets = ["home", "away"]\n'
        'accept = { score = "confidence", at_least = 0.6, least_token = 0.05, samples = 5, unknown = "escalate" }\n'
    )
    split = '[[route]]\nname = "some"\nflow = "split"\ntargets = ["home", "away"]\nsticky = "none"\nweights = [3, 1]\n'
    stack = make(HOME + AWAY + cascade + split)
    auto, some = stack.resolve("auto", ANN), stack.resolve("some", ANN)
    assert auto.accept == Accept("confidence", at_least=0.6, least_token=0.05, samples=5, unknown="escalate")
    assert [target.name for target in auto.targets] == ["home", "away"]
    assert (some.sticky, some.weights) == ("none", (0.75, 0.25))


async def test_how_long_things_are_kept_holds_from_the_start_and_after_a_reload(make: Make) -> None:
    stack = make(HOME + '[ledger]\ncapture = true\n[[retention]]\nlabel = "confidential"\ntext_days = 7\n')
    assert stack.book.terms.retention.text_days(Label.parse("confidential"), 30) == 7
    stack.config.source.write_text(HOME + "[ledger]\ncapture = true\nretention_days = 2\n")
    erased: list[str] = []
    async with running(stack):
        ann = Caller(key_id="key_ann", name="ann", capture=True)
        exchange = Exchange(Request("home", (Message("user", (TextPart("hi"),)),), "openai"), ann)
        exchange.started_ns -= 3 * 86_400 * 10**9
        async with stack.handler(exchange) as events:
            gather([event async for event in events])
        await stack.book.flush()
        stack.reload()
        assert stack.book.terms.retention.rules == ()
        async with asyncio.timeout(10):
            while not erased:
                erased = stored(stack, "SELECT exchange_id FROM captures WHERE expires_ns < unixepoch() * 1000000000")
                await asyncio.sleep(0.01)
    assert erased == [exchange.id]


def stored(stack: Stack, statement: str) -> list[str]:
    with closing(sqlite3.connect(stack.config.server.data_dir / "freehold.db")) as connection:
        return [row[0] for row in connection.execute(statement)]


async def test_a_key_whose_budget_is_near_its_end_is_named(make: Make) -> None:
    stack = make()
    issued = stack.keys.create(Grant(name="ann"))
    assert stack.limits.key_name(issued.key.id) == "ann"
    assert stack.limits.key_name("key_nobody") is None


async def test_a_promise_is_kept_by_the_route_and_told_in_the_decision(make: Make) -> None:
    cascade = '[[route]]\nname = "auto"\nflow = "cascade"\ntargets = ["home", "away"]\n'
    stack = make(HOME + AWAY + cascade)
    models = {"home": "say:Well.", "away": "echo"}
    keeping = Keeping(("home",), (Term("length", 1.0),), intercept=0.0, threshold=0.8)
    kept = Promise("pr_1", "auto", "2026-11-22", "harm", "away", keeping, harm=0.02, confidence=0.9, models=models)
    rows = PromiseRows(open_store(stack.config.server.data_dir).connect)
    before = stack.rules.revision
    rows.add(kept)
    assert stack.go_by_evidence() == stack.rules.revision != before
    async with running(stack):
        exchange = asking("auto")
        async with stack.handler(exchange) as events:
            assert gather([event async for event in events]).choices[0].text == "Well."
        told = await stack.decision(exchange.id)
        assert told["attempts"][0]["score"]["method"] == "promise"
        assert told["attempts"][0]["score"]["reasons"] == ["chance 0.8571 is at least 0.8 (promise pr_1)"]
        rows.move("pr_1", "suspended", "an alarm")
        stack.go_by_evidence()
        exchange = asking("auto")
        async with stack.handler(exchange) as events:
            assert gather([event async for event in events]).choices[0].text == "hi"
        assert exchange.reason == "away answered; promise pr_1 is suspended: an alarm"
    rows.move("pr_1", "withdrawn", "by hand")
    assert stack.go_by_evidence() == before


def test_a_promise_is_in_force_from_the_start(make: Make) -> None:
    cascade = '[[route]]\nname = "auto"\nflow = "cascade"\ntargets = ["home", "away"]\n'
    stack = make(HOME + AWAY + cascade)
    single = Promise("pr_1", "auto", "2026-11-22", "single", "away", None, single="home")
    PromiseRows(open_store(stack.config.server.data_dir).connect).add(single)
    assert make(HOME + AWAY + cascade).resolve("auto", ANN).promise == single
