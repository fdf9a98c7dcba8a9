"""A request as a chat body and back, without what is not the task's own."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.core.errors import BadRequest
from freehold.core.request import Message, OpaquePart, Request, Tool
from freehold.evaluate.datasets.body import CHAT, read_body, write_body

FULL: dict[str, Any] = {
    "messages": [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}]},
    ],
    "tools": [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}],
    "response_format": {"type": "json_schema", "json_schema": {"name": "it", "schema": {"type": "object"}}},
    "temperature": 0.5,
    "max_completion_tokens": 9,
    "top_k": 3,
    "logit_bias": {"5": 1.0},
}


def test_what_is_written_is_what_was_read() -> None:
    assert write_body(read_body(FULL)) == FULL
    assert isinstance(read_body(FULL).tools[0], Tool)


def test_what_is_not_the_tasks_own_is_left_out() -> None:
    more = {"model": "m", "stream": True, "stream_options": {}, "user": "ada", "metadata": {"a": "b"}}
    read = read_body({**FULL, **more, "service_tier": "flex"})
    assert read == read_body(FULL)
    assert (read.model, read.stream, read.origin, read.user) == ("", False, None, None)
    assert read_body({"messages": FULL["messages"], "parallel_tool_calls": True}).parallel_tool_calls is None
    assert {"tools", "response_format", "temperature", "seed"} <= CHAT
    assert not {"model", "user", "messages", "metadata"} & CHAT


def test_a_fault_names_its_member() -> None:
    with pytest.raises(BadRequest, match="temperature") as raised:
        read_body({**FULL, "temperature": 9})
    assert raised.value.param == "temperature"


def test_what_chat_completions_cannot_say_is_refused() -> None:
    part = OpaquePart("anthropic", "search_result", {})
    with pytest.raises(BadRequest, match="cannot be written as a chat completion"):
        write_body(Request(model="", messages=(Message("user", (part,)),), dialect="anthropic"))
