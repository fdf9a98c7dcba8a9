"""Whole answers, written in the Messages dialect."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.event import Answer, Event, Finished, Opened, Text, Thought, ToolCall, Usage, gather
from freehold.wire.anthropic import MessagesCaller
from freehold.wire.anthropic.reply import stop_reason, usage_fields, whole
from support.decisions import a_request

ID = "fh_0123"


def message(*events: Event) -> dict[str, Any]:
    return msgspec.json.decode(whole(gather(events), a_request(), ID))


def test_a_whole_message() -> None:
    said = message(
        Opened(model="big-1"),
        Thought("hm"),
        Thought(signature="s"),
        Thought(redacted="xyz"),
        Text("Yes."),
        ToolCall(0, id="a", name="f", arguments='{"x":1}'),
        ToolCall(1, name="g", arguments="oops"),
        Finished("tool_calls"),
        Usage(10, 5, 2, 1, 3),
    )
    assert said == {
        "id": "msg_fh_0123",
        "type": "message",
        "role": "assistant",
        "model": "big-1",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "redacted_thinking", "data": "xyz"},
            {"type": "text", "text": "Yes."},
            {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}},
            {"type": "tool_use", "id": "toolu_fh_0123_1", "name": "g", "input": {"_raw": "oops"}},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 7,
            "cache_creation_input_tokens": 1,
            "cache_read_input_tokens": 2,
            "output_tokens": 5,
            "output_tokens_details": {"thinking_tokens": 3},
        },
    }


def test_blocks_stand_in_the_order_in_which_they_began() -> None:
    said = message(ToolCall(0, id="a", name="f", arguments="{}"), Text("So."), Finished("tool_calls"))
    assert [block["type"] for block in said["content"]] == ["tool_use", "text"]


def test_an_answer_of_nothing() -> None:
    said = msgspec.json.decode(whole(Answer(), a_request(), ID))
    assert (said["content"], said["stop_reason"]) == ([], "end_turn")


def test_a_refusal_is_a_text_and_a_reason() -> None:
    said = message(Text("I cannot.", refusal=True), Finished("stop"))
    assert (said["content"], said["stop_reason"]) == ([{"type": "text", "text": "I cannot."}], "refusal")


def test_citations_stand_on_the_text() -> None:
    own = {"type": "char_location", "cited_text": "c"}
    said = message(Text("x", annotations=({"type": "citation", "citation": own},)), Finished("stop"))
    assert said["content"] == [{"type": "text", "text": "x", "citations": [own]}]


def test_a_block_ends_with_what_its_citations_are_about() -> None:
    one, two, three = ({"type": "char_location", "cited_text": text} for text in ("1", "2", "3"))
    said = message(
        Text("First. "),
        Text("", annotations=({"citation": one, "at": 7}, {"citation": two, "at": 7})),
        Text("Second. "),
        Text("", annotations=({"citation": three, "end_index": 15},)),
        Text("Third."),
        Finished("stop"),
    )
    assert said["content"] == [
        {"type": "text", "text": "First. ", "citations": [one, two]},
        {"type": "text", "text": "Second. ", "citations": [three]},
        {"type": "text", "text": "Third."},
    ]


def test_a_citation_that_points_past_the_end_stands_at_the_end() -> None:
    own = {"type": "char_location", "cited_text": "c"}
    said = message(Text("x", annotations=({"citation": own, "at": 99},)), Finished("stop"))
    assert said["content"] == [{"type": "text", "text": "x", "citations": [own]}]


@pytest.mark.parametrize(
    ("finish", "reason"), [("length", "max_tokens"), ("pause", "pause_turn"), ("stop", "tool_use")]
)
def test_calls_count_even_where_the_target_forgot_to_say_so(finish: Any, reason: str) -> None:
    answer = gather([ToolCall(0, id="a", name="f", arguments="{}"), Finished(finish)])
    assert stop_reason(answer.choices[0]) == reason


def test_a_target_that_counts_its_cache_apart_gives_no_negative_input() -> None:
    assert usage_fields(Usage(input=5, cached_input=9))["input_tokens"] == 0


def test_a_count_of_tokens() -> None:
    caller = MessagesCaller()
    request = caller.parse_count(b'{"model":"m","messages":[{"role":"user","content":"x"}]}')
    assert request.sampling.max_tokens is None
    assert caller.count(12) == b'{"input_tokens":12}'
