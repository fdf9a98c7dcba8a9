from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from freehold.core.errors import AttemptFailed, Fault, LabelForbidden, RequestError
from freehold.core.event import Event, Finished, Opened, Text
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.ports import Events
from freehold.core.request import Message, Request, TextPart, ToolResult
from freehold.knowledge import followup
from freehold.knowledge.followup import Rewriter, joined, leans
from support.decisions import ANYONE, a_permit, a_request, a_target


@pytest.mark.parametrize(
    "question",
    [
        "and for contractors?",
        "What about part-time staff in the other office over there?",
        "How long does it take to have them approved by someone?",
        "Why?",
        "Und für freie Mitarbeiter, die im Ausland sind?",
        "Et pour les stagiaires qui viennent de loin, alors ?",
    ],
)
def test_what_leans_on_what_was_said_before(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question", ["How many days of paid leave do employees have?", "Wie viele Urlaubstage haben Angestellte im Jahr?"]
)
def test_what_stands_by_itself(question: str) -> None:
    assert not leans(question)


def test_a_leaning_question_is_joined_to_those_it_leans_on() -> None:
    leave = "How many days of paid leave do employees have?"
    assert joined([leave]) == leave
    assert joined(["Which meals does the company refund on trips?", leave]) == leave
    assert joined([leave, "and for contractors?"]) == f"{leave} and for contractors?"
    assert joined([leave, "and for contractors?", "why?"]) == f"{leave} and for contractors? why?"
    assert joined([leave, "one?", "two?", "three?"]) == "one? two? three?", "not further back than three"


def conversation() -> Request:
    return a_request(
        messages=(
            Message("system", (TextPart("secret instructions"),)),
            Message("user", (TextPart("How many days of leave?"),)),
            Message("assistant", (TextPart("28 [1]."),)),
            Message("tool", (ToolResult("c", (TextPart("from a tool"),)),)),
            Message("user", (TextPart("and for contractors?"),)),
        )
    )


def parent() -> Exchange:
    exchange = Exchange(conversation(), ANYONE)
    exchange.label, exchange.permit = Label.parse("confidential;eu"), a_permit(a_target("own"))
    return exchange


class Model:
    """A pipeline that plays events, and remembers what it was asked."""

    def __init__(self, *events: Event | BaseException | float) -> None:
        self.events = events
        self.asked: list[Exchange] = []

    @asynccontextmanager
    async def __call__(self, exchange: Exchange) -> AsyncIterator[Events]:
        self.asked.append(exchange)
        yield self._play()

    async def _play(self) -> AsyncIterator[Event]:
        for event in self.events:
            if isinstance(event, float):
                await asyncio.sleep(event)
            elif isinstance(event, BaseException):
                raise event
            else:
                yield event


async def test_a_model_makes_it_stand_alone() -> None:
    model = Model(Opened(), Text("How many days of leave do "), Text("contractors have?\n"), Finished())
    assert await Rewriter(model, "small")(parent()) == "How many days of leave do contractors have?"


async def test_it_is_asked_for_the_same_caller_under_the_same_label_within_the_same_permit() -> None:
    model, served = Model(Text("x?"), Finished()), parent()
    await Rewriter(model, "small")(served)
    (child,) = model.asked
    assert (child.request.model, child.origin, child.caller) == ("small", "knowledge", served.caller)
    assert [source.label for source in child.headers.stated] == [served.label]
    assert child.headers.collections == ()
    assert child.within is served.permit


async def test_only_what_user_and_assistant_said_is_shown_and_the_answer_is_bounded() -> None:
    model = Model(Text("x?"), Finished())
    await Rewriter(model, "small")(parent())
    request = model.asked[0].request
    assert isinstance(request, Request)
    shown = request.messages[1].parts[0]
    assert isinstance(shown, TextPart)
    assert shown.text == "user: How many days of leave?\n\nassistant: 28 [1].\n\nuser: and for contractors?"
    assert request.sampling.max_tokens is not None


@pytest.mark.parametrize(
    "events",
    [
        (LabelForbidden(Label.parse("internal"), ["small"], []),),
        (RequestError("no"),),
        (Text("half"), AttemptFailed(Fault.BROKEN, "it broke")),
        (Text("two\nlines"), Finished()),
        (Text("x" * 2000), Finished()),
        (Text("cut"), Finished("length")),
        (Text(""), Finished()),
        (Text("no end"),),
        (),
    ],
)
async def test_where_none_does_the_rule_is_left(events: tuple[Event | BaseException, ...]) -> None:
    assert await Rewriter(Model(*events), "small")(parent()) is None


async def test_a_model_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followup, "_SECONDS", 0.02)
    async with asyncio.timeout(5):
        assert await Rewriter(Model(30.0, Text("x?"), Finished()), "small")(parent()) is None
