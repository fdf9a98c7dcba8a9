"""Reading decoded values as structs, and naming what is wrong as this dialect does."""

from __future__ import annotations

import msgspec
import pytest

from freehold.core.errors import BadRequest
from freehold.wire.anthropic.schema import StreamEvent, TextBlock, ToolSpec, convert


def test_a_value_of_the_right_shape() -> None:
    assert convert({"type": "text", "text": "x", "more": 1}, TextBlock) == TextBlock("x")


@pytest.mark.parametrize(
    ("value", "where", "message"),
    [
        ({}, "messages.0.content.1", "messages.0.content.1.text: Field required"),
        ({"text": 5}, "messages.0.content.1", "messages.0.content.1.text: Expected `str`, got `int`"),
        ({}, "", "text: Field required"),
        ({"text": "", "cache_control": {}}, "system.0", "system.0.cache_control.type: Field required"),
    ],
)
def test_a_wrong_value_is_named(value: object, where: str, message: str) -> None:
    with pytest.raises(BadRequest) as refused:
        convert(value, TextBlock, where)
    assert refused.value.message == message
    assert refused.value.param == message.partition(":")[0]


def test_indices_are_named_with_dots() -> None:
    class Nested(msgspec.Struct):
        tools: list[ToolSpec]

    with pytest.raises(BadRequest) as refused:
        convert({"tools": [{"name": "", "input_schema": {}}]}, Nested)
    assert refused.value.param == "tools.0.name"


def test_events_of_kinds_we_do_not_know_are_read_too() -> None:
    event = msgspec.json.decode(b'{"type":"new","delta":{"type":"new_delta","what":1},"more":[]}', type=StreamEvent)
    assert (event.type, event.delta and event.delta.type) == ("new", "new_delta")
