"""Streamed answers, written in the Messages dialect."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import UpstreamFailed
from freehold.core.event import Aside, Event, Finished, Opened, Text, Thought, ToolCall, Usage, gather
from freehold.wire.anthropic.decode import Reader
from freehold.wire.anthropic.writer import Writer
from freehold.wire.sse import Splitter
from support.decisions import a_request
from support.neutral import answers

ID = "fh_0123"


def sent(*events: Event, verbatim: bool = False) -> bytes:
    writer = Writer(a_request(), ID, verbatim=verbatim)
    return b"".join([writer.write(event) for event in events]) + writer.close()


def frames(data: bytes) -> list[dict[str, Any]]:
    splitter = Splitter()
    read = splitter.feed(data) + splitter.end()
    decoded = [msgspec.json.decode(frame.data) for frame in read]
    assert [frame.event for frame in read] == [frame["type"] for frame in decoded]
    return decoded


def shape(data: bytes) -> list[str]:
    """Each frame in short: its type, its index, what it holds."""
    short = []
    for frame in frames(data):
        inner = frame.get("content_block") or frame.get("delta") or {}
        short.append(
            " ".join(str(part) for part in (frame["type"], frame.get("index"), inner.get("type")) if part is not None)
        )
    return short


def test_a_text() -> None:
    start, begun, delta, end, told, stopped = frames(
        sent(Opened(model="big-1"), Usage(input=9, output=1), Text("Hi"), Finished("stop"), Usage(input=9, output=2))
    )
    assert start["message"] == {
        "id": "msg_fh_0123",
        "type": "message",
        "role": "assistant",
        "model": "big-1",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 9,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 1,
        },
    }
    assert begun == {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    assert delta == {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}
    assert end == {"type": "content_block_stop", "index": 0}
    assert told["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
    assert told["usage"]["output_tokens"] == 2
    assert stopped == {"type": "message_stop"}


def test_blocks_of_each_kind_in_turn() -> None:
    data = sent(
        Opened(),
        Thought("hm"),
        Thought(signature="s"),
        Thought("again"),
        Thought(redacted="xyz"),
        Text("So"),
        Text("."),
        ToolCall(0, id="a", name="f", arguments="{}"),
        Text("Done."),
        Finished("tool_calls"),
    )
    assert shape(data) == [
        "message_start",
        "content_block_start 0 thinking",
        "content_block_delta 0 thinking_delta",
        "content_block_delta 0 signature_delta",
        "content_block_stop 0",
        "content_block_start 1 thinking",
        "content_block_delta 1 thinking_delta",
        "content_block_stop 1",
        "content_block_start 2 redacted_thinking",
        "content_block_stop 2",
        "content_block_start 3 text",
        "content_block_delta 3 text_delta",
        "content_block_delta 3 text_delta",
        "content_block_stop 3",
        "content_block_start 4 tool_use",
        "content_block_delta 4 input_json_delta",
        "content_block_stop 4",
        "content_block_start 5 text",
        "content_block_delta 5 text_delta",
        "content_block_stop 5",
        "message_delta",
        "message_stop",
    ]


def test_thoughts_of_which_only_the_signature_is_shown_are_blocks_of_their_own() -> None:
    data = sent(
        Opened(), Thought(), Thought(signature="s1"), Thought(), Thought(signature="s2"), Text("So"), Finished()
    )
    assert [line for line in shape(data) if "start" in line] == [
        "message_start",
        "content_block_start 0 thinking",
        "content_block_start 1 thinking",
        "content_block_start 2 text",
    ]
    reader = Reader()
    events = [event for frame in Splitter().feed(data) for event in reader.read(frame)]
    assert gather(events).choices[0].thoughts == [Thought(signature="s1"), Thought(signature="s2")]


def test_a_call_waits_for_one_that_is_unfinished() -> None:
    writer = Writer(a_request(), ID, verbatim=False)
    writer.write(Opened())
    assert writer.write(ToolCall(0, id="a", name="f", arguments='{"x":'))
    assert writer.write(ToolCall(1, id="b", name="g", arguments="{}")) == b""
    assert shape(writer.write(ToolCall(0, arguments="1}"))) == [
        "content_block_delta 0 input_json_delta",
        "content_block_stop 0",
        "content_block_start 1 tool_use",
        "content_block_delta 1 input_json_delta",
    ]
    assert writer.write(ToolCall(0, arguments="\n")) == b""


def test_a_call_without_arguments_holds_others_no_longer_than_to_the_end() -> None:
    data = sent(
        Opened(), ToolCall(0, id="a", name="f"), ToolCall(1, id="b", name="g", arguments="{}"), Finished("tool_calls")
    )
    assert [name for name in shape(data) if "start" in name] == [
        "message_start",
        "content_block_start 0 tool_use",
        "content_block_start 1 tool_use",
    ]


def test_a_piece_that_comes_after_its_block_still_goes_to_it() -> None:
    data = sent(
        ToolCall(0, id="a", name="f", arguments='{"x":'),
        Text("hm"),
        ToolCall(0, arguments="1}"),
        Finished("tool_calls"),
    )
    assert "content_block_delta 0 input_json_delta" in shape(data)[-6:]


def test_a_call_without_an_id_gets_one() -> None:
    begun = frames(sent(ToolCall(2, name="f", arguments="{}")))[1]
    assert begun["content_block"] == {"type": "tool_use", "id": "toolu_fh_0123_2", "name": "f", "input": {}}


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ((Text("x"), Finished("length")), "max_tokens"),
        ((Text("x"), Finished("content_filter")), "refusal"),
        ((Text("No.", refusal=True), Finished("stop")), "refusal"),
        ((ToolCall(0, id="a", name="f", arguments="{}"), Finished("stop")), "tool_use"),
        ((Finished("other"),), "end_turn"),
        ((), "end_turn"),
    ],
)
def test_stop_reasons(events: tuple[Event, ...], reason: str) -> None:
    told, stopped = frames(sent(Opened(), *events))[-2:]
    assert told["delta"]["stop_reason"] == reason
    assert stopped["type"] == "message_stop"


def test_a_stop_sequence_is_named() -> None:
    assert frames(sent(Finished("stop_sequence", stop_sequence="END")))[-2]["delta"] == {
        "stop_reason": "stop_sequence",
        "stop_sequence": "END",
    }


def test_other_choices_cannot_be_said() -> None:
    assert shape(sent(Opened(), Text("x", choice=1), Finished(choice=1))) == [
        "message_start",
        "message_delta",
        "message_stop",
    ]


def test_citations() -> None:
    own = {"type": "char_location", "cited_text": "c"}
    notes = (
        {"type": "citation", "citation": own},
        {"type": "url_citation", "url_citation": {"url": "https://x.example", "title": "X"}},
        {"type": "unheard_of"},
    )
    deltas = [
        frame["delta"] for frame in frames(sent(Text("x", annotations=notes))) if frame.get("delta", {}).get("citation")
    ]
    assert [delta["citation"] for delta in deltas] == [
        own,
        {
            "type": "web_search_result_location",
            "url": "https://x.example",
            "title": "X",
            "cited_text": "",
            "encrypted_index": "",
        },
    ]


def test_signs_of_life_go_on_as_pings() -> None:
    writer = Writer(a_request(), ID, verbatim=False)
    assert writer.write(Aside(b": keep-alive\n\n")) == b'event: ping\ndata: {"type": "ping"}\n\n'
    assert writer.write(Aside(b'data: {"odd":1}\n\n')) == b""


def test_a_failure_is_told_in_the_stream_and_ends_it() -> None:
    writer = Writer(a_request(), ID, verbatim=False)
    writer.write(Text("x"))
    (frame,) = frames(writer.fail(UpstreamFailed("the target broke off")))
    assert (frame["error"]["type"], frame["error"]["message"]) == ("api_error", "the target broke off")
    assert writer.close() == b""


def reread(data: bytes) -> list[Event]:
    splitter, reader = Splitter(), Reader()
    events = [event for frame in splitter.feed(data) + splitter.end() for event in reader.read(frame)]
    return [*events, *reader.end()]


@given(answers(), st.booleans())
def test_what_passes_through_is_the_same_to_the_byte(events: list[Event], spaced: bool) -> None:
    data = sent(*events)
    if spaced:
        data = b": hello\n\n" + data.replace(b'{"type":', b'{"type": ').replace(b"event: ", b"event:  ")
    writer = Writer(a_request(), ID, verbatim=True)
    assert b"".join([writer.write(event) for event in reread(data)]) == data
    assert writer.close() == b""


@given(answers(), st.integers(0, 4))
def test_a_stream_passed_through_in_part_is_ended(events: list[Event], missing: int) -> None:
    data = sent(*events)
    parts = data.split(b"\n\n")[:-1]
    kept = b"".join(part + b"\n\n" for part in parts[: len(parts) - missing])
    splitter, reader = Splitter(), Reader()
    writer = Writer(a_request(), ID, verbatim=True)
    out = b"".join([writer.write(event) for frame in splitter.feed(kept) for event in reader.read(frame)])
    ended = shape(out + writer.close())
    assert out == kept
    assert ended.count("message_start") == ended.count("message_delta") == ended.count("message_stop") == 1
    assert ended[-1] == "message_stop"
    starts = [name.split()[1] for name in ended if name.startswith("content_block_start")]
    assert starts == [name.split()[1] for name in ended if name.startswith("content_block_stop")]


@given(answers())
def test_blocks_are_numbered_and_never_overlap(events: list[Event]) -> None:
    opened: list[int] = []
    current = None
    for frame in frames(sent(*events)):
        match frame["type"]:
            case "content_block_start":
                assert current is None
                current = frame["index"]
                opened.append(current)
            case "content_block_delta":
                assert frame["index"] == current
            case "content_block_stop":
                assert frame["index"] == current
                current = None
    assert current is None
    assert opened == list(range(len(opened)))
    assert gather(reread(sent(*events))).whole


def test_text_behind_citations_begins_another_block() -> None:
    own = {"type": "char_location", "cited_text": "c"}
    note = {"citation": own, "at": 3}
    events = (Text("One"), Text("", annotations=(note,)), Text("", annotations=(note,)), Text("Two"), Text(" three"))
    told = frames(sent(Opened(), *events, Finished()))
    kinds = [frame["delta"]["type"] for frame in told if frame["type"] == "content_block_delta"]
    assert kinds == ["text_delta", "citations_delta", "citations_delta", "text_delta", "text_delta"]
    assert [frame["index"] for frame in told if frame["type"] == "content_block_delta"] == [0, 0, 0, 1, 1]
    assert [frame["index"] for frame in told if frame["type"] == "content_block_stop"] == [0, 1]
