"""Answers of OpenAI-shaped servers, read."""

from __future__ import annotations

import json

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import (
    Answer,
    Aside,
    Call,
    Event,
    Finished,
    Opened,
    Text,
    Thought,
    TokenLogprob,
    ToolCall,
    Usage,
    gather,
)
from freehold.core.request import Request
from freehold.wire.openai import ChatProvider
from freehold.wire.sse import Splitter

REQUEST = Request("m", (), "openai", stream=True)
DONE = b"data: [DONE]\n\n"
FIRST = {"id": "c1", "model": "real", "created": 5}


def chunk(*choices: dict, **fields: object) -> bytes:
    return b"data: " + json.dumps({**FIRST, "choices": list(choices), **fields}).encode() + b"\n\n"


def piece(index: int = 0, finish: str | None = None, logprobs: object = None, **delta: object) -> dict:
    return {"index": index, "delta": delta, "finish_reason": finish, "logprobs": logprobs}


def read(*frames: bytes) -> list[Event]:
    splitter, reader = Splitter(), ChatProvider().reader(REQUEST)
    events: list[Event] = []
    for frame in [one for data in frames for one in splitter.feed(data)] + splitter.end():
        events.extend(reader.read(frame))
    return events + list(reader.end())


def failure(*frames: bytes) -> AttemptFailed:
    with pytest.raises(AttemptFailed) as caught:
        read(*frames)
    return caught.value


def test_a_stream_becomes_events_each_frame_carried_once():
    frames = [
        chunk(piece(role="assistant", content=""), system_fingerprint="fp", service_tier="default"),
        chunk(piece(content="he")),
        chunk(piece(content="llo", finish="stop")),
        chunk(usage={"prompt_tokens": 3, "completion_tokens": 2}),
        DONE,
    ]
    assert read(*frames) == [
        Opened("c1", "real", 5, frames[0], "fp", "default"),
        Text("he", raw=frames[1]),
        Text("llo", raw=frames[2]),
        Finished("stop", raw=b""),
        Usage(3, 2, raw=frames[3]),
    ]


def test_usage_beside_something_else_does_not_hold_the_bytes():
    last = chunk(piece(finish="stop"), usage={"prompt_tokens": 3, "completion_tokens": 2})
    assert read(chunk(piece(content="x")), last)[-2:] == [Finished("stop", raw=last), Usage(3, 2, raw=b"")]


def test_frames_without_meaning_pass_by_once_the_answer_is_open():
    empty, comment = chunk(piece()), b": ping\n\n"
    events = read(comment, chunk(piece(content="x")), comment, empty, chunk(piece(finish="stop")), DONE)
    assert events[2:4] == [Aside(comment), Aside(empty)]
    assert isinstance(events[0], Opened)
    assert comment not in events[0].raw


def test_chunks_before_the_first_choice_are_held_and_open_with_it():
    verdict = b'data: {"id":"","model":"","created":0,"choices":[],"prompt_filter_results":[]}\n\n'
    start = chunk(piece(content="x"))
    assert read(verdict, start, chunk(piece(finish="stop")))[0] == Opened("c1", "real", 5, verdict + start)


def test_what_is_held_is_bounded():
    heavy = b'data: {"choices":[],"x":"' + b"y" * 60_000 + b'"}\n\n'
    opened = read(heavy, heavy, heavy, chunk(piece(content="x", finish="stop")))[0]
    assert isinstance(opened, Opened)
    assert len(opened.raw or b"") < 70_000


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_thoughts(field):
    events = read(chunk(piece(**{field: "hm"})), chunk(piece(content="x", finish="stop")))
    assert events[1] == Thought("hm", raw=b"")


def test_mistrals_parts():
    content = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "x"}, 7]
    events = read(chunk(piece(content=content, finish="stop")))
    assert events[1:3] == [Thought("hm", raw=b""), Text("x", raw=b"")]


def test_a_refusal():
    events = read(chunk(piece(refusal="I ca")), chunk(piece(refusal="nnot", finish="stop")))
    assert [event for event in events if isinstance(event, Text)] == [
        Text("I ca", refusal=True, raw=b""),
        Text("nnot", refusal=True, raw=chunk(piece(refusal="nnot", finish="stop"))),
    ]
    assert events[-1] == Finished("refusal", raw=b"")


def test_several_choices():
    answer = gather(
        read(chunk(piece(1, content="b")), chunk(piece(0, content="a", finish="stop")), chunk(piece(1, "length")), DONE)
    )
    assert [(choice.text, choice.finish) for choice in answer.choices] == [("a", "stop"), ("b", "length")]


@pytest.mark.parametrize("index", [-1, 128, 10**9])
def test_a_choice_beyond_reason_is_refused(index):
    assert failure(chunk(piece(index, content="x"))).fault is Fault.PROTOCOL


def test_logprobs():
    token = {"token": "x", "logprob": -0.5, "bytes": [120], "top_logprobs": [{"token": "y", "logprob": -1.5}]}
    events = read(chunk(piece(content="x", logprobs={"content": [token]}, finish="stop")))
    assert events[1] == Text("x", logprobs=(TokenLogprob("x", -0.5, (("y", -1.5),), (120,)),), raw=b"")


MALFORMED = [
    "none",
    [1],
    {"content": "x"},
    {"content": [{"logprob": -0.5}]},
    {"content": [{"token": "x", "logprob": "y"}]},
]


@pytest.mark.parametrize("logprobs", MALFORMED)
def test_malformed_logprobs_of_a_chunk_are_left_out_of_it(logprobs):
    frames = [
        chunk(piece(content="he", logprobs=logprobs), obfuscation="q"),
        chunk(piece(content="llo", finish="stop")),
    ]
    opened, text, *_ = events = read(*frames, DONE)
    assert gather(events).choices[0].text == "hello"
    assert text == Text("he", raw=b"")
    kept = json.loads(opened.raw.removeprefix(b"data: "))
    assert kept == FIRST | {
        "choices": [{"index": 0, "delta": {"content": "he"}, "finish_reason": None}],
        "obfuscation": "q",
    }
    assert opened.raw.endswith(b"}\n\n")


@pytest.mark.parametrize("logprobs", MALFORMED)
def test_malformed_logprobs_of_a_whole_answer_are_left_out_of_it(logprobs):
    message = {"index": 0, "message": {"content": "hi"}, "finish_reason": "stop"}
    body = json.dumps(FIRST | {"choices": [message | {"logprobs": logprobs}]}).encode()
    events = ChatProvider().whole(body, REQUEST)
    assert gather(events).choices[0].text == "hi"
    assert json.loads(events[0].raw) == FIRST | {"choices": [message]}


def test_other_faults_beside_malformed_logprobs_are_still_told():
    broken = piece(content="x", logprobs="none")
    for choice in (broken | {"finish_reason": 5}, broken | {"index": -1}):
        assert failure(chunk(choice)).fault is Fault.PROTOCOL


def test_other_forms_of_logprobs_are_no_reason_to_fail():
    assert gather(read(chunk(piece(content="x", logprobs=-0.5, finish="stop")))).choices[0].text == "x"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("tool_calls", "tool_calls"),
        ("function_call", "tool_calls"),
        ("content_filter", "content_filter"),
        ("eos_token", "stop"),
        ("model_length", "length"),
        ("something new", "other"),
    ],
)
def test_finish_reasons(word, reason):
    assert read(chunk(piece(content="x", finish=word)))[-1] == Finished(reason, raw=b"")


def test_a_second_finish_of_one_choice_is_no_event_of_its_own():
    again = chunk(piece(finish="stop"))
    assert read(chunk(piece(content="x", finish="stop")), again)[-1] == Aside(again)


def calls(*deltas: list[dict], finish: str = "tool_calls") -> list[Call]:
    frames = [chunk(piece(tool_calls=delta)) for delta in deltas]
    answer = gather(read(*frames, chunk(piece(finish=finish)), DONE))
    assert answer.choices[0].finish == "tool_calls"
    return answer.choices[0].calls


def test_tool_calls_in_pieces():
    assert calls(
        [{"index": 0, "id": "a", "type": "function", "function": {"name": "f", "arguments": ""}}],
        [{"index": 0, "function": {"arguments": '{"x"'}}],
        [{"index": 1, "id": "b", "function": {"name": "g", "arguments": "{}"}}],
        [{"index": 0, "function": {"arguments": ":1}"}}],
    ) == [Call("a", "f", '{"x":1}'), Call("b", "g", "{}")]


def test_only_the_first_piece_has_id_and_name():
    events = read(
        chunk(piece(tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}])),
        chunk(piece(tool_calls=[{"index": 0, "id": "a", "function": {"arguments": "}"}}])),
        chunk(piece(finish="tool_calls")),
    )
    assert [(e.id, e.name, e.arguments) for e in events if isinstance(e, ToolCall)] == [
        ("a", "f", "{"),
        (None, None, "}"),
    ]


def test_calls_that_all_claim_the_same_index():
    assert calls(
        [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}],
        [{"index": 0, "id": "b", "function": {"name": "f", "arguments": "{}"}}],
    ) == [Call("a", "f", "{}"), Call("b", "f", "{}")]


def test_calls_without_index_or_id_that_finish_with_stop():
    delta = [{"function": {"name": "f", "arguments": {"x": 1}}}, {"function": {"name": "f", "arguments": {"x": 2}}}]
    first, second = calls(delta, finish="stop")
    assert (first.arguments, second.arguments) == ('{"x":1}', '{"x":2}')
    assert first.id.startswith("call_")
    assert first.id != second.id
    assert calls(delta) == [first, second]


def test_indexes_with_gaps_are_closed_up():
    assert calls([{"index": 900_000_000, "id": "a", "function": {"name": "f", "arguments": ""}}]) == [
        Call("a", "f", "")
    ]


def test_the_deprecated_function_call():
    frames = [
        chunk(piece(function_call={"name": "f", "arguments": ""})),
        chunk(piece(function_call={"arguments": "{}"})),
        chunk(piece(finish="function_call")),
    ]
    answer = gather(read(*frames))
    assert [(call.name, call.arguments) for call in answer.choices[0].calls] == [("f", "{}")]
    assert answer.choices[0].finish == "tool_calls"


def test_the_end_mark_may_be_missing():
    assert gather(read(chunk(piece(content="x", finish="stop")))).whole


def test_the_end_mark_stands_in_for_a_missing_reason():
    assert read(chunk(piece(content="x")), DONE)[-1] == Finished("stop", raw=None)


def test_nothing_after_the_end_mark_counts():
    assert len(read(chunk(piece(content="x", finish="stop")), DONE, chunk(piece(content="y")), b": x\n\n")) == 3


def test_a_last_frame_without_blank_line_counts():
    assert gather(read(chunk(piece(content="x", finish="stop"))[:-2])).whole


@pytest.mark.parametrize(
    ("frames", "fault"),
    [
        ([chunk(piece(content="x"))], Fault.BROKEN),
        ([chunk(piece(content="x", finish="stop"), piece(1, content="y"))], Fault.BROKEN),
        ([], Fault.PROTOCOL),
        ([DONE], Fault.PROTOCOL),
        ([b": ping\n\n"], Fault.PROTOCOL),
        ([b"<html>no</html>\n\n"], Fault.PROTOCOL),
        ([b"data: <html>\n\n"], Fault.PROTOCOL),
        ([b'data: {"choices": 7}\n\n'], Fault.PROTOCOL),
        ([chunk(piece(content="x")), b'data: {"choi\n\n'], Fault.PROTOCOL),
        ([chunk(piece(content="x")), b'data: {"error":{"message":"overload"}}\n\n'], Fault.BROKEN),
        ([chunk(piece(content="x")), b'event: error\ndata: {"message":"overload"}\n\n'], Fault.BROKEN),
        ([b'data: {"error":{"message":"overload"}}\n\n'], Fault.PROTOCOL),
        ([chunk(piece(content="x")), chunk(piece(finish="error"))], Fault.BROKEN),
    ],
)
def test_what_goes_wrong(frames, fault):
    failed = failure(*frames)
    assert failed.fault is fault
    assert not failed.safe_to_retry
    if b"overload" in b"".join(frames):
        assert "overload" in failed.message


def whole(**fields: object) -> Answer:
    message = {"role": "assistant", "content": "hello"}
    body = json.dumps({**FIRST, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], **fields})
    events = ChatProvider().whole(body.encode(), REQUEST)
    assert events[0].raw == body.encode()
    assert all(event.raw == b"" for event in events[1:])
    return gather(events)


def test_a_whole_answer():
    answer = whole(usage={"prompt_tokens": 3, "completion_tokens": 2})
    assert (answer.opened.id, answer.opened.model, answer.opened.created) == ("c1", "real", 5)
    assert (answer.choices[0].text, answer.choices[0].finish) == ("hello", "stop")
    assert answer.usage == Usage(3, 2, raw=b"")


def test_a_whole_answer_with_everything():
    message = {
        "content": None,
        "refusal": None,
        "reasoning_content": "hm",
        "annotations": [{"type": "url_citation"}],
        "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            {"id": "b", "type": "function", "function": {"name": "f", "arguments": "{}"}},
        ],
    }
    answer = whole(choices=[{"index": 0, "message": message, "finish_reason": None}])
    choice = answer.choices[0]
    assert [thought.text for thought in choice.thoughts] == ["hm"]
    assert choice.calls == [Call("a", "f", "{}"), Call("b", "f", "{}")]
    assert choice.annotations == [{"type": "url_citation"}]
    assert choice.finish == "tool_calls"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<!doctype html>",
        b"\xff",
        b'{"choices": []}',
        b'{"object": "chat.completion"}',
        b'{"error": {"message": "no"}}',
        b'{"error": "no", "choices": [{"message": {"content": "x"}}]}',
    ],
)
def test_what_is_no_answer_is_a_broken_promise(body):
    with pytest.raises(AttemptFailed) as caught:
        ChatProvider().whole(body, REQUEST)
    assert caught.value.fault is Fault.PROTOCOL
