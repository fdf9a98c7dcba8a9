"""Answers of a provider, streamed and whole, read into events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Aside, Event, Finished, Opened, Text, Thought, ToolCall, Usage, gather
from freehold.wire.anthropic.decode import Reader, read_whole
from freehold.wire.sse import Splitter

START = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "big-1",
        "content": [],
        "stop_reason": None,
        "usage": {
            "input_tokens": 10,
            "cache_read_input_tokens": 3,
            "cache_creation_input_tokens": 4,
            "output_tokens": 1,
        },
    },
}
STOP = {"type": "message_stop"}
PING = {"type": "ping"}


def begin(block: dict[str, Any], index: int = 0) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(kind: str, index: int = 0, **fields: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


def end(index: int = 0) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def stop(reason: str | None = "end_turn", **usage: int) -> dict[str, Any]:
    return {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None},
        "usage": usage or {"output_tokens": 7},
    }


def error(kind: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": "Overloaded"}}


def stream(*frames: dict[str, Any]) -> bytes:
    return b"".join(
        b"event: %b\ndata: %b\n\n" % (frame["type"].encode(), msgspec.json.encode(frame)) for frame in frames
    )


def read(*frames: dict[str, Any]) -> list[Event]:
    splitter, reader = Splitter(), Reader()
    cut = splitter.feed(stream(*frames)) + splitter.end()
    events = [event for frame in cut for event in reader.read(frame)]
    return [*events, *reader.end()]


def bare(events: Sequence[Event]) -> list[Event]:
    """Without the bytes, and without what means nothing."""
    return [msgspec.structs.replace(event, raw=None) for event in events if not isinstance(event, Aside)]


def test_a_text_with_its_usage() -> None:
    events = read(START, begin({"type": "text", "text": ""}), delta("text_delta", text="Hi"), end(), stop(), STOP)
    assert bare(events) == [
        Opened(id="msg_1", model="big-1"),
        Usage(input=17, output=1, cached_input=3, cache_write=4),
        Text("Hi"),
        Usage(input=17, output=7, cached_input=3, cache_write=4),
        Finished("stop"),
    ]


def test_each_frames_bytes_ride_on_its_first_event() -> None:
    frames = (
        START,
        PING,
        begin({"type": "thinking", "thinking": ""}),
        delta("thinking_delta", thinking="hm"),
        delta("signature_delta", signature="s"),
        end(),
        begin({"type": "tool_use", "id": "t", "name": "f", "input": {}}, 1),
        delta("input_json_delta", 1, partial_json="{}"),
        end(1),
        begin({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}, 2),
        delta("input_json_delta", 2, partial_json='{"query":"x"}'),
        end(2),
        {"type": "something_new", "what": 1},
        stop(),
        STOP,
    )
    assert b"".join(event.raw or b"" for event in read(*frames)) == stream(*frames)


def test_thoughts() -> None:
    events = read(
        START,
        begin({"type": "thinking", "thinking": ""}),
        delta("thinking_delta", thinking="a"),
        delta("thinking_delta", thinking="b"),
        delta("signature_delta", signature="s1"),
        end(),
        begin({"type": "redacted_thinking", "data": "xyz"}, 1),
        end(1),
        begin({"type": "thinking", "thinking": ""}, 2),
        delta("thinking_delta", 2, thinking="c"),
        delta("signature_delta", 2, signature="s2"),
        end(2),
        stop(),
        STOP,
    )
    (choice,) = gather(events).choices
    assert choice.thoughts == [Thought("ab", signature="s1"), Thought(redacted="xyz"), Thought("c", signature="s2")]


def test_tool_calls_are_numbered_apart_from_other_blocks() -> None:
    events = read(
        START,
        begin({"type": "text", "text": "I look."}),
        end(),
        begin({"type": "tool_use", "id": "a", "name": "f", "input": {}}, 1),
        delta("input_json_delta", 1, partial_json=""),
        delta("input_json_delta", 1, partial_json='{"x":'),
        delta("input_json_delta", 1, partial_json="1}"),
        end(1),
        begin({"type": "tool_use", "id": "b", "name": "g", "input": {}}, 2),
        end(2),
        begin({"type": "tool_use", "id": "c", "name": "h", "input": {"y": 2}}, 3),
        end(3),
        stop("tool_use"),
        STOP,
    )
    (choice,) = gather(events).choices
    assert choice.text == "I look."
    assert [(call.id, call.name, call.arguments) for call in choice.calls] == [
        ("a", "f", '{"x":1}'),
        ("b", "g", "{}"),
        ("c", "h", '{"y":2}'),
    ]
    assert choice.finish == "tool_calls"


def test_citations_say_which_text_they_support() -> None:
    found = {"type": "web_search_result_location", "url": "https://x.example", "title": "X", "cited_text": "c"}
    quoted = {"type": "char_location", "document_index": 0, "cited_text": "c"}
    events = read(
        START,
        begin({"type": "text", "text": ""}),
        delta("text_delta", text="So. "),
        end(),
        begin({"type": "text", "text": ""}, 1),
        delta("citations_delta", 1, citation=found),
        delta("text_delta", 1, text="It is."),
        delta("citations_delta", 1, citation=quoted),
        end(1),
        stop(),
        STOP,
    )
    (choice,) = gather(events).choices
    assert choice.annotations == [
        {
            "type": "url_citation",
            "url_citation": {"url": "https://x.example", "title": "X", "start_index": 4, "end_index": 10},
            "citation": found,
        },
        {"type": "citation", "start_index": 4, "end_index": 10, "citation": quoted},
    ]


def test_a_later_usage_replaces_what_it_names() -> None:
    events = read(START, stop(input_tokens=20, output_tokens=9), STOP)
    assert gather(events).usage == Usage(27, 9, 3, 4, raw=events[2].raw)


def test_reasoning_tokens() -> None:
    counted = {"output_tokens": 9, "output_tokens_details": {"thinking_tokens": 5}}
    usage = gather(read(START, stop() | {"usage": counted}, STOP)).usage
    assert usage is not None
    assert (usage.output, usage.reasoning) == (9, 5)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("end_turn", "stop"),
        ("max_tokens", "length"),
        ("stop_sequence", "stop_sequence"),
        ("tool_use", "tool_calls"),
        ("pause_turn", "pause"),
        ("refusal", "refusal"),
        ("model_context_window_exceeded", "length"),
        ("something_new", "other"),
    ],
)
def test_stop_reasons(said: str, meant: str) -> None:
    assert gather(read(START, stop(said), STOP)).choices[0].finish == meant


def test_a_stream_without_its_last_frame_is_whole_once_its_end_was_told() -> None:
    assert gather(read(START, stop())).whole


def test_a_stream_without_a_reason_is_whole_once_it_stopped() -> None:
    assert gather(read(START, STOP)).choices[0].finish == "other"


@pytest.mark.parametrize("frames", [(START,), (START, stop(None)), (START, begin({"type": "text", "text": "x"}))])
def test_a_stream_that_ends_too_soon_is_broken(frames: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(AttemptFailed) as failed:
        read(*frames)
    assert failed.value.fault is Fault.BROKEN


@pytest.mark.parametrize("frames", [(), (PING,), (stop(),), (STOP,), (delta("text_delta", text="x"),)])
def test_a_stream_without_a_beginning_is_not_this_dialect(frames: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(AttemptFailed) as failed:
        read(*frames)
    assert failed.value.fault is Fault.PROTOCOL


@pytest.mark.parametrize(
    ("kind", "fault", "status", "safe"),
    [
        ("overloaded_error", Fault.SERVER, 529, True),
        ("rate_limit_error", Fault.RATE_LIMITED, 429, True),
        ("api_error", Fault.SERVER, 500, False),
        ("invalid_request_error", Fault.REJECTED, 400, False),
        ("authentication_error", Fault.AUTH, 401, False),
        ("something_new", Fault.SERVER, 500, False),
    ],
)
@pytest.mark.parametrize("before", [(), (PING,)])
def test_an_error_at_first_means_what_its_type_says(
    kind: str, fault: Fault, status: int, safe: bool, before: tuple[dict[str, Any], ...]
) -> None:
    with pytest.raises(AttemptFailed) as failed:
        read(*before, error(kind))
    assert (failed.value.fault, failed.value.status, failed.value.safe_to_retry) == (fault, status, safe)


def test_an_error_later_breaks_the_stream() -> None:
    with pytest.raises(AttemptFailed, match="overloaded_error: Overloaded") as failed:
        read(START, error("overloaded_error"))
    assert (failed.value.fault, failed.value.safe_to_retry) == (Fault.BROKEN, False)


def test_pings_before_the_message_wait_for_it() -> None:
    splitter, reader = Splitter(), Reader()
    ping, started = splitter.feed(stream({"type": "something_new"}, START))
    assert reader.read(ping) == ()
    assert reader.read(started)[0].raw == ping.raw + started.raw


@pytest.mark.parametrize("data", [b"<html>", b"{", b"[]", b'{"type":5}', b'{"kind":"x"}', b"\xff"])
def test_frames_of_something_else(data: bytes) -> None:
    def fault(*before: dict[str, Any]) -> Fault:
        splitter, reader = Splitter(), Reader()
        *good, bad = splitter.feed(stream(*before) + b"data: " + data + b"\n\n")
        for frame in good:
            reader.read(frame)
        with pytest.raises(AttemptFailed) as failed:
            reader.read(bad)
        return failed.value.fault

    assert fault() is Fault.PROTOCOL
    assert fault(START) is Fault.BROKEN


def test_a_whole_message() -> None:
    found = {"type": "search_result_location", "source": "https://x.example", "title": None, "cited_text": "c"}
    body = msgspec.json.encode(
        START["message"]
        | {
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "redacted_thinking", "data": "xyz"},
                {"type": "text", "text": "Yes.", "citations": [found]},
                {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
                {"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}},
            ],
            "stop_reason": "stop_sequence",
            "stop_sequence": "END",
        }
    )
    events = read_whole(body)
    assert [event.raw for event in events] == [body] + [b""] * (len(events) - 1)
    located = {"url": "https://x.example", "title": "", "start_index": 0, "end_index": 4}
    assert bare(events) == [
        Opened(id="msg_1", model="big-1"),
        Thought("hm", signature="s"),
        Thought(redacted="xyz"),
        Text("Yes.", annotations=({"type": "url_citation", "url_citation": located, "citation": found},)),
        ToolCall(0, id="t", name="f", arguments='{"x":1}'),
        Usage(input=17, output=1, cached_input=3, cache_write=4),
        Finished("stop_sequence", stop_sequence="END"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>bad gateway</html>",
        b"",
        b"[]",
        b'{"ok":true}',
        b'{"type":"error","error":{"type":"api_error","message":"no"}}',
        b'{"content":"text"}',
        b"\xff",
        b"[" * 5000,
    ],
)
def test_a_body_of_something_else(body: bytes) -> None:
    with pytest.raises(AttemptFailed) as failed:
        read_whole(body)
    assert failed.value.fault is Fault.PROTOCOL
