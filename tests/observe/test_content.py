from __future__ import annotations

import json

import msgspec
import pytest

from freehold.core.event import Answer, Choice, Thought
from freehold.core.request import (
    AudioPart,
    FilePart,
    Grounds,
    ImagePart,
    Message,
    OpaquePart,
    Part,
    Request,
    TextPart,
    ThoughtPart,
    ToolResult,
    ToolUse,
)
from freehold.observe.content import (
    MOST_PARTS,
    MOST_TEXT,
    input_messages,
    instructions,
    output_messages,
    tool_definitions,
)


def asking(*messages: Message) -> Request:
    return Request("auto", messages, "openai")


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (TextPart("hi"), {"type": "text", "content": "hi"}),
        (ThoughtPart("hm"), {"type": "reasoning", "content": "hm"}),
        (ToolUse("c", "look", "{}"), {"type": "tool_call", "id": "c", "name": "look", "arguments": "{}"}),
        (
            ToolResult("c", (TextPart("seen"),)),
            {"type": "tool_call_response", "id": "c", "response": [{"type": "text", "content": "seen"}]},
        ),
        (ImagePart(data="aaaa", media_type="image/png"), {"type": "image", "mime_type": "image/png"}),
        (AudioPart("aaaa", "wav"), {"type": "audio", "format": "wav"}),
        (FilePart(data="aaaa", media_type="text/plain"), {"type": "file", "mime_type": "text/plain"}),
        (OpaquePart("openai", "odd", {"secret": "aaaa"}), {"type": "odd"}),
    ],
)
def test_each_part_has_its_shape_and_no_bytes(part: Part, written: object) -> None:
    text = input_messages(asking(Message("user", (part,))))
    assert json.loads(text) == [{"role": "user", "parts": [written]}]
    assert "aaaa" not in text


def test_instructions_are_apart() -> None:
    request = asking(Message("system", (TextPart("be kind"),)), Message("user", (TextPart("hi"),)))
    assert json.loads(instructions(request) or "") == [{"type": "text", "content": "be kind"}]
    assert [turn["role"] for turn in json.loads(input_messages(request))] == ["user"]
    assert instructions(asking()) is None
    assert tool_definitions(asking()) is None


def test_of_a_grounded_request_only_what_its_caller_wrote_is_shown() -> None:
    asked = (Message("user", (TextPart("when?"),)),)
    request = asking(Message("user", (TextPart("SECRET PASSAGE when?"),)))
    grounded = msgspec.structs.replace(request, grounds=Grounds("when?", (), asked))
    assert "SECRET" not in input_messages(grounded)
    assert "when?" in input_messages(grounded)


def test_what_is_long_is_cut_and_the_last_turns_stay() -> None:
    (turn,) = json.loads(input_messages(asking(Message("user", (TextPart("x" * 2 * MOST_TEXT),)))))
    assert len(turn["parts"][0]["content"]) == MOST_TEXT + 1
    many = [Message("user", (TextPart(str(number)),)) for number in range(2 * MOST_PARTS)]
    turns = json.loads(input_messages(asking(*many)))
    assert len(turns) == MOST_PARTS
    assert turns[-1]["parts"][0]["content"] == str(2 * MOST_PARTS - 1)


def test_an_answer_has_its_finish_and_its_thoughts() -> None:
    answer = Answer(choices=[Choice("yes", thoughts=[Thought("hm")], finish="stop"), Choice("no")])
    first, second = json.loads(output_messages(answer))
    assert [part["type"] for part in first["parts"]] == ["reasoning", "text"]
    assert (first["finish_reason"], second["finish_reason"]) == ("stop", "error")
