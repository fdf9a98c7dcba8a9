"""Chat completion requests, read."""

from __future__ import annotations

import json

import pytest

from freehold.core.errors import BadRequest
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
    RefusalPart,
    Request,
    Sampling,
    TextPart,
    ThoughtPart,
    Tool,
    ToolChoice,
    ToolResult,
    ToolUse,
)
from freehold.wire.bounds import MOST_MESSAGES, MOST_PARTS, MOST_STOPS, MOST_TOOLS
from freehold.wire.openai import ChatCaller

USER = {"role": "user", "content": "hello"}
TEXT = {"type": "text", "text": "a"}


def parse(**fields: object) -> Request:
    body = {"model": "auto", "messages": [USER], **fields}
    return ChatCaller().parse(json.dumps(body).encode())


def turn(message: dict) -> Message:
    return parse(messages=[message]).messages[0]


def test_the_least_request():
    request = parse()
    assert request.model == "auto"
    assert request.messages == (Message("user", (TextPart("hello"),)),)
    assert request.sampling == Sampling()
    assert not request.stream
    assert request.origin is not None
    assert request.origin.dialect == "openai"
    assert request.origin.body == {"model": "auto", "messages": [USER]}


def test_null_means_not_given():
    fields = ("max_tokens", "stop", "tools", "tool_choice", "response_format", "stream", "metadata", "functions", "n")
    assert parse(**dict.fromkeys(fields)).rewritten() == parse().rewritten()


def test_sampling():
    request = parse(
        max_tokens=5,
        temperature=1,
        top_p=0.5,
        top_k=40,
        frequency_penalty=-2,
        presence_penalty=2.0,
        seed=7,
        stop=["a", "b"],
        n=3,
        logprobs=True,
        top_logprobs=4,
        logit_bias={"50256": -100},
    )
    assert request.sampling == Sampling(5, 1.0, 0.5, 40, -2.0, 2.0, 7, ("a", "b"), 3, True, 4, {"50256": -100.0})


def test_one_stop_word_may_stand_alone():
    assert parse(stop="END").sampling.stop == ("END",)


def test_the_newer_name_of_the_limit_wins():
    assert parse(max_tokens=5, max_completion_tokens=9).sampling.max_tokens == 9


def test_streaming():
    request = parse(stream=True, stream_options={"include_usage": True})
    assert (request.stream, request.stream_usage) == (True, True)
    assert parse(stream=True).stream_usage is False


def test_fields_of_one_vendor_travel_as_extra():
    request = parse(store=True, prediction={"type": "content"}, min_p=0.1, verbosity="low")
    assert request.extra == {"store": True, "prediction": {"type": "content"}, "min_p": 0.1, "verbosity": "low"}


def test_plain_members():
    request = parse(
        user="u", service_tier="flex", parallel_tool_calls=False, metadata={"a": "b", "freehold": {"cache": "off"}}
    )
    assert (request.user, request.service_tier, request.parallel_tool_calls) == ("u", "flex", False)
    assert request.metadata == {"a": "b", "freehold": '{"cache":"off"}'}


@pytest.mark.parametrize("role", ["system", "developer", "user"])
def test_roles_and_names(role):
    assert turn({"role": role, "content": "x", "name": "n"}) == Message(role, (TextPart("x"),), "n")


def test_parts_of_a_turn():
    message = turn(
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "look", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
                {"type": "image_url", "image_url": {"url": "https://e/x.png", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
                {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBE", "filename": "a.pdf"}},
                {"type": "file", "file": {"file_id": "file-1"}},
                {"type": "video_url", "video_url": {"url": "https://e/x.mp4"}},
            ],
        }
    )
    assert message.parts == (
        TextPart("look", CacheMark("1h")),
        ImagePart(url="https://e/x.png", detail="low"),
        ImagePart(data="AAAA", media_type="image/png"),
        AudioPart("UklG", "wav"),
        FilePart(data="JVBE", media_type="application/pdf", filename="a.pdf"),
        FilePart(file_id="file-1"),
        OpaquePart("openai", "video_url", {"type": "video_url", "video_url": {"url": "https://e/x.mp4"}}),
    )


def test_an_assistants_turn():
    custom = {"id": "c2", "type": "custom", "custom": {"name": "sql", "input": "select 1"}}
    message = turn(
        {
            "role": "assistant",
            "reasoning_content": "hm",
            "content": [{"type": "text", "text": "a"}, {"type": "refusal", "refusal": "no"}],
            "refusal": "still no",
            "audio": {"id": "audio_1"},
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{"}}, custom],
        }
    )
    assert message.parts == (
        ThoughtPart("hm"),
        TextPart("a"),
        RefusalPart("no"),
        RefusalPart("still no"),
        OpaquePart("openai", "audio", {"id": "audio_1"}),
        ToolUse("c1", "f", "{"),
        OpaquePart("openai", "custom", custom),
    )


def test_a_tools_answer():
    message = turn({"role": "tool", "tool_call_id": "c1", "content": "42"})
    assert message == Message("tool", (ToolResult("c1", (TextPart("42"),)),))


def test_the_deprecated_functions_become_tools():
    request = parse(
        functions=[{"name": "f", "parameters": {"type": "object"}}],
        function_call={"name": "f"},
        messages=[
            USER,
            {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": "42"},
        ],
    )
    use, result = request.messages[1].parts[0], request.messages[2].parts[0]
    assert request.tools == (Tool("f", {"type": "object"}),)
    assert request.tool_choice == ToolChoice("named", "f")
    assert isinstance(use, ToolUse)
    assert result == ToolResult(use.id, (TextPart("42"),))
    assert request.messages[2].role == "tool"


def test_tools():
    function = {"name": "f", "description": "d", "parameters": {"type": "object"}, "strict": True}
    custom = {"type": "custom", "custom": {"name": "sql"}}
    request = parse(tools=[{"type": "function", "function": function}, custom])
    assert request.tools == (Tool("f", {"type": "object"}, "d", True), OpaqueTool("openai", "custom", custom))


@pytest.mark.parametrize(
    ("choice", "read"),
    [
        ("auto", ToolChoice("auto")),
        ("none", ToolChoice("none")),
        ("required", ToolChoice("required")),
        ({"type": "function", "function": {"name": "f"}}, ToolChoice("named", "f")),
    ],
)
def test_tool_choice(choice, read):
    assert parse(tool_choice=choice).tool_choice == read


def test_a_choice_that_only_openai_knows_is_extra():
    choice = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}
    request = parse(tool_choice=choice)
    assert request.tool_choice is None
    assert request.extra == {"tool_choice": choice}


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ({"type": "text"}, None),
        ({"type": "json_object"}, OutputFormat("json")),
        (
            {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}, "strict": True}},
            OutputFormat("schema", "a", {"type": "object"}, True),
        ),
    ],
)
def test_output(form, read):
    assert parse(response_format=form).output == read


def test_an_unknown_output_format_is_extra():
    assert parse(response_format={"type": "grammar"}).extra == {"response_format": {"type": "grammar"}}


def test_reasoning():
    assert parse(reasoning_effort="low").reasoning == Reasoning(effort="low")
    assert parse(reasoning_effort="none").reasoning == Reasoning(enabled=False, effort="none")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"model": 7}, "model"),
        ({"model": "a\nb"}, "model"),
        ({"model": "x" * 257}, "model"),
        ({"messages": []}, "messages"),
        ({"messages": "hi"}, "messages"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [USER, {"role": "user", "content": 1}]}, "messages[1].content"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "wizard", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": ["x"]}]}, "messages[0].content[0]"),
        ({"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "messages[0].content[0].type"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": 1}}]}]},
            "messages[0].content[0].image_url.url",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "file", "file": {}}]}]}, "messages[0].content[0].file"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id"),
        ({"messages": [{"role": "function", "name": "f", "content": "x"}]}, "messages[0].name"),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"id": "a", "type": "function"}]}]},
            "messages[0].tool_calls[0].function",
        ),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f"}}]}]},
            "messages[0].tool_calls[0].function.arguments",
        ),
        ({"n": 0}, "n"),
        ({"n": 129}, "n"),
        ({"n": True}, "n"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": "1"}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"stop": [1]}, "stop[0]"),
        ({"stream": "yes"}, "stream"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"top_logprobs": 3}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"tools": [{"function": {"name": "f"}}]}, "tools[0].type"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
        ({"tool_choice": "maybe"}, "tool_choice"),
        ({"tool_choice": {"type": "function"}}, "tool_choice.function"),
        ({"response_format": {}}, "response_format.type"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"user": 5}, "user"),
    ],
)
def test_what_is_wrong_is_named_as_the_api_names_it(fields, param):
    with pytest.raises(BadRequest) as caught:
        parse(**fields)
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": [USER] * (MOST_MESSAGES + 1)}, "messages"),
        ({"messages": [{**USER, "content": [TEXT] * (MOST_PARTS + 1)}]}, "messages[0].content"),
        ({"messages": [{**USER, "content": [TEXT] * MOST_PARTS}] * 11}, "messages"),
        ({"messages": [{"role": "tool", "tool_call_id": "c", "content": [TEXT] * MOST_PARTS}] * 11}, "messages"),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"id": "c", "type": "x"}] * (MOST_PARTS + 1)}]},
            "messages[0].tool_calls",
        ),
        ({"tools": [{"type": "x"}] * (MOST_TOOLS + 1)}, "tools"),
        ({"functions": [{"name": "f"}] * (MOST_TOOLS + 1)}, "functions"),
        ({"stop": ["x"] * (MOST_STOPS + 1)}, "stop"),
    ],
)
def test_a_request_of_very_many_things_is_refused_naming_them(fields: dict, param: str):
    with pytest.raises(BadRequest) as refused:
        parse(**fields)
    assert refused.value.param == param


def test_a_request_of_many_things_is_read():
    assert len(parse(messages=[USER] * MOST_MESSAGES).messages) == MOST_MESSAGES
    assert len(parse(tools=[{"type": "x"}] * MOST_TOOLS).tools) == MOST_TOOLS
