"""Everything that would be forwarded is told, and whatever is told can be taken out."""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from freehold.core import request as shapes
from freehold.core.label import PUBLIC, Label
from freehold.core.passage import Passage, Place
from freehold.core.request import EmbeddingRequest, Grounds, Message, Origin, Request, TextPart, ThoughtPart
from freehold.core.target import Target
from freehold.guards.traversal import FORWARDED, rewrite, walk
from freehold.guards.words import WORDS
from freehold.knowledge.prompt import grounded
from freehold.wire.anthropic import MessagesCaller, MessagesProvider
from freehold.wire.embeddings import EmbeddingsCaller, EmbeddingsProvider
from freehold.wire.openai import ChatCaller, ChatProvider
from freehold.wire.rerank import RerankCaller, RerankProvider

MARK = "[*]"


def counted() -> Callable[[], str]:
    """Texts that no word of a dialect is part of, and that occur once each."""
    numbers = itertools.count(1)
    return lambda: f"Zq{next(numbers):03}x"


def chat_body() -> dict[str, Any]:
    """A chat completion request with a text of its own in every place that takes one."""
    new = counted()
    function = new()
    schema = {
        "type": "object",
        "title": new(),
        "properties": {new(): {"type": "string", "description": new(), "enum": [new()], "default": new()}},
        "examples": [{new(): new()}],
    }
    text_file = base64.b64encode(
        f"{new()} and more that a model would be given to read, line by line".encode()
    ).decode()
    return {
        "model": "auto",
        "messages": [
            {"role": "system", "content": new(), "name": new()},
            {"role": "developer", "content": [{"type": "text", "text": new(), new(): new()}]},
            {
                "role": "user",
                "name": new(),
                new(): {"x": [new()]},
                "content": [
                    {"type": "text", "text": new(), "cache_control": {"type": "ephemeral", "ttl": new()}},
                    {"type": "image_url", "image_url": {"url": f"https://h/{new()}", "detail": new()}},
                    {"type": "image_url", "image_url": {"url": f"data:text/{new()},{new()}"}},
                    {"type": "file", "file": {"filename": new(), "file_data": f"data:text/plain;base64,{text_file}"}},
                    {"type": "file", "file": {"file_id": new()}},
                    {"type": "input_audio", "input_audio": {"data": new(), "format": new()}},
                    {"type": "hologram", "hologram": {"of": [new()], new(): new()}},
                ],
            },
            {
                "role": "assistant",
                "content": new(),
                "refusal": new(),
                "reasoning_content": new(),
                "audio": {"id": new()},
                "tool_calls": [
                    {
                        "id": new(),
                        "type": "function",
                        "function": {"name": new(), "arguments": json.dumps({new(): [new(), {"x": 4111111111111111}]})},
                    },
                    {"id": new(), "type": "custom", "custom": {"name": new(), "input": new()}},
                ],
            },
            {"role": "tool", "tool_call_id": new(), "content": new(), "name": new()},
            {"role": "assistant", "function_call": {"name": function, "arguments": f"no JSON {new()}"}},
            {"role": "function", "name": function, "content": new()},
        ],
        "tools": [
            {
                "type": "function",
                new(): new(),
                "function": {"name": new(), "description": new(), "parameters": schema, new(): new()},
            },
            {"type": "custom", "custom": {"name": new(), "format": {"definition": new()}}},
        ],
        "tool_choice": {"type": "function", "function": {"name": new()}},
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": new(), "description": new(), "schema": {"const": new()}, new(): new()},
        },
        "reasoning_effort": new(),
        "service_tier": new(),
        "stop": [new(), new()],
        "user": new(),
        "logit_bias": {new(): 1},
        "metadata": {new(): new()},
        "prediction": {"type": "content", "content": new()},
        new(): {new(): [new()]},
    }


def messages_body() -> dict[str, Any]:
    """A Messages request with a text of its own in every place that takes one."""
    new = counted()
    cache = {"type": "ephemeral", "ttl": new()}
    return {
        "model": "auto",
        "max_tokens": 10,
        "system": [{"type": "text", "text": new(), "cache_control": cache}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": new(), "citations": [{"cited_text": new()}]},
                    {"type": "image", "source": {"type": "url", "url": f"https://h/{new()}"}},
                    {"type": "image", "source": {"type": "base64", "media_type": new(), "data": new()}},
                    {
                        "type": "document",
                        "title": new(),
                        "context": new(),
                        "source": {"type": "text", "media_type": "text/plain", "data": new()},
                    },
                    {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": new()}]}},
                    {"type": "search_result", "source": new(), "title": new(), "content": [{"text": new()}]},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": new(), "signature": new()},
                    {"type": "redacted_thinking", "data": new()},
                    {"type": "text", "text": new()},
                    {"type": "tool_use", "id": new(), "name": new(), "input": {new(): {"a": new(), "n": 491701234567}}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": new(), "content": [{"type": "text", "text": new()}]},
                    {"type": "text", "text": new()},
                ],
            },
        ],
        "tools": [
            {"name": new(), "description": new(), "input_schema": {"type": "object", "properties": {new(): {}}},
             "input_examples": [{new(): new()}]},
            {"type": "web_search_20250305", "name": "web_search", "allowed_domains": [new()]},
        ],
        "tool_choice": {"type": "tool", "name": new()},
        "stop_sequences": [new()],
        "metadata": {"user_id": new()},
        "output_config": {"effort": new(), new(): new()},
        "mcp_servers": [{"url": f"https://h/{new()}", "authorization_token": new()}],
        "service_tier": new(),
        new(): new(),
    }  # fmt: skip


def embeddings_body() -> dict[str, Any]:
    """An embedding request likewise."""
    new = counted()
    return {"model": "auto", "input": [new(), new()], "user": new(), "metadata": {new(): new()}, new(): [new()]}


def rerank_body() -> dict[str, Any]:
    """A rerank request likewise."""
    new = counted()
    documents = [new(), {"text": new(), "author": new()}]
    return {"model": "auto", "query": new(), "documents": documents, "user": new(), new(): new()}


ROADS = {
    "openai": (ChatCaller, ChatProvider, chat_body),
    "anthropic": (MessagesCaller, MessagesProvider, messages_body),
    "embeddings": (EmbeddingsCaller, EmbeddingsProvider, embeddings_body),
    "rerank": (RerankCaller, RerankProvider, rerank_body),
}


def parsed(road: str) -> Any:
    caller, _, body = ROADS[road]
    return caller().parse(json.dumps(body()).encode())


def encoded(road: str, request: Any) -> str:
    dialect = "anthropic" if road == "anthropic" else "openai"
    target = Target("t", "real", "http://h/v1", dialect, PUBLIC)
    body = ROADS[road][1]().encode(request, target).body
    return json.dumps(json.loads(body), ensure_ascii=False)


def originals(road: str) -> list[str]:
    """The texts of the body; those of a file that is base64 in it, decoded."""
    found = set()
    for text in (json.dumps(ROADS[road][2]()), *(field.text for field in walk(parsed(road)))):
        found |= set(re.findall(r"Zq\d{3}x", text))
    return sorted(found)


@pytest.mark.parametrize("road", ROADS)
def test_every_text_that_goes_out_is_told(road):
    request = parsed(road)
    told = "\n".join(field.text for field in walk(request))

    missing = [text for text in originals(road) if text in encoded(road, request) and text not in told]

    assert missing == []


@pytest.mark.parametrize("road", ROADS)
def test_what_is_told_is_gone_where_it_is_changed(road):
    request = parsed(road)
    assert any(text in encoded(road, request) for text in originals(road))

    out = encoded(road, rewrite(request, lambda _: MARK))

    assert [text for text in originals(road) if text in out] == []
    assert "4111111111111111" not in out
    assert "491701234567" not in out


@pytest.mark.parametrize("road", ROADS)
def test_each_text_alone_can_be_taken_out(road):
    request = parsed(road)
    for text in originals(road):
        changed = rewrite(request, lambda field, text=text: field.text.replace(text, MARK))
        assert text not in encoded(road, changed)


@pytest.mark.parametrize("road", ROADS)
def test_nothing_changed_is_the_very_same_request(road):
    request = parsed(road)

    assert rewrite(request, lambda field: field.text) is request
    assert rewrite(request, lambda field: "".join(list(field.text))) is request


@pytest.mark.parametrize("road", ROADS)
def test_places_hold_none_of_the_callers_words(road):
    assert [field.where for field in walk(parsed(road)) if "Zq" in field.where] == []


def test_every_member_of_every_struct_is_entered_or_known_to_hold_no_text():
    silent = {
        "Request": {"model", "dialect", "parallel_tool_calls", "stream", "stream_usage", "origin"},
        "EmbeddingRequest": {"model", "dialect", "dimensions", "encoding", "origin", "stream"},
        "RerankRequest": {"model", "dialect", "top", "return_documents", "origin", "stream"},
        "Message": {"role"},
        "ToolResult": {"is_error"},
        "OpaquePart": {"dialect", "kind"},
        "OpaqueTool": {"dialect", "kind"},
        "Tool": {"strict"},
        "ToolChoice": {"mode"},
        "OutputFormat": {"mode", "strict"},
        "Reasoning": {"enabled", "budget", "adaptive"},
        "Grounds": {"chosen"},
        "Sampling": {
            "max_tokens", "temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "seed", "n",
            "logprobs", "top_logprobs",
        },
    }  # fmt: skip
    structs = [each for each in vars(shapes).values() if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    for struct in structs:
        if struct not in {Origin, Passage}:
            entered = {name for name, _ in FORWARDED[struct]}
            assert entered | silent.get(struct.__name__, set()) == set(struct.__struct_fields__), struct


def chat(*messages: Message, **fields: Any) -> Request:
    return Request("auto", messages, "openai", **fields)


def test_provenance():
    request = chat(
        Message("system", (TextPart("rules"),)),
        Message("user", (TextPart("where is it?"),)),
        Message("assistant", (TextPart("answer"), shapes.ToolUse("1", "look", "{}"))),
        Message("tool", (shapes.ToolResult("1", (TextPart("result"),)),)),
    )
    sources = {field.text: field.source for field in walk(request)}

    assert sources["rules"] == sources["where is it?"] == "caller"
    assert sources["answer"] == sources["look"] == "assistant"
    assert sources["result"] == "tool"


def test_documents_in_a_turn_are_not_the_caller_s_words():
    found = {"type": "search_result", "content": [{"type": "text", "text": "a result"}]}
    request = chat(
        Message("user", (shapes.OpaquePart("anthropic", "search_result", found), TextPart("what is it?"))),
        Message("assistant", (shapes.OpaquePart("anthropic", "mcp_tool_result", {"content": "a page"}),)),
        Message("user", (shapes.FilePart(text="a document"), TextPart("and now?"))),
    )
    sources = {field.text: field.source for field in walk(request)}

    assert sources["a result"] == sources["a page"] == sources["a document"] == "tool"
    assert sources["what is it?"] == sources["and now?"] == "caller"


def test_passages_are_told_as_such_and_change_everywhere():
    place = Place("c", "d", 1, "n", "t", 0, 5, "0" * 64)
    passage = Passage(1, "Anna Zq lives here", place, Label.parse("internal"), 1.0)
    asked = chat(Message("user", (TextPart("where does she live?"),)))
    request = msgspec.structs.replace(
        grounded(asked, [passage]), grounds=Grounds("where does she live?", (passage,), asked.messages)
    )

    sources = {field.where: field.source for field in walk(request)}
    changed = rewrite(request, lambda field: field.text.replace("Anna Zq", MARK))

    assert sources["messages[1].parts[0].text"] == sources["grounds.passages[0].text"] == "passage"
    assert "Anna" not in repr(changed)
    assert changed.grounds.asked is request.grounds.asked


def test_what_nobody_can_read_is_not_told():
    blob = base64.b64encode(bytes(range(256))).decode()
    request = chat(
        Message("user", (shapes.ImagePart(data=blob, media_type="image/png"),)),
        Message("assistant", (ThoughtPart("thought", signature=blob), ThoughtPart(redacted=blob))),
    )

    assert [field.text for field in walk(request)] == ["thought"]


def test_a_signature_that_is_none_is_told():
    request = chat(Message("assistant", (ThoughtPart("t", signature="write to anna@example.com"),)))

    assert "write to anna@example.com" in [field.text for field in walk(request)]


def test_a_text_file_in_base64_is_told_as_its_text_and_written_back():
    content = "Dear Zq,\n" + "all is well. " * 10
    request = chat(Message("user", (shapes.FilePart(data=base64.b64encode(content.encode()).decode()),)))

    changed = rewrite(request, lambda field: field.text.replace("Zq", MARK))

    assert [field.text for field in walk(request)] == [content]
    assert base64.b64decode(changed.messages[0].parts[0].data).decode() == content.replace("Zq", MARK)


def test_token_ids_are_left_as_they_are():
    request = EmbeddingRequest("auto", ((1, 2, 300_000),))

    assert list(walk(request)) == []
    assert rewrite(request, lambda _: MARK) is request


def test_headers_of_the_dialect_go_where_they_change():
    request = chat(
        Message("user", (TextPart("hi"),)), origin=Origin("anthropic", {}, (("anthropic-beta", "files-Zq"),))
    )

    assert rewrite(request, lambda field: field.text.replace("Zq", "")).origin is None


@pytest.mark.parametrize("road", ["openai", "anthropic"])
def test_a_member_can_be_left_out(road):
    request = parsed(road)
    left = [field.where for field in walk(request, without=("tools",))]

    assert [where for where in left if where.startswith(("tools", "body.tools"))] == []
    assert left == [field.where for field in walk(request) if not field.where.startswith(("tools", "body.tools"))]


def test_words_of_the_dialects_are_not_told():
    told = [field.text for road in ROADS for field in walk(parsed(road))]

    assert not set(told) & WORDS
