"""Neutral requests, written as bodies of POST /messages."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.request import (
    AudioPart,
    CacheMark,
    EmbeddingRequest,
    FilePart,
    ImagePart,
    Message,
    OpaquePart,
    OpaqueTool,
    OutputFormat,
    Part,
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
from freehold.core.target import Limits, Profile, Target
from freehold.wire.anthropic.encode import encode
from freehold.wire.anthropic.parse import parse
from support.decisions import a_request, a_target

LOOK = Tool("look", {"type": "object", "properties": {}})


def big(**fields: Any) -> Target:
    return a_target("big-1", dialect="anthropic", **fields)


def written(request: Request, target: Target | None = None) -> tuple[dict[str, Any], tuple[str, ...]]:
    encoded = encode(request, target or big())
    assert encoded.path == "/messages"
    return msgspec.json.decode(encoded.body), encoded.dropped


def turns(*messages: Message, **fields: Any) -> Request:
    return a_request(**fields).rewritten(messages=messages)


def user(*parts: Part) -> Message:
    return Message("user", parts)


def refused(request: Request, target: Target | None = None) -> AttemptFailed:
    with pytest.raises(AttemptFailed) as failed:
        encode(request, target or big())
    assert failed.value.fault is Fault.UNTRANSLATABLE
    return failed.value


def test_the_least_request() -> None:
    body, dropped = written(turns(user(TextPart("Hello"))))
    assert body == {"model": "big-1", "max_tokens": 4096, "messages": [{"role": "user", "content": "Hello"}]}
    assert dropped == ()


def test_a_body_of_this_dialect_goes_on_as_it_came() -> None:
    came = {
        "model": "alias",
        "max_tokens": 5,
        "metadata": {"user_id": "u", "freehold": {"cache": "off"}},
        "container": "c",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "x", "citations": None}]}],
    }
    body, dropped = written(parse(msgspec.json.encode(came)))
    assert body == came | {"model": "big-1", "metadata": {"user_id": "u"}}
    assert list(body) == list(came)
    assert dropped == ()


def test_a_changed_request_of_this_dialect_keeps_what_only_it_can_say() -> None:
    came = {
        "model": "alias",
        "max_tokens": 0,
        "container": "c",
        "thinking": {"type": "between_tools"},
        "output_config": {"effort": "low", "task_budget": {"total": 9}},
        "temperature": 1.0,
        "top_p": 0.5,
        "service_tier": "standard_only",
        "tools": [{"type": "web_search_20250305", "name": "web_search"}],
        "messages": [
            {"role": "user", "content": "x"},
            {"role": "system", "content": "Now in French."},
            {
                "role": "assistant",
                "content": [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}],
            },
            {"role": "user", "content": [{"type": "document", "source": {"type": "file", "file_id": "f"}}]},
        ],
    }
    body, dropped = written(parse(msgspec.json.encode(came)).rewritten())
    assert body == came | {"model": "big-1"}
    assert dropped == ()


def test_thoughts_that_nobody_signed_are_left_out_of_a_body_of_this_dialect() -> None:
    unsigned = {"type": "thinking", "thinking": "hm", "signature": ""}
    signed = {"type": "thinking", "thinking": "hm", "signature": "sig"}
    answer = {"type": "text", "text": "Hello", "citations": None}
    ask = {"role": "user", "content": "Hi", "odd": 1}
    came: Any = {
        "model": "x",
        "max_tokens": 9,
        "messages": [
            *[ask, {"role": "assistant", "content": [unsigned]}],
            *[ask, {"role": "assistant", "content": [unsigned, answer]}],
            *[ask, {"role": "assistant", "content": [signed, answer]}, ask],
        ],
    }
    sent = msgspec.json.encode(came)
    request = parse(sent)
    body, dropped = written(request)
    assert body["messages"] == [
        *[ask, ask, {"role": "assistant", "content": [answer]}],
        *[ask, {"role": "assistant", "content": [signed, answer]}, ask],
    ]
    assert dropped == ("messages.thinking",)
    assert request.origin is not None
    assert msgspec.json.encode(request.origin.body) == sent


def test_an_effort_alone_asks_for_no_thinking_in_this_dialect() -> None:
    came = {
        "model": "a",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "x"}],
        "output_config": {"effort": "low"},
    }
    body, _ = written(parse(msgspec.json.encode(came)).rewritten())
    assert "thinking" not in body


def test_instructions_first_become_the_system_prompt_later_ones_join_it() -> None:
    request = turns(
        Message("system", (TextPart("One."),)),
        Message("developer", (TextPart("Two.", CacheMark()),)),
        user(TextPart("x")),
        Message("system", (TextPart("Three."),)),
    )
    body, dropped = written(request)
    assert body["system"] == [
        {"type": "text", "text": "One."},
        {"type": "text", "text": "Two.", "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": "Three."},
    ]
    assert dropped == ("messages[3].role",)


def test_instructions_alone_become_the_users_turn() -> None:
    body, dropped = written(turns(Message("system", (TextPart("Write a poem."),))))
    assert body["messages"] == [{"role": "user", "content": "Write a poem."}]
    assert "system" not in body
    assert dropped == ("messages[0].role",)


def test_results_and_the_next_question_are_one_turn() -> None:
    request = turns(
        user(TextPart("x")),
        Message("assistant", (TextPart("I look."), ToolUse("a", "look", '{"at":1}'), ToolUse("b", "look", ""))),
        Message("tool", (ToolResult("a", (TextPart("1"),)),)),
        Message("tool", (ToolResult("b", (TextPart("2"), ImagePart(url="https://x.example/i.png")), is_error=True),)),
        user(TextPart("And?")),
        user(TextPart("Well?")),
    )
    body, _ = written(request)
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][1]["content"] == [
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "a", "name": "look", "input": {"at": 1}},
        {"type": "tool_use", "id": "b", "name": "look", "input": {}},
    ]
    assert body["messages"][2]["content"] == [
        {"type": "tool_result", "tool_use_id": "a", "content": "1"},
        {
            "type": "tool_result",
            "tool_use_id": "b",
            "content": [
                {"type": "text", "text": "2"},
                {"type": "image", "source": {"type": "url", "url": "https://x.example/i.png"}},
            ],
            "is_error": True,
        },
        {"type": "text", "text": "And?"},
        {"type": "text", "text": "Well?"},
    ]


@pytest.mark.parametrize("arguments", ["oops", "[1]", '{"a":', "1"])
def test_arguments_that_are_no_object_keep_their_text(arguments: str) -> None:
    body, _ = written(turns(user(TextPart("x")), Message("assistant", (ToolUse("a", "f", arguments),))))
    assert body["messages"][1]["content"][0]["input"] == {"_raw": arguments}


def test_ids_in_other_letters_are_respelt_alike_in_call_and_result() -> None:
    request = turns(
        user(TextPart("x")),
        Message("assistant", (ToolUse("functions.f:0", "f", "{}"), ToolUse("functions.f_0", "f", "{}"))),
        Message("tool", (ToolResult("functions.f:0"),)),
    )
    body, _ = written(request)
    first, second = [block["id"] for block in body["messages"][1]["content"]]
    assert first != second
    assert first.replace("_", "").isalnum()
    assert body["messages"][2]["content"][0]["tool_use_id"] == first


@pytest.mark.parametrize(
    ("part", "block"),
    [
        (
            ImagePart(data="aGk=", media_type="image/webp", cache=CacheMark("1h")),
            {
                "type": "image",
                "source": {"type": "base64", "media_type": "image/webp", "data": "aGk="},
                "cache_control": {"type": "ephemeral", "ttl": "1h"},
            },
        ),
        (
            FilePart(data="aGk=", media_type="application/pdf", filename="a.pdf"),
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="},
                "title": "a.pdf",
            },
        ),
        (
            FilePart(data="aGk=", media_type="text/markdown"),
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hi"}},
        ),
        (
            FilePart(text="hi"),
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hi"}},
        ),
        (
            FilePart(url="https://x.example/a"),
            {"type": "document", "source": {"type": "url", "url": "https://x.example/a"}},
        ),
    ],
)
def test_images_and_documents(part: Part, block: dict[str, Any]) -> None:
    body, _ = written(turns(user(part)))
    assert body["messages"][0]["content"] == [block]


@pytest.mark.parametrize(
    "part",
    [
        AudioPart("aGk=", "wav"),
        FilePart(file_id="file-1"),
        FilePart(data="aGk=", media_type="application/zip"),
        FilePart(data="/w==", media_type="text/plain"),
        OpaquePart("openai", "odd", {"type": "odd"}),
    ],
)
def test_parts_that_cannot_be_said_are_refused_by_place(part: Part) -> None:
    assert refused(turns(user(TextPart("x"), part))).param == "messages[0].content"


def test_thoughts_go_back_only_with_their_makers_signature() -> None:
    parts = (
        ThoughtPart("mine", "sig"),
        ThoughtPart(redacted="x"),
        ThoughtPart("other"),
        RefusalPart("No."),
        TextPart(""),
    )
    body, dropped = written(turns(user(TextPart("x")), Message("assistant", parts)))
    assert body["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "mine", "signature": "sig"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "No."},
    ]
    assert dropped == ("messages[1].reasoning_content",)


@pytest.mark.parametrize(
    ("choice", "parallel", "said"),
    [
        (None, None, None),
        (None, True, None),
        (None, False, {"type": "auto", "disable_parallel_tool_use": True}),
        (ToolChoice("required"), None, {"type": "any"}),
        (ToolChoice("named", "look"), True, {"type": "tool", "name": "look", "disable_parallel_tool_use": False}),
        (ToolChoice("none"), False, {"type": "none"}),
    ],
)
def test_tool_choices(choice: ToolChoice | None, parallel: bool | None, said: dict[str, Any] | None) -> None:
    body, _ = written(turns(user(TextPart("x")), tools=(LOOK,), tool_choice=choice, parallel_tool_calls=parallel))
    assert body.get("tool_choice") == said
    body, _ = written(turns(user(TextPart("x")), tool_choice=choice))
    assert "tool_choice" not in body


def test_tools() -> None:
    request = turns(user(TextPart("x")), tools=(Tool("f", {}, "d", strict=True, cache=CacheMark()),))
    assert written(request)[0]["tools"] == [
        {
            "name": "f",
            "description": "d",
            "input_schema": {"type": "object"},
            "strict": True,
            "cache_control": {"type": "ephemeral"},
        }
    ]
    assert refused(a_request(tools=(OpaqueTool("openai", "custom", {}),))).param == "tools"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"sampling": Sampling(n=2)}, "n"),
        ({"sampling": Sampling(logprobs=True)}, "logprobs"),
        ({"sampling": Sampling(logit_bias={"5": 1})}, "logit_bias"),
        ({"sampling": Sampling(stop=("\n",))}, "stop"),
        ({"output": OutputFormat("json")}, "response_format"),
        ({"output": OutputFormat("schema")}, "response_format"),
        ({"extra": {"web_search_options": {}}}, "web_search_options"),
    ],
)
def test_what_would_change_the_answer_is_refused_by_name(fields: dict[str, Any], param: str) -> None:
    assert refused(a_request(**fields)).param == param


def test_what_is_harmless_is_dropped_and_listed() -> None:
    request = turns(
        Message("user", (TextPart("x"),), name="Ann"),
        sampling=Sampling(seed=0, frequency_penalty=0.5, presence_penalty=0.0),
        metadata={"purpose": "test", "freehold": "{}"},
        service_tier="flex",
        extra={"store": True},
    )
    _, dropped = written(request)
    assert set(dropped) == {"seed", "frequency_penalty", "metadata", "service_tier", "store", "messages[0].name"}


def test_the_user_and_the_tier() -> None:
    body, dropped = written(a_request(user="u", service_tier="default", stream=True))
    assert (body["metadata"], body["service_tier"], body["stream"]) == ({"user_id": "u"}, "standard_only", True)
    assert dropped == ()


@pytest.mark.parametrize(
    ("sampling", "said", "lost"),
    [
        (Sampling(temperature=0.3, top_p=0.5), {"temperature": 0.3}, ("top_p",)),
        (Sampling(temperature=1.0, top_p=0.5), {"top_p": 0.5}, ()),
        (Sampling(temperature=1.7), {}, ("temperature",)),
        (Sampling(temperature=0.3, top_p=1.0, top_k=5), {"temperature": 0.3, "top_k": 5}, ()),
    ],
)
def test_sampling_within_this_dialects_rules(sampling: Sampling, said: dict[str, float], lost: tuple[str, ...]) -> None:
    body, dropped = written(a_request(sampling=sampling))
    assert {name: body[name] for name in ("temperature", "top_p", "top_k") if name in body} == said
    assert dropped == lost


def test_sampling_while_thinking() -> None:
    sampling = Sampling(temperature=0.3, top_p=0.5, top_k=5)
    body, dropped = written(a_request(sampling=sampling, reasoning=Reasoning(effort="high")))
    assert not {"temperature", "top_p", "top_k"} & body.keys()
    assert set(dropped) == {"temperature", "top_p", "top_k"}


def test_models_that_take_no_sampling() -> None:
    _, dropped = written(a_request(sampling=Sampling(temperature=0.3)), big(profile=Profile(sampling=False)))
    assert dropped == ("temperature",)


@pytest.mark.parametrize(
    ("effort", "profile", "max_tokens", "thinking", "said"),
    [
        ("minimal", "adaptive", None, {"type": "adaptive"}, "low"),
        ("xhigh", "adaptive", None, {"type": "adaptive"}, "xhigh"),
        ("medium", "budget", 20_000, {"type": "enabled", "budget_tokens": 8192}, None),
        ("high", "budget", 20_000, {"type": "enabled", "budget_tokens": 10_000}, None),
        ("high", "budget", 1_500, None, None),
        ("odd", "adaptive", None, {"type": "adaptive"}, None),
    ],
)
def test_efforts(effort: str, profile: Any, max_tokens: int | None, thinking: Any, said: str | None) -> None:
    request = a_request(reasoning=Reasoning(effort=effort), sampling=Sampling(max_tokens=max_tokens))
    body, dropped = written(request, big(profile=Profile(thinking=profile)))
    assert body.get("thinking") == thinking
    assert body.get("output_config", {}).get("effort") == said
    assert ("reasoning_effort" in dropped) == (thinking is None or effort == "odd")


def test_thinking_gives_way_to_a_forced_tool() -> None:
    request = a_request(reasoning=Reasoning(effort="high"), tools=(LOOK,), tool_choice=ToolChoice("required"))
    body, dropped = written(request)
    assert "thinking" not in body
    assert body["tool_choice"] == {"type": "any"}
    assert dropped == ("reasoning_effort",)


def test_no_thinking_and_models_that_cannot_think() -> None:
    assert written(a_request(reasoning=Reasoning(enabled=False, effort="none")))[0]["thinking"] == {"type": "disabled"}
    body, dropped = written(a_request(reasoning=Reasoning(effort="low")), big(profile=Profile(reasoning=False)))
    assert "thinking" not in body
    assert dropped == ("reasoning_effort",)


def test_a_schema_for_the_output_beside_an_effort() -> None:
    output = OutputFormat("schema", name="a", schema={"type": "object"}, description="d")
    body, dropped = written(a_request(output=output, reasoning=Reasoning(effort="low")))
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": {"type": "object"}}, "effort": "low"}
    assert dropped == ("response_format.description",)


@pytest.mark.parametrize(
    ("profile", "fields", "param"),
    [
        (Profile(tools=False), {"tools": (LOOK,)}, "tools"),
        (Profile(json_schema=False), {"output": OutputFormat("schema", schema={"type": "object"})}, "response_format"),
    ],
)
def test_what_the_target_cannot_do_is_refused(profile: Profile, fields: dict[str, Any], param: str) -> None:
    assert refused(a_request(**fields), big(profile=profile)).param == param


def test_images_are_refused_where_they_cannot_be_read() -> None:
    blind = big(profile=Profile(images=False))
    image = ImagePart(url="https://x.example/i.png")
    assert refused(turns(user(image)), blind).param == "messages[0].content"
    inside = turns(user(TextPart("x")), Message("tool", (ToolResult("a", (image,)),)))
    assert refused(inside, blind).param == "messages[1].content"


def test_the_targets_limit_is_the_default() -> None:
    assert written(a_request(), big(limits=Limits(max_output=99)))[0]["max_tokens"] == 99


def test_embeddings_are_refused() -> None:
    with pytest.raises(AttemptFailed) as failed:
        encode(EmbeddingRequest("m", ("x",)), big())
    assert failed.value.fault is Fault.UNTRANSLATABLE
