"""A request is neutral, frozen, and loses its origin when a stage changes it."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from freehold.core.request import (
    INSPECTABLE,
    AudioPart,
    EmbeddingRequest,
    FilePart,
    ImagePart,
    Message,
    OpaquePart,
    Origin,
    Part,
    RefusalPart,
    Request,
    TextPart,
    ThoughtPart,
    ToolResult,
    ToolUse,
)

ORIGIN = Origin("openai", {"model": "auto", "messages": [], "odd": 1}, (("openai-beta", "x"),))
HELLO = Request("auto", (Message("user", (TextPart("hello"),)),), "openai", origin=ORIGIN)

PARTS: list[Any] = [
    TextPart("a"),
    ImagePart(url="https://images.example/a.png"),
    AudioPart("UklGRg==", "wav"),
    FilePart(text="a"),
    ThoughtPart("a", signature="s"),
    RefusalPart("no"),
    ToolUse("c1", "find", "{}"),
    ToolResult("c1", (TextPart("a"),)),
    OpaquePart("anthropic", "search_result", {"type": "search_result"}),
]


def test_a_changed_request_no_longer_goes_out_as_its_caller_wrote_it() -> None:
    changed = HELLO.rewritten(model="home")
    assert (changed.model, changed.origin) == ("home", None)
    assert changed.messages == HELLO.messages
    assert (HELLO.model, HELLO.origin) == ("auto", ORIGIN)


def test_a_field_that_there_is_not_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        HELLO.rewritten(modle="home")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_parts_tell_their_kind_when_they_are_written_down(part: Part) -> None:
    assert msgspec.json.decode(msgspec.json.encode(part), type=Part) == part


def test_every_kind_of_part_is_tried_here() -> None:
    assert {type(part) for part in PARTS} == set(get_args(Part))


def test_what_a_guard_can_read_has_nothing_but_text() -> None:
    for kind in INSPECTABLE:
        assert {field.type for field in msgspec.structs.fields(kind) if field.name != "cache"} <= {str, str | None}
    assert not {ImagePart, AudioPart, FilePart, OpaquePart, ToolResult} & set(INSPECTABLE)


@pytest.mark.parametrize("request_", [HELLO, EmbeddingRequest("embed", ("a",))])
def test_a_request_is_frozen(request_: Any) -> None:
    with pytest.raises(AttributeError):
        request_.model = "other"


def test_requests_do_not_share_what_they_hold() -> None:
    one, other = Request("a", (), "openai"), Request("a", (), "openai")
    one.extra["odd"] = 1
    one.metadata["freehold"] = "{}"
    assert (other.extra, other.metadata) == ({}, {})
