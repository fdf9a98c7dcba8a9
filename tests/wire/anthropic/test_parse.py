"""Bodies of POST /v1/messages, read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import BadRequest
from freehold.core.request import (
    CacheMark,
    FilePart,
    ImagePart,
    Message,
    OpaquePart,
    OpaqueTool,
    OutputFormat,
    Reasoning,
    Request,
    TextPart,
    ThoughtPart,
    Tool,
    ToolChoice,
    ToolResult,
    ToolUse,
)
from freehold.wire.anthropic.parse import parse
from freehold.wire.bounds import MOST_MESSAGES, MOST_PARTS, MOST_STOPS, MOST_TOOLS

PLAIN = {"model": "m", "max_tokens": 64, "messages": [{"role": "user", "content": "Hello"}]}


def read(**fields: Any) -> Request:
    return parse(msgspec.json.encode(PLAIN | fields))


def content(*blocks: Any, role: str = "user") -> tuple[Message, ...]:
    return read(messages=[{"role": role, "content": list(blocks)}]).messages


def test_the_least_request() -> None:
    request = read()
    assert (request.model, request.dialect, request.stream) == ("m", "anthropic", False)
    assert request.messages == (Message("user", (TextPart("Hello"),)),)
    assert request.sampling.max_tokens == 64
    assert request.origin is not None
    assert request.origin.body == PLAIN


def test_system_prompts_as_text_and_as_blocks() -> None:
    assert read(system="Be brief.").messages[0] == Message("system", (TextPart("Be brief."),))
    block = {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}
    assert read(system=[block]).messages[0] == Message("system", (TextPart("Be brief.", CacheMark("1h")),))


def test_an_instruction_in_mid_conversation_stays_where_it_is() -> None:
    turns = [PLAIN["messages"][0], {"role": "system", "content": "Now in French."}]
    assert [message.role for message in read(messages=turns).messages] == ["user", "system"]


def test_blocks_of_a_user_turn() -> None:
    (message,) = content(
        {"type": "text", "text": "Look", "cache_control": {"type": "ephemeral"}},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}},
        {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}},
        {
            "type": "document",
            "title": "t",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="},
        },
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}},
        {"type": "document", "source": {"type": "url", "url": "https://x.example/a.pdf"}},
        {"type": "document", "source": {"type": "content", "content": "a text"}},
        {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
    )
    assert message.parts == (
        TextPart("Look", CacheMark()),
        ImagePart(data="aGk=", media_type="image/png"),
        ImagePart(url="https://x.example/a.png"),
        FilePart(data="aGk=", media_type="application/pdf", filename="t"),
        FilePart(text="plain", media_type="text/plain"),
        FilePart(url="https://x.example/a.pdf"),
        FilePart(text="a text", media_type="text/plain"),
        FilePart(file_id="file_1"),
    )


def test_blocks_of_an_assistant_turn() -> None:
    (message,) = content(
        {"type": "thinking", "thinking": "hm", "signature": "sig"},
        {"type": "redacted_thinking", "data": "xyz"},
        {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": "sea"}},
        role="assistant",
    )
    assert message.parts == (
        ThoughtPart("hm", "sig"),
        ThoughtPart(redacted="xyz"),
        ToolUse("t1", "look", '{"at":"sea"}'),
    )


def test_blocks_we_do_not_know_stay_as_they_are() -> None:
    block = {"type": "search_result", "source": "s", "title": "t", "content": []}
    assert content(block)[0].parts == (OpaquePart("anthropic", "search_result", block),)


def test_results_come_first_one_message_each_then_the_rest() -> None:
    messages = content(
        {"type": "text", "text": "And now?"},
        {"type": "tool_result", "tool_use_id": "a", "content": "1"},
        {"type": "tool_result", "tool_use_id": "b", "content": [{"type": "text", "text": "2"}], "is_error": True},
        {"type": "tool_result", "tool_use_id": "c"},
    )
    assert messages == (
        Message("tool", (ToolResult("a", (TextPart("1"),)),)),
        Message("tool", (ToolResult("b", (TextPart("2"),), is_error=True),)),
        Message("tool", (ToolResult("c"),)),
        Message("user", (TextPart("And now?"),)),
    )


def test_a_turn_of_results_alone_leaves_no_empty_turn() -> None:
    assert [message.role for message in content({"type": "tool_result", "tool_use_id": "a"})] == ["tool"]
    assert content() == (Message("user", ()),)


def test_tools_of_the_caller_and_of_the_server() -> None:
    own = {"name": "look", "description": "d", "input_schema": {"type": "object"}, "strict": True}
    server = {"type": "web_search_20250305", "name": "web_search"}
    assert read(tools=[own, own | {"type": "custom"}, server]).tools == (
        Tool("look", {"type": "object"}, "d", strict=True),
        Tool("look", {"type": "object"}, "d", strict=True),
        OpaqueTool("anthropic", "web_search_20250305", server),
    )


@pytest.mark.parametrize(
    ("said", "choice", "parallel"),
    [
        ({"type": "auto"}, ToolChoice("auto"), None),
        ({"type": "any", "disable_parallel_tool_use": True}, ToolChoice("required"), False),
        ({"type": "tool", "name": "look", "disable_parallel_tool_use": False}, ToolChoice("named", "look"), True),
        ({"type": "none"}, ToolChoice("none"), None),
    ],
)
def test_tool_choices(said: dict[str, Any], choice: ToolChoice, parallel: bool | None) -> None:
    request = read(tool_choice=said)
    assert (request.tool_choice, request.parallel_tool_calls) == (choice, parallel)


def test_sampling_stops_and_the_user() -> None:
    request = read(temperature=1, top_p=0.5, top_k=3, stop_sequences=["END"], metadata={"user_id": "u"}, stream=True)
    sampling = request.sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k, sampling.stop) == (1.0, 0.5, 3, ("END",))
    assert (request.user, request.metadata, request.stream) == ("u", {}, True)


def test_directions_for_freehold_stay_in_metadata() -> None:
    assert read(metadata={"user_id": None, "freehold": {"cache": "off"}}).metadata == {"freehold": '{"cache":"off"}'}
    assert read(metadata={"freehold": "x"}).metadata == {"freehold": "x"}


@pytest.mark.parametrize(
    ("fields", "reasoning"),
    [
        ({"thinking": {"type": "enabled", "budget_tokens": 2048}}, Reasoning(budget=2048)),
        ({"thinking": {"type": "disabled"}}, Reasoning(enabled=False)),
        ({"thinking": {"type": "adaptive", "display": "omitted"}}, Reasoning(display="omitted", adaptive=True)),
        ({"output_config": {"effort": "low"}}, Reasoning(effort="low")),
        (
            {"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}},
            Reasoning(effort="max", adaptive=True),
        ),
        ({"thinking": {"type": "between_tools"}}, None),
    ],
)
def test_thinking_and_effort(fields: dict[str, Any], reasoning: Reasoning | None) -> None:
    assert read(**fields).reasoning == reasoning


@pytest.mark.parametrize("where", ["output_config", "output_format"])
def test_a_schema_for_the_output(where: str) -> None:
    spec = {"type": "json_schema", "schema": {"type": "object"}}
    request = read(**{where: {"format": spec} if where == "output_config" else spec})
    assert request.output == OutputFormat("schema", schema={"type": "object"}, strict=True)
    assert request.extra == {}


def test_what_has_no_neutral_word_travels_in_extra() -> None:
    fields = {
        "container": "c1",
        "thinking": {"type": "between_tools"},
        "output_config": {"effort": "low", "task_budget": {"type": "tokens", "total": 9}},
    }
    assert read(**fields).extra == {
        "container": "c1",
        "thinking": {"type": "between_tools"},
        "output_config": {"task_budget": {"type": "tokens", "total": 9}},
    }


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"max_tokens": None}, "max_tokens"),
        ({"max_tokens": "5"}, "max_tokens"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"model": None}, "model"),
        ({"model": "a\r\nx-evil: 1"}, "model"),
        ({"model": ""}, "model"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "user"}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "messages.0.content.0.type"),
        ({"messages": [{"role": "user", "content": [{"type": 1}]}]}, "messages.0.content.0.type"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": 1}]}]}, "messages.0.content.0.text"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages.0.content.0.text"),
        (
            {"messages": [{"role": "user", "content": [{"type": "tool_use", "id": "a", "name": "b", "input": {}}]}]},
            "messages.0.content.0.type",
        ),
        (
            {"messages": [{"role": "assistant", "content": [{"type": "tool_result", "tool_use_id": "a"}]}]},
            "messages.0.content.0.type",
        ),
        (
            {
                "messages": [
                    {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "b", "input": 1}]}
                ]
            },
            "messages.0.content.0.input",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "base64"}}]}]},
            "messages.0.content.0.source.data",
        ),
        ({"system": [{"type": "image", "source": {"type": "url", "url": "u"}}]}, "system.0.type"),
        ({"system": 5}, "system"),
        ({"temperature": 1.5}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"top_p": -1}, "top_p"),
        ({"stop_sequences": "END"}, "stop_sequences"),
        ({"stop_sequences": [1]}, "stop_sequences.0"),
        ({"stream": "yes"}, "stream"),
        ({"tools": [{"name": "x"}]}, "tools.0.input_schema"),
        ({"tools": [{"type": 5}]}, "tools.0.type"),
        ({"tool_choice": {"type": "tool"}}, "tool_choice.name"),
        ({"tool_choice": "auto"}, "tool_choice"),
        ({"thinking": {"type": "enabled"}}, "thinking.budget_tokens"),
        ({"thinking": {"type": "enabled", "budget_tokens": 5}}, "thinking.budget_tokens"),
        ({"output_config": {"format": {"type": "yaml"}}}, "output_config.format.type"),
        ({"metadata": {"user_id": 5}}, "metadata.user_id"),
        ({"metadata": {"freehold": 5}}, "metadata.freehold"),
        ({"n": 2}, "n"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(**fields)
    assert refused.value.param == param
    assert param in refused.value.message


def test_a_missing_field_is_named() -> None:
    for field in ("max_tokens", "messages", "model"):
        body = msgspec.json.encode({name: value for name, value in PLAIN.items() if name != field})
        with pytest.raises(BadRequest, match="Field required") as refused:
            parse(body)
        assert refused.value.param == field


def test_counting_needs_no_max_tokens() -> None:
    body = msgspec.json.encode({name: value for name, value in PLAIN.items() if name != "max_tokens"})
    assert parse(body, counting=True).sampling.max_tokens is None


@given(
    st.dictionaries(
        st.sampled_from([*PLAIN, "system", "tools", "thinking", "metadata", "tool_choice"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["type", "role", "content", "text", "source"]), inner)
            ),
            max_leaves=8,
        ),
    )
)
def test_whatever_comes_is_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        request = parse(msgspec.json.encode(PLAIN | fields))
    except BadRequest:
        return
    assert request.messages


_TEXT = {"type": "text", "text": "a"}
_RESULT = {"type": "tool_result", "tool_use_id": "c"}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": [{"role": "user", "content": "a"}] * (MOST_MESSAGES + 1)}, "messages"),
        ({"messages": [{"role": "user", "content": [_TEXT] * (MOST_PARTS + 1)}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [_TEXT] * MOST_PARTS}] * 11}, "messages"),
        (
            {"messages": [{"role": "user", "content": [{**_RESULT, "content": [_TEXT] * (MOST_PARTS + 1)}]}]},
            "messages.0.content.0.content",
        ),
        ({"messages": [{"role": "user", "content": [{**_RESULT, "content": [_TEXT] * MOST_PARTS}] * 11}]}, "messages"),
        ({"system": [_TEXT] * (MOST_PARTS + 1)}, "system"),
        ({"tools": [{"type": "x"}] * (MOST_TOOLS + 1)}, "tools"),
        ({"stop_sequences": ["x"] * (MOST_STOPS + 1)}, "stop_sequences"),
    ],
)
def test_a_request_of_very_many_things_is_refused_naming_them(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(**fields)
    assert refused.value.param == param


def test_a_request_of_many_things_is_read() -> None:
    assert len(read(messages=[{"role": "user", "content": "a"}] * MOST_MESSAGES).messages) == MOST_MESSAGES
