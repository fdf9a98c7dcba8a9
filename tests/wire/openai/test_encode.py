"""Neutral requests, written for one target."""

from __future__ import annotations

import copy
import json

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.label import PUBLIC
from freehold.core.request import (
    AudioPart,
    CacheMark,
    FilePart,
    ImagePart,
    Message,
    OpaquePart,
    OpaqueTool,
    OutputFormat,
    Reasoning,
    Request,
    Sampling,
    TextPart,
    ThoughtPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.core.target import Profile, Target
from freehold.wire.openai import ChatCaller, ChatProvider

USER = Message("user", (TextPart("hello"),))


def target(provider: str = "custom", **flags: object) -> Target:
    return Target("t", "real-model", "http://h/v1", "openai", PUBLIC, provider=provider, profile=Profile(**flags))


def encode(request: Request, to: Target | None = None) -> tuple[dict, tuple[str, ...]]:
    encoded = ChatProvider().encode(request, to or target())
    assert encoded.path == "/chat/completions"
    return json.loads(encoded.body), encoded.dropped


def foreign(**fields: object) -> Request:
    return Request(**{"model": "auto", "messages": (USER,), "dialect": "anthropic", "stream_usage": True, **fields})


def arrived(**fields: object) -> Request:
    body = {"model": "auto", "messages": [{"role": "user", "content": "hello"}], **fields}
    return ChatCaller().parse(json.dumps(body).encode())


def refusal(request: Request, to: Target | None = None) -> AttemptFailed:
    with pytest.raises(AttemptFailed) as caught:
        encode(request, to)
    assert caught.value.fault is Fault.UNTRANSLATABLE
    return caught.value


def test_an_openai_body_goes_on_as_it_came_with_the_models_name_replaced():
    fields = {"temperature": 1, "odd": {"deep": [1, None]}, "user": None, "logit_bias": {"1": 2}}
    body, dropped = encode(arrived(**fields))
    assert body == {"model": "real-model", "messages": [{"role": "user", "content": "hello"}], **fields}
    assert dropped == ()


def test_the_callers_own_body_is_never_changed():
    request = arrived(
        messages=[{"role": "developer", "content": "x"}],
        stream=True,
        stream_options={"x": 1},
        max_completion_tokens=5,
        temperature=1,
        metadata={"freehold": "{}", "a": "b"},
    )
    assert request.origin is not None
    before = copy.deepcopy(request.origin.body)
    encode(request, target(sampling=False))
    assert request.origin.body == before


def test_usage_is_always_asked_for_in_a_stream():
    body, _ = encode(arrived(stream=True, stream_options={"include_obfuscation": False}))
    assert body["stream_options"] == {"include_obfuscation": False, "include_usage": True}
    assert "stream_options" not in encode(arrived())[0]


def test_stream_options_are_left_out_for_servers_that_refuse_them():
    body, dropped = encode(arrived(stream=True, stream_options={"include_usage": True}), target(stream_options=False))
    assert "stream_options" not in body
    assert dropped == ("stream_options",)


@pytest.mark.parametrize("sent", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("takes", ["max_tokens", "max_completion_tokens"])
def test_the_limit_has_the_name_that_the_server_knows(sent, takes):
    body, _ = encode(arrived(**{sent: 5}), target(max_tokens_field=takes))
    assert {name: value for name, value in body.items() if name.startswith("max_")} == {takes: 5}


def test_of_two_limits_the_newer_counts():
    body, _ = encode(arrived(max_tokens=5, max_completion_tokens=9))
    assert body["max_tokens"] == 9
    assert "max_completion_tokens" not in body


def test_developer_is_system_where_the_role_is_not_known():
    messages = [{"role": "developer", "content": "x", "odd": 1}]
    assert encode(arrived(messages=messages))[0]["messages"][0] == {"role": "system", "content": "x", "odd": 1}
    assert encode(arrived(messages=messages), target(developer_role=True))[0]["messages"] == messages


def test_freeholds_directions_do_not_leave():
    assert encode(arrived(metadata={"freehold": {"label": "public"}, "a": "b"}))[0]["metadata"] == {"a": "b"}
    assert "metadata" not in encode(arrived(metadata={"freehold": "{}"}))[0]
    assert "metadata" not in encode(arrived(metadata={"freehold": "{}"}).rewritten())[0]


def test_sampling_and_reasoning_are_left_out_for_models_that_refuse_them():
    request = arrived(temperature=0.5, top_p=0.5, reasoning_effort="low", seed=1)
    body, dropped = encode(request, target(sampling=False, reasoning=False))
    assert dropped == ("reasoning_effort", "temperature", "top_p")
    assert body["seed"] == 1
    assert not body.keys() & set(dropped)


IMAGE = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://e/x"}}]}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}}


@pytest.mark.parametrize(
    ("fields", "flag", "param"),
    [
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools", "tools"),
        ({"logprobs": True}, "logprobs", "logprobs"),
        ({"response_format": SCHEMA}, "json_schema", "response_format"),
        ({"messages": [IMAGE]}, "images", "messages[0].content"),
    ],
)
def test_what_the_target_cannot_do_is_refused_by_name(fields, flag, param):
    request = arrived(**fields)
    assert refusal(request, target(**{flag: False})).param == param
    assert refusal(request.rewritten(), target(**{flag: False})).param == param
    encode(request)


def test_an_image_within_a_tool_result_is_an_image():
    request = arrived(messages=[{"role": "tool", "tool_call_id": "c", "content": IMAGE["content"]}])
    assert refusal(request, target(images=False)).param == "messages[0].content"
    encode(request)


def test_a_request_of_another_dialect_is_written_afresh():
    request = foreign(
        messages=(
            Message("system", (TextPart("be kind"),)),
            Message("user", (TextPart("a"), ImagePart(data="AA", media_type="image/png"))),
            Message("assistant", (TextPart("b"), ToolUse("c1", "f", "{}"))),
            Message("tool", (ToolResult("c1", (TextPart("42"),)),)),
        ),
        tools=(Tool("f", {"type": "object"}, "d"),),
        sampling=Sampling(max_tokens=5, temperature=0.5, stop=("x",)),
        output=OutputFormat("schema", schema={"type": "object"}, strict=True),
        user="u",
        stream=True,
    )
    body, dropped = encode(request)
    assert dropped == ()
    assert body == {
        "model": "real-model",
        "messages": [
            {"role": "system", "content": "be kind"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "a"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}},
                ],
            },
            {
                "role": "assistant",
                "content": "b",
                "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "42"},
        ],
        "tools": [
            {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}, "description": "d"}}
        ],
        "max_tokens": 5,
        "temperature": 0.5,
        "stop": ["x"],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
        },
        "user": "u",
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_what_is_harmless_is_left_out_and_listed():
    mark = CacheMark()
    request = foreign(
        messages=(
            Message("user", (TextPart("a", mark),)),
            Message("assistant", (ThoughtPart("hm", "sig"), ToolUse("c", "f", "{}", mark))),
            Message("tool", (ToolResult("c", (FilePart(text="doc", cache=mark),), cache=mark),)),
        ),
        tools=(Tool("f", {}, cache=mark),),
        sampling=Sampling(top_k=5),
        metadata={"a": "b", "freehold": "{}"},
        service_tier="standard_only",
        extra={"context_management": {}},
        reasoning=Reasoning(adaptive=True, display="omitted"),
    )
    body, dropped = encode(request, target("openai"))
    assert dropped == (
        "cache_control",
        "context_management",
        "metadata",
        "service_tier",
        "thinking",
        "thinking.display",
        "top_k",
    )
    assert body["messages"][2]["content"] == "doc"


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": (Message("user", (TextPart("a", CacheMark()),)),)},
        {"messages": (Message("user", (ImagePart(url="u", cache=CacheMark()),)),)},
        {"messages": (Message("assistant", (ToolUse("c", "f", "{}", CacheMark()),)),)},
        {"messages": (Message("tool", (ToolResult("c", cache=CacheMark()),)),)},
        {"messages": (Message("tool", (ToolResult("c", (TextPart("a", CacheMark()),)),)),)},
        {"tools": (Tool("f", {}, cache=CacheMark()),)},
    ],
)
def test_a_mark_for_the_cache_is_listed_wherever_it_stands(fields):
    assert encode(foreign(**fields))[1] == ("cache_control",)


def test_servers_other_than_openais_own_take_top_k():
    body, dropped = encode(foreign(sampling=Sampling(top_k=5)))
    assert (body["top_k"], dropped) == (5, ())


@pytest.mark.parametrize(
    ("reasoning", "effort"),
    [
        (Reasoning(budget=1024), "low"),
        (Reasoning(budget=2049), "medium"),
        (Reasoning(budget=32000), "high"),
        (Reasoning(effort="max"), "max"),
        (Reasoning(budget=1024, effort="high"), "high"),
        (Reasoning(enabled=False, effort="none"), "none"),
        (Reasoning(enabled=False), None),
        (Reasoning(enabled=False, effort="high"), None),
    ],
)
def test_a_budget_for_thinking_becomes_an_effort(reasoning, effort):
    assert encode(foreign(reasoning=reasoning))[0].get("reasoning_effort") == effort


def test_a_failed_tools_answer_says_so_in_its_text():
    def content(*parts: object) -> object:
        request = foreign(messages=(Message("tool", (ToolResult("c", parts, is_error=True),)),))
        return encode(request)[0]["messages"][0]["content"]

    assert content(TextPart("no such file")) == "Error: no such file"
    assert content(TextPart("ERROR 5")) == "ERROR 5"
    assert content() == "Error: "


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": (Message("user", (OpaquePart("anthropic", "search_result", {}),)),)}, "messages"),
        ({"messages": (Message("user", (FilePart(url="https://e/x.pdf"),)),)}, "messages"),
        ({"messages": (Message("tool", (ToolResult("c", (ImagePart(url="https://e/x"),)),)),)}, "messages"),
        ({"tools": (OpaqueTool("anthropic", "web_search_20250305", {}),)}, "tools[0]"),
        ({"extra": {"mcp_servers": []}}, "mcp_servers"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(fields, param):
    assert refusal(foreign(**fields)).param == param


def test_a_changed_request_of_openais_own_keeps_what_only_openai_knows():
    custom = {"type": "custom", "custom": {"name": "sql"}}
    call = {"id": "c2", "type": "custom", "custom": {"name": "sql", "input": "1"}}
    video = {"type": "video_url", "video_url": {"url": "u"}}
    messages = [
        {"role": "user", "content": [video], "name": "n"},
        {"role": "assistant", "content": None, "tool_calls": [call], "audio": {"id": "a"}, "reasoning_content": "hm"},
    ]
    request = arrived(messages=messages, tools=[custom], tool_choice={"type": "custom"}, store=True, service_tier="x")
    body, dropped = encode(request.rewritten())
    assert dropped == ()
    assert body == {
        "model": "real-model",
        "messages": messages,
        "tools": [custom],
        "tool_choice": {"type": "custom"},
        "store": True,
        "service_tier": "x",
    }


def test_sound_and_documents():
    parts = (AudioPart("UklG", "wav"), FilePart(data="JVBE", media_type="application/pdf", filename="a.pdf"))
    assert encode(foreign(messages=(Message("user", parts),)))[0]["messages"][0]["content"] == [
        {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBE", "filename": "a.pdf"}},
    ]
