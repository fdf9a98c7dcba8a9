"""Answers in OpenAI's words."""

from __future__ import annotations

import json

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from freehold.core.errors import UpstreamFailed
from freehold.core.event import (
    Aside,
    Embedded,
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
from freehold.wire.openai import ChatCaller
from freehold.wire.sse import Splitter

EVENTS: list[Event] = [
    Opened("msg_1", "real", 5, fingerprint="fp", service_tier="default"),
    Thought("hm"),
    Thought(signature="sig"),
    Text("hello", logprobs=(TokenLogprob("hello", -0.5, (("hi", -1.5),)),)),
    ToolCall(0, "c1", "f"),
    ToolCall(0, arguments="{}"),
    Usage(3, 2, cached_input=1),
    Finished("tool_calls"),
]


def request(**fields: object) -> Request:
    return Request(**{"model": "auto", "messages": (), "dialect": "openai", **fields})


def old_request() -> Request:
    body = {"model": "auto", "messages": [{"role": "user", "content": "x"}], "functions": [{"name": "f"}]}
    return ChatCaller().parse(json.dumps(body).encode())


def whole(events: list[Event], asked: Request | None = None) -> dict:
    body = ChatCaller().whole(gather(events), asked or request(), "fh_1")
    ChatCompletion.model_validate_json(body)
    return json.loads(body)


def stream(events: list[Event], asked: Request | None = None) -> list[dict]:
    writer = ChatCaller().writer(asked or request(stream=True), "fh_1", verbatim=False)
    written = b"".join([*map(writer.write, events), writer.close()])
    frames = Splitter().feed(written)
    assert b"".join(frame.raw for frame in frames) == written
    assert frames[-1].data == b"[DONE]"
    for frame in frames[:-1]:
        ChatCompletionChunk.model_validate_json(frame.data)
    return [json.loads(frame.data) for frame in frames[:-1]]


def test_a_whole_answer():
    body = whole(EVENTS)
    assert (body["id"], body["object"], body["created"], body["model"]) == (
        "chatcmpl-fh_1",
        "chat.completion",
        5,
        "real",
    )
    assert (body["system_fingerprint"], body["service_tier"]) == ("fp", "default")
    assert body["choices"] == [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "hello",
                "refusal": None,
                "annotations": [],
                "reasoning_content": "hm",
                "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            },
            "logprobs": {
                "content": [
                    {
                        "token": "hello",
                        "logprob": -0.5,
                        "bytes": [104, 101, 108, 108, 111],
                        "top_logprobs": [{"token": "hi", "logprob": -1.5, "bytes": [104, 105]}],
                    }
                ],
                "refusal": None,
            },
            "finish_reason": "tool_calls",
        }
    ]
    assert body["usage"]["total_tokens"] == 5
    assert body["usage"]["prompt_tokens_details"]["cached_tokens"] == 1


def test_content_is_null_only_beside_a_call_or_a_refusal():
    assert whole([ToolCall(0, "a", "f"), Finished("tool_calls")])["choices"][0]["message"]["content"] is None
    assert whole([Text("no", refusal=True), Finished("refusal")])["choices"][0]["message"]["content"] is None
    assert whole([Finished()])["choices"][0]["message"]["content"] == ""


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ([Text("no", refusal=True), Finished("refusal")], "stop"),
        ([Finished("refusal")], "content_filter"),
        ([Text("x"), Finished("stop_sequence")], "stop"),
        ([Text("x"), Finished("pause")], "stop"),
        ([Text("x"), Finished("other")], "stop"),
        ([Text("x"), Finished("length")], "length"),
    ],
)
def test_finish_words_are_the_same_streamed_and_whole(events, word):
    assert whole(events)["choices"][0]["finish_reason"] == word
    assert stream([Opened(), *events])[-1]["choices"][0]["finish_reason"] == word


def test_a_stream():
    chunks = stream(EVENTS)
    assert {(c["id"], c["created"], c["model"], c["object"]) for c in chunks} == {
        ("chatcmpl-fh_1", 5, "real", "chat.completion.chunk")
    }
    assert all("usage" not in chunk for chunk in chunks)
    choices = [chunk["choices"][0] for chunk in chunks]
    assert [choice["delta"] for choice in choices] == [
        {"role": "assistant", "content": ""},
        {"reasoning_content": "hm"},
        {"content": "hello"},
        {"tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]},
        {},
    ]
    assert [choice["finish_reason"] for choice in choices] == [None] * 5 + ["tool_calls"]
    assert choices[2]["logprobs"]["content"][0]["token"] == "hello"


def test_usage_comes_last_and_only_to_those_who_asked():
    chunks = stream([*EVENTS, Usage(3, 9)], request(stream=True, stream_usage=True))
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["completion_tokens"] == 9
    assert all(chunk["usage"] is None for chunk in chunks[:-1])


def test_each_choice_begins_with_its_role():
    events = [Opened(), Text("a"), Text("b", 1), Text("c", 1), Finished(), Finished(choice=1)]
    begun = [c["choices"][0]["index"] for c in stream(events) if "role" in c["choices"][0]["delta"]]
    assert begun == [0, 1]


def test_annotations():
    events = [Opened(), Text("x", annotations=({"type": "url_citation"},)), Finished()]
    assert stream(events)[1]["choices"][0]["delta"]["annotations"] == [{"type": "url_citation"}]


def test_a_caller_of_the_old_functions_finds_a_function_call():
    choice = whole(EVENTS, old_request())["choices"][0]
    assert choice["message"]["function_call"] == {"name": "f", "arguments": "{}"}
    assert choice["finish_reason"] == "function_call"
    deltas = [chunk["choices"][0] for chunk in stream(EVENTS, old_request())]
    assert deltas[3]["delta"] == {"function_call": {"name": "f", "arguments": ""}}
    assert deltas[-1]["finish_reason"] == "function_call"


def test_verbatim_frames_go_out_as_they_came():
    writer = ChatCaller().writer(request(), "fh_1", verbatim=True)
    raws: list[Event] = [Opened(raw=b"1"), Text("x", raw=b"2"), Finished(raw=b""), Aside(b"3")]
    assert [writer.write(event) for event in raws] == [b"1", b"2", b"", b"3"]
    assert writer.close() == b"data: [DONE]\n\n"


@pytest.mark.parametrize(("wants", "sent"), [(True, b"u"), (False, b"")])
def test_a_verbatim_frame_of_usage_alone_goes_only_to_those_who_asked(wants, sent):
    writer = ChatCaller().writer(request(stream_usage=wants), "fh_1", verbatim=True)
    assert writer.write(Usage(1, 1, raw=b"u")) == sent
    assert writer.close() == b"data: [DONE]\n\n"


def test_what_a_stage_adds_to_a_verbatim_stream_fits_in():
    writer = ChatCaller().writer(request(stream_usage=True), "fh_1", verbatim=True)
    writer.write(Opened("c1", "real", 5, raw=b"1"))
    writer.write(Text("x", raw=b"2"))
    added = json.loads(writer.write(Finished()).removeprefix(b"data: "))
    assert (added["id"], added["model"], added["created"]) == ("c1", "real", 5)
    assert "role" not in added["choices"][0]["delta"]
    writer.write(Usage(1, 1, estimated=True))
    assert b'"total_tokens":2' in writer.close()


def test_without_verbatim_no_providers_byte_goes_out():
    writer = ChatCaller().writer(request(), "fh_1", verbatim=False)
    events: list[Event] = [Opened(raw=b"RAW"), Text("x", raw=b"RAW"), Aside(b"RAW"), Usage(1, raw=b"RAW")]
    assert b"RAW" not in b"".join(map(writer.write, events))
    assert writer.write(Embedded()) == b""


def test_a_stream_that_fails_ends_with_the_dialects_error():
    writer = ChatCaller().writer(request(), "fh_1", verbatim=False)
    (frame,) = [f for f in (Splitter().feed(writer.fail(UpstreamFailed("broke")))) if f.data]
    assert json.loads(frame.data)["error"]["message"] == "broke"
