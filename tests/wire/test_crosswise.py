"""From one dialect to the other and back: requests, whole answers and streams keep their meaning."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Answer, Event, Finished, Text, Thought, ToolCall, Usage, gather
from freehold.core.request import OutputFormat, Request, TextPart
from freehold.wire.anthropic import MessagesCaller, MessagesProvider
from freehold.wire.openai import ChatCaller, ChatProvider
from freehold.wire.sse import Splitter
from support.decisions import a_request, a_target
from support.neutral import answers, requests

SIDES = {
    "openai": (ChatCaller(), ChatProvider()),
    "anthropic": (MessagesCaller(), MessagesProvider()),
}
CHAINS = [("anthropic",), ("openai",), ("anthropic", "openai"), ("openai", "anthropic", "openai")]
ID = "fh_0123456789abcdef"


def carried(request: Request, dialect: str) -> tuple[Request, tuple[str, ...]]:
    """The request as a gateway behind a target of this dialect would read it."""
    caller, provider = SIDES[dialect]
    encoded = provider.encode(request, a_target(dialect=dialect))
    arrived = caller.parse(encoded.body)
    assert isinstance(arrived, Request)
    return arrived, encoded.dropped


def meaning(request: Request, dropped: set[str]) -> dict[str, Any]:
    """What a request asks for, without the shape in which it was said."""
    sampling = request.sampling
    return {
        "messages": [
            (message.role, [part for part in message.parts if not (isinstance(part, TextPart) and not part.text)])
            for message in request.messages
        ],
        "tools": [(tool.name, tool.schema, tool.description) for tool in request.tools],
        "choice": request.tool_choice,
        "parallel": request.parallel_tool_calls,
        "max_tokens": sampling.max_tokens,
        "temperature": None if "temperature" in dropped else sampling.temperature,
        "stop": sampling.stop,
        "schema": request.output and request.output.schema,
        "effort": request.reasoning and request.reasoning.effort,
        "stream": request.stream,
        "user": request.user,
    }


@pytest.mark.parametrize("chain", CHAINS, ids="-".join)
@settings(max_examples=50)
@given(request=requests())
def test_a_request_keeps_its_meaning_on_the_way(chain: tuple[str, ...], request: Request) -> None:
    arrived, lost = request, set()
    for dialect in chain:
        # What was parsed is sent on as a stage that rewrote something would send it: afresh.
        arrived, dropped = carried(arrived.rewritten(), dialect)
        lost |= set(dropped)
    assert lost <= {"temperature"}
    assert meaning(arrived, lost) == meaning(request, lost)


@settings(max_examples=50)
@given(request=requests())
def test_a_body_of_this_dialect_goes_on_as_it_came_but_for_the_model(request: Request) -> None:
    for dialect, (caller, provider) in SIDES.items():
        target = a_target(dialect=dialect)
        body = msgspec.json.decode(provider.encode(request, target).body)
        came = caller.parse(msgspec.json.encode(body | {"model": "alias", "metadata": {"freehold": {"a": 1}}}))
        went = msgspec.json.decode(provider.encode(came, target).body)
        went.pop("stream_options", None)
        body.pop("stream_options", None)
        body.pop("metadata", None)
        assert went == body


def streamed(events: list[Event], dialect: str, *, chunk: int = 1 << 20) -> list[Event]:
    """The events as a caller of this dialect would read them from our stream, cut anyhow."""
    caller, provider = SIDES[dialect]
    request = a_request(dialect=dialect, stream=True, stream_usage=True)
    writer = caller.writer(request, ID, verbatim=False)
    sent = b"".join([writer.write(event) for event in events]) + writer.close()
    splitter, reader = Splitter(), provider.reader(request)
    frames = [frame for at in range(0, len(sent), chunk) for frame in splitter.feed(sent[at : at + chunk])]
    read = [event for frame in [*frames, *splitter.end()] for event in reader.read(frame)]
    return [*read, *reader.end()]


def said(answer: Answer) -> dict[str, Any]:
    """What an answer says, to whom it matters."""
    choice = answer.choices[0]
    used = answer.usage or Usage()
    return {
        "text": choice.text,
        "thoughts": "".join(thought.text for thought in choice.thoughts),
        "calls": [(call.id, call.name, msgspec.json.decode(call.arguments)) for call in choice.calls],
        "finish": choice.finish,
        "usage": (used.input, used.output, used.cached_input, used.reasoning),
    }


@pytest.mark.parametrize("chain", CHAINS, ids="-".join)
@settings(max_examples=50)
@given(events=answers(), chunk=st.sampled_from([1, 7, 64, 1 << 20]))
def test_a_stream_keeps_its_meaning_on_the_way(chain: tuple[str, ...], events: list[Event], chunk: int) -> None:
    arrived = events
    for dialect in chain:
        arrived = streamed(arrived, dialect, chunk=chunk)
    assert said(gather(arrived)) == said(gather(events))


@pytest.mark.parametrize("chain", CHAINS, ids="-".join)
@settings(max_examples=50)
@given(events=answers())
def test_a_whole_answer_keeps_its_meaning_on_the_way(chain: tuple[str, ...], events: list[Event]) -> None:
    arrived = gather(events)
    for dialect in chain:
        caller, provider = SIDES[dialect]
        request = a_request(dialect=dialect)
        arrived = gather(provider.whole(caller.whole(arrived, request, ID), request))
    assert said(arrived) == said(gather(events))


@given(events=answers())
def test_a_stream_and_a_whole_answer_say_the_same(events: list[Event]) -> None:
    for dialect, (caller, provider) in SIDES.items():
        request = a_request(dialect=dialect)
        whole = gather(provider.whole(caller.whole(gather(events), request, ID), request))
        assert said(gather(streamed(events, dialect))) == said(whole)


def test_pieces_of_parallel_calls_that_interleave_keep_their_meaning() -> None:
    events: list[Event] = [
        ToolCall(0, id="a", name="look", arguments='{"at":'),
        ToolCall(1, id="b", name="read", arguments='{"page'),
        ToolCall(0, arguments='"sea"}'),
        ToolCall(1, arguments='":2}'),
        Finished("tool_calls"),
    ]
    for chain in CHAINS:
        arrived = events
        for dialect in chain:
            arrived = streamed(arrived, dialect)
        assert said(gather(arrived)) == said(gather(events))


def test_thinking_is_read_in_the_other_dialect() -> None:
    events: list[Event] = [Thought("Let me "), Thought("see."), Text("Yes."), Finished("stop")]
    for chain in CHAINS:
        arrived = events
        for dialect in chain:
            arrived = streamed(arrived, dialect)
        assert said(gather(arrived)) == said(gather(events))


def test_json_mode_is_refused_by_name_where_it_cannot_be_promised() -> None:
    with pytest.raises(AttemptFailed) as failed:
        carried(a_request(output=OutputFormat("json")), "anthropic")
    assert (failed.value.fault, failed.value.param) == (Fault.UNTRANSLATABLE, "response_format")
