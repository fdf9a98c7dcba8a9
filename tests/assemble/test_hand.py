"""A hand answers as the first would, records at the first, goes on by what that applies, and leaves documents to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.assemble import Hand
from freehold.catalog.promises import Promise, Standing
from freehold.config import Config, Route, load
from freehold.core.caller import Caller
from freehold.core.errors import RateLimited, Unavailable
from freehold.core.event import gather
from freehold.core.exchange import Exchange, Headers
from freehold.core.label import Label
from freehold.core.request import EmbeddingRequest, Message, Request, TextPart
from freehold.crew.messages import Apply, Governed, KeysChanged, Remember
from freehold.engines.discover import Discovery
from freehold.stores.keys import Grant, Keys
from freehold.stores.sqlite import open_store
from support.crew import Crew, a_crew, settled

ANN = Caller(key_id="key_ann", name="ann")
CONFIG = """
[[target]]
name = "home"
provider = "scripted"
model = "say:Well."

[[target]]
name = "reader"
provider = "reader"

[[route]]
name = "grounded"
flow = "fixed"
targets = ["home"]
collections = ["handbook"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "freehold.toml"
    file.write_text(CONFIG)
    return load(file, environment(tmp_path))


def environment(folder: Path) -> dict[str, str]:
    return {
        "FREEHOLD_SERVER_DATA_DIR": str(folder / "data"),
        "FREEHOLD_DISCOVER_ENABLED": "false",
        "FREEHOLD_KNOWLEDGE_EMBEDDING": "off",
    }


@pytest.fixture
async def crew(config: Config) -> AsyncIterator[Crew]:
    async with a_crew(config.server.data_dir) as made:
        yield made


@pytest.fixture
async def hand(crew: Crew, config: Config, tmp_path: Path) -> AsyncIterator[Hand]:
    made = Hand(Apply(config, Discovery()), environment(tmp_path), crew.line, "2")
    await made.start()
    yield made
    await made.stop()


def asking(model: str, **more: Headers) -> Exchange:
    return Exchange(Request(model, (Message("user", (TextPart("hi"),)),), "openai"), ANN, **more)


async def answered(hand: Hand, exchange: Exchange) -> str:
    async with hand.handler(exchange) as events:
        return gather([event async for event in events]).choices[0].text


async def test_a_request_goes_through_the_whole_pipeline_into_the_firsts_ledger(hand: Hand, crew: Crew) -> None:
    exchange = asking("home")
    assert await answered(hand, exchange) == "Well."
    assert crew.accountant.begun == []  # nothing is limited
    await settled()
    await crew.book.flush()
    assert exchange.end is not None
    assert crew.gates.of(hand.rules.menu.targets["home"]).busy == 0
    connection = open_store(hand.config.server.data_dir).reader()
    assert [tuple(row) for row in connection.execute("SELECT id, ending, target FROM exchanges")] == [
        (exchange.id, "completed", "home")
    ]
    connection.close()


async def test_limits_hold_from_the_moment_they_are_told(hand: Hand, crew: Crew) -> None:
    crew.service.channel.send(Governed([("key", "key_ann")]))
    await settled()
    exchange = asking("home")
    await answered(hand, exchange)
    await settled()
    assert crew.accountant.begun == [exchange.id]
    assert [receipt.exchange for receipt in crew.accountant.ended] == [exchange.id]
    crew.accountant.refuses = RateLimited("too many")
    with pytest.raises(RateLimited):
        await answered(hand, asking("home"))


async def test_it_goes_on_by_what_the_first_applied(hand: Hand, crew: Crew, config: Config) -> None:
    renamed = tuple(msgspec.structs.replace(target, name=f"{target.name}-2") for target in config.targets)
    crew.service.channel.send(Apply(msgspec.structs.replace(config, targets=renamed, routes=()), Discovery()))
    await settled()
    assert await answered(hand, asking("home-2")) == "Well."
    assert "home" not in hand.rules.menu.targets


async def test_it_keeps_the_promises_that_the_first_keeps(hand: Hand, crew: Crew, config: Config) -> None:
    name = config.targets[0].name
    route = Route("auto", "cascade", (name,))
    kept = Promise("pr_1", "auto", "2026-11-22", "single", name, None, single=name)
    fresh = msgspec.structs.replace(config, routes=(route,))
    crew.service.channel.send(Apply(fresh, Discovery(), Standing(promises={"auto": kept})))
    await settled()
    assert hand.rules.menu.routes["auto"].promise == kept


async def test_keys_are_looked_at_when_they_have_changed(hand: Hand, crew: Crew) -> None:
    keys = Keys(open_store(hand.config.server.data_dir).connect)
    issued = keys.create(Grant(name="ann"))
    assert hand.lookup("fh-nobody") is None
    crew.service.channel.send(KeysChanged())
    await settled()
    assert hand.lookup(issued.secret.reveal()) is not None
    crew.service.channel.send(KeysChanged((issued.key.id,)))
    await settled()
    assert hand.lookup(issued.secret.reveal()) is None  # though the database does not say so yet
    keys.revoke("ann")
    crew.service.channel.send(KeysChanged())
    await settled()
    assert hand.lookup(issued.secret.reveal()) is None
    keys.close()


async def test_what_another_worker_answered_is_known_here(hand: Hand, crew: Crew) -> None:
    label, digest = Label.parse("restricted"), hand.guarding.replies.digest(b"a text")
    crew.service.channel.send(Remember([digest], label))
    await settled()
    assert not hand.guarding.replies.empty
    assert await hand.guarding.replies.labels([digest]) == {digest: label}


def test_what_is_answered_from_documents_belongs_to_the_first(config: Config) -> None:
    hand = object.__new__(Hand)
    from freehold.assemble.menu import rules_of

    hand.rules = rules_of(config, (), (), lambda _alias: None)
    request = Request("home", (Message("user", (TextPart("hi"),)),), "openai")
    grounded = msgspec.structs.replace(request, model="grounded")
    reads = msgspec.structs.replace(request, model="reader")
    plain, said, none = Headers(), Headers(collections=("a",)), Headers(collections=())
    fond = msgspec.structs.replace(ANN, collections=("b",))
    assert not hand.belongs_to_first(request, plain, ANN)
    assert hand.belongs_to_first(request, said, ANN)
    assert hand.belongs_to_first(request, plain, fond)
    assert not hand.belongs_to_first(request, none, fond)
    assert hand.belongs_to_first(grounded, plain, ANN)
    assert hand.belongs_to_first(reads, none, ANN)
    assert not hand.belongs_to_first(msgspec.structs.replace(request, model="nothing"), said, ANN)
    embeds = EmbeddingRequest("home", ("text",), "openai")
    assert not hand.belongs_to_first(embeds, said, ANN)


async def test_a_request_that_ought_to_have_documents_is_refused_rather_than_answered_without(hand: Hand) -> None:
    with pytest.raises(Unavailable, match="without documents"):
        await answered(hand, asking("grounded"))


async def test_a_request_that_is_watched_is_told_of_to_the_first(hand: Hand, crew: Crew) -> None:
    crew.service.channel.send(Apply(hand.config, Discovery(), watchlist={"home": {"audit": 1.0}}))
    await settled()
    exchange: Any = asking("home")
    await answered(hand, exchange)
    await settled()
    told: list[Any] = list(crew.told)
    (seen,) = told
    assert (seen.exchange, seen.text, seen.drawn) == (exchange.id, "Well.", {"audit": 1.0})
    assert seen.request.messages == exchange.request.messages
