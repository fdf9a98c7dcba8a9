"""Originals come back through both dialects, however the provider's bytes are cut."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.core.event import Answer, Event, Finished, Opened, Ready, Text, Thought, ToolCall, Usage, gather
from freehold.core.request import Message, Request, TextPart
from freehold.guards.pseudonyms.restore import restored
from freehold.guards.swap import Pair, Swap
from freehold.wire.anthropic import MessagesCaller, MessagesProvider
from freehold.wire.codec import CallerCodec, ProviderCodec
from freehold.wire.openai import ChatCaller, ChatProvider
from freehold.wire.sse import Splitter

SHOW = Swap(
    [
        Pair("Merrick", "Øyelaran", "words"),
        Pair("Tolan", 'Ann "Nan"', "literal"),
        Pair("merrick@calwick.example", "o@clinic.test"),
        Pair("4242 4242 4242 4242", "4539 1488 0343 6467", "compact"),
    ]
)
SAID = "Dear Merrick (MERRICK's), <merrick@calwick.example>: **Tolan** — 4242-4242-4242-4242, merrickson. 王Merrick说"
DUE = 'Dear Øyelaran (ØYELARAN\'s), <o@clinic.test>: **Ann "Nan"** — 4539-1488-0343-6467, merrickson. 王Øyelaran说'
GIVEN = {"to": SAID, "Merrick": [1, 'a\nMerrick\t"Tolan"']}
TAKEN = {"to": DUE, "Øyelaran": [1, 'a\nØyelaran\t"Ann "Nan""']}

CALLERS: dict[str, CallerCodec] = {"openai": ChatCaller(), "anthropic": MessagesCaller()}
PROVIDERS: dict[str, ProviderCodec] = {"openai": ChatProvider(), "anthropic": MessagesProvider()}
ASKED = Request("asked", (Message("user", (TextPart("hello"),)),), "openai", stream=True, stream_usage=True)


def said(pieces: Sequence[str]) -> list[Event]:
    """What a model answers: a text in pieces, then a call."""
    arguments = json.dumps(GIVEN)
    return [
        Opened("1", "big-1"),
        *map(Text, pieces),
        ToolCall(0, "call_1", "write"),
        *(ToolCall(0, arguments=arguments[place : place + 5]) for place in range(0, len(arguments), 5)),
        Usage(10, 20),
        Finished("tool_calls"),
    ]


def stream(dialect: str, events: Sequence[Event]) -> bytes:
    """The events as a stream of a dialect."""
    writer = CALLERS[dialect].writer(ASKED, "fh_1", verbatim=False)
    return b"".join(map(writer.write, events)) + writer.close()


def read(dialect: str, chunks: Sequence[bytes]) -> list[Event]:
    """The events of a dialect's stream that comes in these chunks."""
    reader, splitter = PROVIDERS[dialect].reader(ASKED), Splitter()
    frames = [frame for chunk in chunks for frame in splitter.feed(chunk)] + splitter.end()
    return [event for frame in frames for event in reader.read(frame)] + list(reader.end())


async def through(provider: str, caller: str, chunks: Sequence[bytes]) -> Answer:
    """What the caller's client reads of a provider's stream that comes in these chunks."""

    async def events() -> AsyncIterator[Event]:
        for event in read(provider, chunks):
            yield event

    back = [event async for event in restored(events(), SHOW)]
    assert all(getattr(event, "raw", None) is None for event in back)
    return gather(read(caller, [stream(caller, back)]))


def check(answer: Answer) -> None:
    choice = answer.choices[0]
    assert choice.text == DUE
    assert json.loads(choice.calls[0].arguments) == TAKEN
    assert (choice.finish, choice.calls[0].name) == ("tool_calls", "write")


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize("caller", ["openai", "anthropic"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
async def test_through_both_dialects_cut_anywhere(provider: str, caller: str, data: st.DataObject):
    places = sorted(data.draw(st.lists(st.integers(0, len(SAID)), max_size=30)))
    pieces = [SAID[a:b] for a, b in zip([0, *places], [*places, len(SAID)], strict=True)]
    sent = stream(provider, said([piece for piece in pieces if piece]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=10)))
    check(await through(provider, caller, [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]))


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_at_every_place_of_the_text(provider: str):
    for place in range(1, len(SAID)):
        check(await through(provider, provider, [stream(provider, said([SAID[:place], SAID[place:]]))]))


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_character_by_character_and_byte_by_byte(provider: str):
    sent = stream(provider, said(list(SAID)))
    check(await through(provider, "openai", [sent[place : place + 1] for place in range(len(sent))]))


def whole(events: Sequence[Event], *, json: bool = False) -> Answer:
    ready = restored(Ready(events), SHOW, json=json)
    assert isinstance(ready, Ready)
    return gather(ready.events)


def test_a_text_that_is_to_be_json_stays_json():
    text = json.dumps(GIVEN, ensure_ascii=False)
    answer = whole([Text(text[:40]), Text(text[40:]), Finished()], json=True)
    assert json.loads(answer.choices[0].text) == TAKEN
    plain = whole([Text('"Tolan"'), Finished()])
    assert plain.choices[0].text == '"Ann "Nan""'


def test_a_thought_is_restored_as_the_text_it_is():
    answer = whole([Thought("Merr"), Thought("ick"), Thought(signature="s"), Text("ok"), Finished()], json=True)
    assert [thought.text for thought in answer.choices[0].thoughts] == ["Øyelaran"]


def test_what_a_model_makes_up_stays():
    made_up = "Dear Mr Marrick of calwick.test, 4242 4242 4242 4243"
    assert whole([Text(made_up), Finished()]).choices[0].text == made_up
