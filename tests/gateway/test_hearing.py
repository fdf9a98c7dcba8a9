"""An answer on its way back: what is new in it, its form, what is taken out or ends it, and what is remembered."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from freehold.core.errors import AttemptFailed, Fault, GuardForbidden, UpstreamFailed
from freehold.core.event import Event, Finished, Opened, Ready, Text, ToolCall, Usage
from freehold.core.exchange import Exchange
from freehold.core.finding import Span
from freehold.core.guards import GuardRule, Guards
from freehold.core.label import Label
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, OutputFormat, TextPart
from freehold.gateway.hearing import Hearing
from freehold.guards.scan import LARGE
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import ANYONE, a_request
from support.guarded import EMAIL, OUT, SECRET, a_lookout, done, guarded
from support.pipeline import Book, run, text_of

ANSWER = f"It is {EMAIL}, and the word is {SECRET}, as everybody here has known for a long time."


class Learned:
    """Remembers what it was told to remember."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def __call__(self, request: AnyRequest, events: Sequence[Event], label: Label) -> None:
        self.told.append((text_of(events), str(label)))


def asking(text: str = "Who?", **fields: Any) -> Exchange:
    exchange = Exchange(a_request(TextPart(text), **fields), ANYONE)
    exchange.label, exchange.guards = Label.parse("internal"), Guards()
    exchange.attempts = [Attempt("out", 1, label=exchange.label, shown=True)]
    return exchange


async def streamed(*events: Event) -> Any:
    for event in events:
        yield event


async def heard(exchange: Exchange, events: Events, learn: Learned | None = None) -> list[Event]:
    found = await Hearing(exchange, a_lookout().scan, learn).hear(events)
    return [event async for event in found]


def pieces(text: str) -> list[Event]:
    return [Opened(), *(Text(each) for each in text), Usage(1, 1), Finished()]


@pytest.mark.parametrize("whole", [False, True])
async def test_what_is_new_is_written_down_and_raises_what_the_answer_is_remembered_under(whole: bool) -> None:
    exchange, learned, events = asking(), Learned(), pieces(ANSWER)
    seen = await heard(exchange, Ready(events) if whole else streamed(*events), learned)
    assert all(a is b for a, b in zip(seen, events, strict=True)), "each event goes on as the object it was"
    assert done(exchange) == [("email", "raise"), ("door-word", "raise")]
    assert {finding.where for finding in exchange.findings} == {"answer"}
    assert learned.told == [(ANSWER, "restricted")]
    assert str(exchange.label) == "internal", "what the caller was told stays so"


async def test_what_was_asked_with_is_no_news() -> None:
    exchange, learned = asking(f"Is it {EMAIL.upper()}?"), Learned()
    await heard(exchange, streamed(*pieces(f"Yes, {EMAIL}.")), learned)
    assert (done(exchange), learned.told) == ([], [(f"Yes, {EMAIL}.", "internal")])


async def test_an_answer_bears_the_label_of_what_its_target_saw() -> None:
    exchange, learned = asking(), Learned()
    exchange.label = Label.parse("confidential")
    exchange.attempts[0].label = Label.parse("internal")
    await heard(exchange, streamed(*pieces("Nothing.")), learned)
    assert learned.told == [("Nothing.", "internal")]


async def test_events_of_a_stream_are_not_held_back() -> None:
    """The second is not even made before the first is out."""
    made: list[str] = []

    async def slow() -> Any:
        for piece in ("a", "b"):
            made.append(piece)
            yield Text(piece)

    events = await Hearing(asking(), a_lookout().scan, None).hear(slow())
    async for _ in events:
        break
    assert made == ["a"]
    await events.aclose()  # type: ignore[attr-defined]


async def test_an_answer_that_is_cut_short_is_weighed_and_remembered_so_far_as_it_came() -> None:
    exchange, learned = asking(), Learned()
    events = await Hearing(exchange, a_lookout().scan, learned).hear(streamed(Text(f"{EMAIL} "), Text("and more")))
    async for _ in events:
        break
    await events.aclose()  # type: ignore[attr-defined]
    assert (done(exchange), learned.told) == ([("email", "raise")], [(f"{EMAIL} ", "confidential")])


@pytest.mark.parametrize(("mode", "label"), [("enforce", "restricted"), ("record", "internal")])
async def test_a_long_answer_that_is_cut_short_is_remembered_as_if_it_held_everything(mode: Any, label: str) -> None:
    exchange, learned, said = asking(), Learned(), "Nothing at all. " * (LARGE // 16 + 1)
    exchange.guards = Guards(mode=mode)
    events = await Hearing(exchange, a_lookout().scan, learned).hear(streamed(Text(said), Text("and more")))
    async for _ in events:
        break
    await events.aclose()  # type: ignore[attr-defined]
    assert (done(exchange), learned.told) == ([], [(said, label)])


async def test_a_long_answer_whose_reader_goes_while_it_is_weighed_is_remembered_too() -> None:
    """A scan in a thread that is let go only once the reader has gone."""
    learned, begun, goes = Learned(), threading.Event(), threading.Event()

    class Slow:
        def scan(self, text: str) -> list[Span]:
            begun.set()
            goes.wait(10)
            return []

    said = "Nothing at all. " * (LARGE // 16 + 1)
    events = await Hearing(asking(), Slow(), learned).hear(streamed(Text(said)))  # type: ignore[arg-type]

    async def read() -> None:
        async for _ in events:
            pass

    reader = asyncio.create_task(read())
    assert await asyncio.to_thread(begun.wait, 10)
    reader.cancel()
    goes.set()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert learned.told == [(said, "restricted")]


@pytest.mark.parametrize(("words", "beside"), [(100, False), (1_000, True), (LARGE, True)])
async def test_what_takes_long_to_look_through_leaves_the_event_loop_to_others(words: int, *, beside: bool) -> None:
    threads: list[threading.Thread] = []

    class Noted:
        def scan(self, text: str) -> list[Span]:
            threads.append(threading.current_thread())
            return []

    events = await Hearing(asking(), Noted(), Learned()).hear(streamed(Text("again " * words)))  # type: ignore[arg-type]
    async for _ in events:
        pass
    assert [thread is not threading.current_thread() for thread in threads] == [beside]


async def test_calls_and_further_choices_are_named() -> None:
    exchange = asking()
    call = (ToolCall(0, "c", "mail", f'{{"to": "{EMAIL}"}}'), Text(f"{SECRET}", choice=1))
    await heard(exchange, streamed(*call))
    assert [(each.where, each.span.kind) for each in exchange.findings] == [
        ("answer.calls[0]", "email"),
        ("answer[1]", "door-word"),
    ]


def output(find: str, action: Any, mode: Any = "enforce") -> Guards:
    return Guards(mode=mode, rules=(GuardRule(find, "output", action),))


@pytest.mark.parametrize("whole", [False, True])
async def test_what_is_redacted_is_taken_out_of_a_stream(whole: bool) -> None:
    exchange, events = asking(), pieces(ANSWER)
    exchange.guards = output("secrets", "redact")
    seen = await heard(exchange, Ready(events) if whole else streamed(*events))
    assert SECRET not in text_of(seen)
    assert text_of(seen).startswith(f"It is {EMAIL}, and the word is [door-word],")
    assert sorted(done(exchange)) == [("door-word", "redact"), ("email", "raise")]


async def test_what_is_refused_ends_a_stream_before_any_of_it_is_out() -> None:
    exchange = asking()
    exchange.guards = output("secrets", "refuse")
    seen: list[Event] = []

    async def listen() -> None:
        async for event in await Hearing(exchange, a_lookout().scan, None).hear(streamed(*pieces(ANSWER))):
            seen.append(event)  # noqa: PERF401 - what came before the failure is what is looked at

    with pytest.raises(AttemptFailed, match="door-word") as caught:
        await listen()
    assert caught.value.fault == Fault.GUARD
    assert SECRET[:5] not in text_of(seen)
    assert (exchange.attempts[0].fault, SECRET in str(caught.value)) == ("guard_forbidden", False)


async def test_a_whole_answer_that_is_refused_is_an_error_in_its_place() -> None:
    exchange = asking()
    exchange.guards = output("secrets", "refuse")
    with pytest.raises(GuardForbidden, match="door-word") as caught:
        await heard(exchange, Ready(pieces(ANSWER)))
    assert (caught.value.status, SECRET in caught.value.message) == (403, False)


async def test_a_dry_run_takes_nothing_out() -> None:
    exchange = asking()
    exchange.guards = output("secrets", "refuse", "record")
    assert text_of(await heard(exchange, streamed(*pieces(ANSWER)))) == ANSWER
    assert ("door-word", "would refuse") in done(exchange)


SCHEMA = OutputFormat("schema", "s", {"type": "object", "required": ["a"]})


@pytest.mark.parametrize(("answer", "found"), [('{"a": 1}', []), ('{"b": 1}', ["record"]), ("no JSON", ["record"])])
async def test_an_answer_that_breaks_its_promised_form_is_written_down(answer: str, found: list[str]) -> None:
    exchange = asking(output=SCHEMA)
    assert text_of(await heard(exchange, streamed(*pieces(answer)))) == answer
    assert [(each.span.family, each.action) for each in exchange.findings] == [("schema", each) for each in found]


async def test_an_answer_that_breaks_its_promised_form_may_be_refused_before_it_begins() -> None:
    for events in (Ready(pieces("no JSON")), streamed(*pieces("no JSON"))):
        exchange = asking(output=SCHEMA)
        exchange.guards = output("schema", "refuse")
        with pytest.raises(UpstreamFailed, match="not the JSON that was asked for"):
            await heard(exchange, events)
        assert done(exchange) == [("broken-schema", "refuse")]
    exchange = asking(output=SCHEMA)
    exchange.guards = output("schema", "refuse")
    assert text_of(await heard(exchange, streamed(*pieces('{"a": 1}')))) == '{"a": 1}'


async def test_who_leaves_early_leaves_a_record_of_what_came() -> None:
    book, learned, exchange = Book(), Learned(), Exchange(a_request(stream=True), ANYONE)
    double = Scripted([Scene(saying(f"Ask {EMAIL} or anybody else."))])
    reader = guarded(double, OUT, book=book, learn=learned)(exchange)
    async with reader as events:
        seen = [await anext(events) for _ in range(3)]
    (settled,) = book.settled
    assert (text_of(seen), done(settled)) == (f"Ask {EMAIL} ", [("email", "raise")])
    assert learned.told == [(f"Ask {EMAIL} ", "confidential")]


async def test_a_refused_answer_is_a_failure_in_the_record() -> None:
    double = Scripted([Scene(saying(ANSWER))])
    exchange = Exchange(a_request(stream=True), ANYONE)
    with pytest.raises(AttemptFailed):
        await run(guarded(double, OUT, guards=output("secrets", "refuse")), exchange)
    assert exchange.end is not None
    assert exchange.end.ending == "failed"
    assert (exchange.end.error or "").startswith("guard_forbidden")
    assert double.open == 0
