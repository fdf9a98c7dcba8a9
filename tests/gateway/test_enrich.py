"""The stage that grounds: what it costs who wants none, and that no passage comes to a target that may not see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Fault, Forbidden, LabelForbidden
from freehold.core.event import Event, Text
from freehold.core.exchange import Exchange, Headers
from freehold.core.label import Label
from freehold.core.passage import Passage
from freehold.core.ports import Events, Handler
from freehold.core.request import AnyRequest, EmbeddingRequest, Message, Request, TextPart, ToolResult, ToolUse
from freehold.core.target import Target
from freehold.gateway.admit import Rules, admit
from freehold.gateway.compose import compose
from freehold.gateway.dispatch import dispatch
from freehold.gateway.enrich import enrich
from freehold.gateway.settle import settle
from freehold.knowledge.ground import Ground, Settings
from freehold.policy.rules import Route
from freehold.policy.select import Menu
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import ANYONE, a_request, a_target
from support.passages import LEAVE, MEALS, Shelf, a_hit, a_passage
from support.pipeline import Book, an_attempter, run, text_of

OUT, EU, OWN = a_target("out", "internal"), a_target("eu", "confidential;eu"), a_target("own")
SECRET = "The merger with Ansby closes in May."
STAFF = Caller("k", "staff", groups=frozenset({"staff"}))


def rules(*routes: Route, known: tuple[Target, ...] = (OUT, EU, OWN)) -> Rules:
    menu = Menu({route.name: route for route in routes}, {target.name: target for target in known})
    return Rules(menu, Label.parse("internal"), known, "r1")


def unguarded(inner: Handler) -> Handler:
    """In the place of the stages of guards, which have tests of their own."""
    return inner


def house(
    double: Scripted, shelf: Shelf, *routes: Route, book: Book | None = None, rewrite: str | None = None
) -> Handler:
    """The whole pipeline over a search and a double."""

    def whole(exchange: Exchange) -> Any:
        return handler(exchange)

    ground = Ground(
        shelf.find, shelf.labels, ask=whole, settings=lambda: Settings(rewrite=rewrite), known=lambda: (OUT, EU, OWN)
    )
    in_force = rules(*routes)
    stages = {
        "settle": settle(book or Book(), lambda _: False),
        "admit": admit(lambda: in_force, lambda _: 1),
        "limit": unguarded,
        "shield": unguarded,
        "enrich": enrich(ground),
        "foresee": unguarded,
        "reserve": unguarded,
        "veil": unguarded,
    }
    handler = compose(stages, dispatch(an_attempter(double)))
    return handler


def asking(
    *parts: Any, caller: Caller = STAFF, collections: tuple[str, ...] = ("handbook",), **fields: Any
) -> Exchange:
    request = a_request(*(parts or (TextPart("When does the merger with Ansby close?"),)), **fields)
    return Exchange(request, caller, Headers(collections=collections))


def told(double: Scripted, name: str) -> str:
    """Everything that a target was sent."""
    return "\n".join(str(each.request.messages) for each in double.asked if each.target == name)  # type: ignore[union-attr]


def shelf() -> Shelf:
    return Shelf(a_hit(SECRET, "confidential", name="board.md"), (a_hit(LEAVE), frozenset({"staff"})))


FLOWS = [
    Route("auto", "fallback", (OUT, OWN, EU)),
    Route("auto", "fallback", (OWN, OUT, EU)),
    Route("auto", "race", (OUT, EU, OWN)),
    Route("auto", "cascade", (OWN, OUT, EU)),
    Route("auto", "split", (OUT, OWN, EU), weights=(0.9, 0.05, 0.05)),
]


@pytest.mark.parametrize("route", FLOWS, ids=lambda route: f"{route.flow}-{route.targets[0].name}")
@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("fault", [None, Fault.SERVER, Fault.RATE_LIMITED])
async def test_no_passage_comes_to_a_target_without_clearance(route: Route, stream: bool, fault: Fault | None) -> None:
    """By no flow, by no retry, by no escalation: the first try fails, the answers are unsure."""
    failed: list[str] = []

    def script(target: Target, request: AnyRequest) -> Scene:
        if fault is not None and not failed:
            failed.append(target.name)
            return Scene(refuses=fault)
        return Scene(saying("Perhaps in May [1]."))

    double, book = Scripted(script), Book()
    exchange = asking(stream=stream)
    text = text_of(await run(house(double, shelf(), route, book=book), exchange))
    assert text == "Perhaps in May [1]."
    assert exchange.searched_ns is not None
    assert exchange.started_ns <= exchange.searched_ns[0] <= exchange.searched_ns[1] <= exchange.attempts[0].started_ns
    assert SECRET not in told(double, "out")
    assert "out" not in {attempt.target for attempt in exchange.attempts}
    assert SECRET in told(double, "own") + told(double, "eu")
    assert str(exchange.label) == "confidential"
    assert {source.origin: str(source.label) for source in exchange.sources}[
        "passage handbook/board.md"
    ] == "confidential"
    assert exchange.permit is not None
    assert {refusal.target: refusal.rule for refusal in exchange.permit.refusals}["out"] == "label"
    assert [citation.number for citation in exchange.citations] == [1]
    assert book.settled == [exchange]


async def test_a_target_without_clearance_is_shown_what_it_may_see_where_it_is_alone() -> None:
    double = Scripted([Scene(saying("28 [1]."))])
    exchange = asking()
    await run(house(double, shelf(), Route("auto", "fixed", (OUT,))), exchange)
    assert LEAVE in told(double, "out")
    assert SECRET not in told(double, "out")
    assert str(exchange.label) == "internal"


async def test_where_it_may_see_nothing_nobody_is_asked() -> None:
    double = Scripted()
    only = Shelf(a_hit(SECRET, "confidential"))
    with pytest.raises(LabelForbidden) as caught:
        await run(house(double, only, Route("auto", "fixed", (OUT,))), asking())
    assert caught.value.allowed == ("eu", "own")
    assert double.asked == []


async def test_a_reader_without_the_right_never_causes_a_passage_to_be_sent() -> None:
    double = Scripted([Scene(saying("No."))] * 2)
    exchange = asking(caller=ANYONE)
    await run(house(double, shelf(), Route("auto", "fixed", (OWN,))), exchange)
    assert LEAVE not in told(double, "own")
    assert [passage.text for passage in exchange.passages] == [SECRET]


async def test_a_turn_with_a_tools_result_is_grounded_under_the_same_rules() -> None:
    turns = (
        Message("user", (TextPart("When does the merger with Ansby close?"),)),
        Message("assistant", (ToolUse("c", "look", "{}"),)),
        Message("tool", (ToolResult("c", (TextPart("soon"),)),)),
    )
    double = Scripted([Scene(saying("In May [1]."))])
    exchange = asking(messages=turns)
    await run(house(double, shelf(), Route("auto", "fallback", (OUT, OWN))), exchange)
    assert told(double, "out") == ""
    assert SECRET in told(double, "own")


async def test_rewriting_keeps_to_the_label_and_to_the_permit_of_the_request() -> None:
    turns = (
        Message("user", (TextPart("When does the merger with Ansby close?"),)),
        Message("assistant", (TextPart("In May."),)),
        Message("user", (TextPart("and the other one?"),)),
    )
    routes = (
        Route("auto", "fixed", (OWN,)),
        Route("small", "fallback", (OUT, EU)),
        Route("mine", "fallback", (OUT, OWN)),
    )
    for model, rewritten in (("small", False), ("mine", True)):
        double, book, found = Scripted([Scene(saying("When does the other merger close?"))] * 3), Book(), shelf()
        await run(house(double, found, *routes, book=book, rewrite=model), asking(messages=turns))
        assert {each.target for each in double.asked} == {"own"}, "though the model's own route has others"
        assert (found.queries[0][0].text == "When does the other merger close?") is rewritten
        assert [each.origin for each in book.settled] == ["knowledge", "api"]
        assert book.settled[0].passages == (), "a wing's own call is not grounded"


async def test_the_query_is_embedded_under_the_label_of_the_request() -> None:
    found, double = shelf(), Scripted([Scene(saying("x"))])
    exchange = asking()
    exchange.headers = Headers(collections=("handbook",), stated=())
    exchange.caller = Caller("k", "n", default_label=Label.parse("confidential;eu"))
    await run(house(double, found, Route("auto", "fixed", (a_target("own", "restricted;eu"),))), exchange)
    assert [str(label) for _, label in found.queries] == ["confidential;eu"]


async def test_a_raced_answer_is_read_for_citations_and_raw_bytes_stop() -> None:
    scene = Scene(tuple(msgspec.structs.replace(event, raw=b"raw") for event in saying("In May [1][9].")))
    exchange = asking()
    events = await run(house(Scripted([scene] * 2), shelf(), Route("auto", "fixed", (OWN,))), exchange)
    assert not any(getattr(event, "raw", None) for event in events)
    notes = [note for event in events if isinstance(event, Text) for note in event.annotations]
    assert [note["url_citation"]["valid"] for note in notes] == [True, False]


class Passing:
    """A grounding whose answer is marked as read."""

    def __init__(self, request: Request, *passages: Passage) -> None:
        self.request, self.passages = request, passages

    async def read(self, events: Events, exchange: Exchange) -> AsyncIterator[Event]:
        async for event in events:
            yield event


class Finds:
    """An enricher with one answer for all, that counts how often it was asked."""

    def __init__(self, *passages: Passage, wants: bool = True, nothing: bool = False) -> None:
        self._passages, self._wants, self._nothing = passages, wants, nothing
        self.looked = self.asked = 0

    def wants(self, exchange: Exchange) -> bool:
        self.looked += 1
        return self._wants

    async def __call__(self, exchange: Exchange) -> Passing | None:
        self.asked += 1
        assert isinstance(exchange.request, Request)
        return None if self._nothing else Passing(exchange.request, *self._passages)


def staged(finds: Finds | None, double: Scripted, *targets: Target) -> Handler:
    in_force = rules(Route("auto", "fallback", targets or (OUT, OWN)))
    return admit(lambda: in_force, lambda _: 1)(enrich(finds)(dispatch(an_attempter(double))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "request_"),
    [({"origin": "knowledge"}, a_request()), ({}, EmbeddingRequest("embed", ("text",)))],
)
async def test_a_wings_own_calls_and_what_is_no_chat_are_not_even_looked_at(
    changes: dict[str, Any], request_: AnyRequest
) -> None:
    finds = Finds(a_passage())
    asked = msgspec.structs.replace(request_, model="auto")
    embeds = msgspec.structs.replace(OWN, profile=msgspec.structs.replace(OWN.profile, embeddings=True))
    await run(staged(finds, Scripted([Scene(saying("x"))]), embeds), Exchange(asked, ANYONE, **changes))
    assert (finds.looked, finds.asked) == (0, 0)


async def test_what_measures_is_answered_from_documents_as_a_callers_own_is() -> None:
    finds = Finds(a_passage())
    asked = msgspec.structs.replace(a_request(), model="auto")
    await run(staged(finds, Scripted([Scene(saying("x"))])), Exchange(asked, ANYONE, origin="evaluate"))
    assert (finds.looked, finds.asked) == (1, 1)


async def test_who_wants_nothing_gets_the_very_stage_behind() -> None:
    def inner(exchange: Exchange) -> Any:
        return "the inner one's own"

    assert enrich(Finds(wants=False))(inner)(Exchange(a_request(), ANYONE)) == "the inner one's own"  # type: ignore[arg-type,comparison-overlap]


async def test_nothing_to_add_changes_nothing() -> None:
    exchange = asking()
    before = exchange.request
    await run(staged(Finds(nothing=True), Scripted([Scene(saying("x"))])), exchange)
    assert exchange.request is before
    assert exchange.permit is not None
    assert [target.name for target in exchange.permit.targets] == ["out", "own"]


async def test_the_permit_only_narrows_whatever_an_enricher_finds() -> None:
    """A label below the request's own lets nobody in that was left out."""
    exchange = asking()
    exchange.caller = Caller("k", "n", default_label=Label.parse("confidential"))
    double = Scripted([Scene(saying("x"))])
    await run(staged(Finds(a_passage(label="public")), double), exchange)
    assert str(exchange.label) == "confidential"
    assert {each.target for each in double.asked} == {"own"}


async def test_passages_that_nobody_left_may_see_refuse_the_request() -> None:
    double = Scripted()
    with pytest.raises(LabelForbidden):
        await run(staged(Finds(a_passage(label="restricted")), double, OUT), asking())
    assert double.asked == []


async def test_an_exchange_that_serves_another_keeps_within_its_permit() -> None:
    double = Scripted([Scene(saying("x"))])
    served = asking(collections=())
    await run(staged(None, double, OWN), served)
    child = Exchange(a_request(), ANYONE, origin="knowledge", within=served.permit)
    await run(staged(None, Scripted([Scene(saying("x"))])), child)
    assert child.permit is not None
    assert [target.name for target in child.permit.targets] == ["own"]
    outside = Exchange(a_request(), ANYONE, origin="knowledge", within=served.permit)
    with pytest.raises(Forbidden, match="may not ask out"):
        await run(staged(None, Scripted(), OUT), outside)


async def test_without_documents_to_ask_for_some_is_an_error() -> None:
    with pytest.raises(BadRequest, match="no document collections"):
        await run(staged(None, Scripted()), asking())
    await run(staged(None, Scripted([Scene(saying("x"))])), asking(collections=()))


async def test_meals_of_another_collection_are_not_found() -> None:
    other = Shelf(a_hit(), a_hit(MEALS, collection="travel"))
    exchange = asking()
    await run(house(Scripted([Scene(saying("x"))]), other, Route("auto", "fixed", (OWN,))), exchange)
    assert [passage.text for passage in exchange.passages] == [LEAVE]
