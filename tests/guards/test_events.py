"""The texts of an answer are changed where they stand, and everything else stays in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import (
    Aside,
    Embedded,
    Event,
    Finished,
    Opened,
    Ready,
    Text,
    Thought,
    TokenLogprob,
    ToolCall,
    Usage,
)
from freehold.guards.events import Rewriter, rewritten, without_raw
from freehold.guards.json_stream import JsonStream
from freehold.guards.swap import Pair, Swap, Swapping

SWAP = Swap([Pair("Merrick", "Okafor", "words")])


def rewriter() -> Rewriter:
    return Rewriter(
        lambda sort: JsonStream(Swapping(SWAP), Swapping(SWAP)) if sort == "call" else Swapping(SWAP), SWAP.whole
    )


def through(*events: Event) -> list[Event]:
    ready = rewritten(Ready(events), rewriter())
    assert isinstance(ready, Ready)
    return list(ready.events)


def test_a_text_in_pieces():
    assert through(Text("Dear Mer"), Text("rick"), Text("!"), Finished()) == [
        Text("Dear "),
        Text("Okafor!"),
        Finished(),
    ]


def test_what_is_kept_back_goes_out_before_the_end_and_before_anything_of_another_sort():
    assert through(Thought("Merrick"), Text("Merrick"), ToolCall(0, "c", "f", '{"a'), Finished("tool_calls")) == [
        Thought("Okafor"),
        Text("Okafor"),
        ToolCall(0, "c", "f", '{"a'),
        Finished("tool_calls"),
    ]


def test_choices_and_calls_are_streams_of_their_own():
    assert through(
        Text("Mer", 0), Text("Merr", 1), Text("rick", 0), Text("ick", 1), Finished("stop", 1), Finished("stop", 0)
    ) == [Text("Okafor", 1), Finished("stop", 1), Text("Okafor", 0), Finished("stop", 0)]
    calls = through(
        ToolCall(0, "a", "f"), ToolCall(1, "b", "f"), ToolCall(0, arguments='"Mer'), ToolCall(1, arguments='"Merri'),
        ToolCall(0, arguments='rick"'), ToolCall(1, arguments='ck"'), Finished("tool_calls"),
    )  # fmt: skip
    assert [event.arguments for event in calls if isinstance(event, ToolCall)] == [
        "",
        "",
        '"',
        '"',
        'Okafor"',
        'Okafor"',
    ]


def test_a_refusal_a_name_and_a_stop_sequence():
    assert through(Text("Not Merrick", refusal=True), Finished("stop_sequence", 0, "Merrick")) == [
        Text("Not ", refusal=True),
        Text("Okafor", refusal=True),
        Finished("stop_sequence", 0, "Okafor"),
    ]
    assert through(ToolCall(0, "c", "write_merrick")) == [ToolCall(0, "c", "write_okafor")]


def test_a_signature_ends_its_thought():
    assert through(Thought("by Merrick"), Thought(signature="abc"), Thought(redacted="xyz")) == [
        Thought("by "),
        Thought("Okafor", signature="abc"),
        Thought(redacted="xyz"),
    ]


def test_annotations_are_changed_and_their_places_move():
    note = {"type": "url_citation", "url_citation": {"title": "On Merrick", "start_index": 8, "end_index": 13}, "at": 0}
    events = through(Text("Merrick smile"), Text("", annotations=(note,)), Text("Mer", annotations=(note,)))
    cited = {"type": "url_citation", "url_citation": {"title": "On Okafor", "start_index": 7, "end_index": 12}, "at": 0}
    assert events[0] == Text("Okafor smile")
    assert events[1] == Text("", annotations=(cited,))
    assert events[2] == Text("Mer", annotations=(cited,))


def test_probabilities_stay_with_the_tokens_they_are_of():
    kept, lost = (TokenLogprob("fine", -0.1),), (TokenLogprob("Merrick", -0.2),)
    assert through(Text("fine", logprobs=kept), Text("Merrick ", logprobs=lost)) == [
        Text("fine", logprobs=kept),
        Text("Okafor "),
    ]


def test_everything_else_passes_without_its_bytes():
    events = (Opened("1", "m", raw=b"x"), Aside(b"ping"), Usage(1, 2, raw=b"y"), Text(""), Embedded(((1.0,),), b"z"))
    assert through(*events) == [Opened("1", "m"), Usage(1, 2), Text(""), Embedded(((1.0,),))]
    bare = without_raw(Ready(events))
    assert isinstance(bare, Ready)
    assert bare.events == [Opened("1", "m"), Usage(1, 2), Text(""), Embedded(((1.0,),))]


async def stream(events: Sequence[Event], failure: Exception | None = None) -> AsyncIterator[Event]:
    for event in events:
        yield event
    if failure is not None:
        raise failure


async def test_a_stream_that_breaks_gives_what_had_come():
    events = rewritten(stream([Text("Merri")], AttemptFailed(Fault.BROKEN, "cut")), rewriter())
    assert await anext(events) == Text("Merri")
    with pytest.raises(AttemptFailed):
        await anext(events)


async def test_a_stream_without_an_end_gives_all():
    assert [event async for event in rewritten(stream([Text("a Merrick")]), rewriter())] == [Text("a "), Text("Okafor")]
    assert [event async for event in without_raw(stream([Text("a", raw=b"b"), Aside(b"")]))] == [Text("a")]
