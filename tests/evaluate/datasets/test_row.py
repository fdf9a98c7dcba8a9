"""Rows as people write them, made examples."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from freehold.core.label import Label
from freehold.core.request import TextPart, Tool
from freehold.evaluate.datasets.faults import RowFault
from freehold.evaluate.datasets.row import example_in, moment_ns
from freehold.evaluate.model import Example

TURNS = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]


def words(example: Example) -> list[tuple[str, str]]:
    return [
        (turn.role, part.text) for turn in example.request.messages for part in turn.parts if isinstance(part, TextPart)
    ]


@pytest.mark.parametrize("asked", ["input", "question", "prompt", "query", "problem"])
@pytest.mark.parametrize("right", ["expected", "ideal", "answer", "reference", "output", "target", "completion"])
def test_all_names_of_one_thing_make_the_same_example(asked: str, right: str) -> None:
    example = example_in({asked: "2+2?", right: "4"})
    assert example.id == example_in({"input": "2+2?", "expected": "4"}).id
    assert (words(example), example.expected) == ([("user", "2+2?")], "4")


def test_the_format_of_openai_evals() -> None:
    example = example_in({"input": TURNS, "ideal": ["Hello", "Hi"]})
    assert (words(example), example.expected) == ([("system", "Be kind."), ("user", "Hi")], ["Hello", "Hi"])


def test_the_format_of_fine_tuning_expects_its_last_turn() -> None:
    example = example_in({"messages": [*TURNS, {"role": "assistant", "content": "Hello", "weight": 1}]})
    assert (words(example), example.expected) == ([("system", "Be kind."), ("user", "Hi")], "Hello")
    assert example.id == example_in({"messages": TURNS, "expected": "Hello"}).id


def test_a_last_turn_is_kept_where_the_expectation_is_said() -> None:
    row: dict[str, Any] = {"messages": [*TURNS, {"role": "assistant", "content": "Hel"}], "expected": None}
    assert len(example_in(row).request.messages) == 3
    assert example_in(row).expected is None


def test_a_last_turn_of_calls_expects_calls() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "find", "arguments": '{"a": 1}'}}
    tools = [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}]
    example = example_in({"messages": [*TURNS, {"role": "assistant", "tool_calls": [call]}], "tools": tools})
    assert example.expected == {"tool_calls": [{"name": "find", "arguments": {"a": 1}}]}
    assert isinstance(example.request.tools[0], Tool)


def test_an_instruction_stands_before_its_input() -> None:
    row = {"instruction": "Translate.", "input": "Haus", "output": "house"}
    assert (words(example_in(row)), example_in(row).expected) == ([("user", "Translate.\n\nHaus")], "house")
    assert words(example_in({**row, "input": ""})) == [("user", "Translate.")]


def test_settings_of_the_request_are_kept() -> None:
    row = {"system": "Be kind.", "input": "Hi", "temperature": 0.5, "seed": 3, "extra": {"guided": True}}
    example = example_in({**row, "response_format": {"type": "json_object"}, "model": "other", "user": "ada"})
    assert words(example) == [("system", "Be kind."), ("user", "Hi")]
    assert (example.request.sampling.temperature, example.request.sampling.seed) == (0.5, 3)
    assert example.request.output is not None
    assert (example.request.extra, example.request.model, example.request.user) == ({"guided": True}, "", None)


def test_what_else_a_row_says() -> None:
    row: dict[str, Any] = {
        "input": "Hi",
        "label": "confidential;eu",
        "split": "Test",
        "tests": "assert f()",
        "exchange": "req_1",
    }
    row |= {"metadata": {"task": "greet", "hard": True, "deep": {}}, "tags": "a, b", "slice:lang": "de"}
    example = example_in({**row, "at": "1970-01-01T00:00:01Z"})
    assert example.label == Label.parse("confidential;eu")
    assert example.slices == {"task": "greet", "hard": "true", "a": "yes", "b": "yes", "lang": "de"}
    assert (example.split, example.tests, example.exchange) == ("test", "assert f()", "req_1")
    assert example.at_ns == 1_000_000_000


def test_numbers_are_expected_as_an_answer_would_say_them() -> None:
    assert [example_in({"input": "?", "expected": each}).expected for each in (4, 2.5, True, "x")] == [
        *("4", "2.5", "true", "x")
    ]
    assert example_in({"input": "?", "expected": [1, "one"]}).expected == ["1", "one"]
    assert example_in({"input": "?", "expected": {"n": 1}}).expected == {"n": 1}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"input": "Hi", "at_ns": True}, "at_ns is 'True'; write it as in"),
        ({}, "it has no 'input', only nothing"),
        ({"questoin": "?"}, "is 'questoin' meant as 'question'?"),
        ({"input": "?", "expeted": "a"}, "is it meant as 'expected'?"),
        ({"input": 5}, "input is a number, where text or a list of messages is expected"),
        ({"input": " "}, "input is empty"),
        ({"messages": "Hi"}, "messages is text where a list of turns is expected"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user"}]}, r"messages\[0\].content is required"),
        ({"messages": [{"role": "someone", "content": "Hi"}]}, "someone"),
        ({"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": ""}]}, None),
        ({"messages": [{"role": "user", "content": "?"}, {"role": "assistant"}]}, "says nothing"),
        ({"messages": [{"role": "assistant", "content": "Hello"}]}, "nothing is asked"),
        ({"input": [{"role": "assistant", "content": "a"}] * 2}, "nothing is asked"),
        ({"input": "?", "temperature": 7}, "temperature"),
        ({"input": "?", "expected": math.nan}, "expected holds nan"),
        ({"input": "?", "expected": {"a": [math.inf]}}, "expected holds inf"),
        ({"input": "?", "expected": object()}, "holds a object"),
        ({"input": "?", "label": "spam"}, "call it 'expected'"),
        ({"input": "?", "label": 1}, "call it 'expected'"),
        ({"input": "?", "at": "soon"}, "write it as in 2026-01-31T12:00:00Z"),
        ({"input": "?", "at": math.inf}, "write it as in"),
        ({"input": "?", "slices": 5}, "slices is a number"),
        ({"input": "?", "slices": {"a": "x" * 201}}, "longer than 200"),
        ({"input": "?", "slices": {str(each): "x" for each in range(33)}}, "33 slices"),
        ({"input": "?", "tests": ["a"]}, "tests is a list, where text is expected"),
        ({"input": "?", "extra": []}, "extra is a list, where an object is expected"),
        ({"input": "?", "answer": "a", "output": "b"}, "may both be the expected"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_mend(row: dict[str, Any], told: str | None) -> None:
    if told is None:
        assert example_in(row).expected == ""
        return
    with pytest.raises(RowFault, match=told):
        example_in(row)


@pytest.mark.parametrize(
    "said",
    ["2026-01-31T00:00:00", "2026-01-31", 1_769_817_600, "1769817600", 1_769_817_600_000, 1_769_817_600_000_000_000],
)
def test_moments_are_read_however_they_are_written(said: Any) -> None:
    assert moment_ns(said) == 1_769_817_600 * 10**9
    assert moment_ns(datetime(2026, 1, 31, tzinfo=UTC)) == 1_769_817_600 * 10**9


@pytest.mark.parametrize("said", [True, None, [], 1e300, "yesterday"])
def test_what_is_no_moment_is_refused(said: Any) -> None:
    with pytest.raises((ValueError, OverflowError), match=r"no moment|Invalid isoformat"):
        moment_ns(said)
