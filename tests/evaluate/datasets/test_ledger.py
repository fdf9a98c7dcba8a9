"""What people said of answers, made examples."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.label import Label
from freehold.core.request import OpaqueTool, Tool
from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.ledger import opinion_of, read_opinions, request_of

TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}, {"type": "web_search"}]
REQUEST = read_body({"messages": [{"role": "user", "content": "Hi"}], "temperature": 0.5, "tools": TOOLS})
SAID = {"thumb": None, "score": None, "outcome": None, "corrected": None, "comment": None}


def row(name: str, **more: Any) -> dict[str, Any]:
    return {
        **SAID,
        "request": name,
        "asked": "1970-01-01T00:00:02.000Z",
        "consent": True,
        "label": "internal;eu",
        "route": "auto",
        "target": "home",
        "input": msgspec.to_builtins(REQUEST),
        "answer": [{"text": "Hello", "finish": "stop"}],
        **more,
    }


def test_an_accepted_answer_is_what_is_expected() -> None:
    [example] = read_opinions([row("req_1", thumb=1)]).examples
    assert example.request == REQUEST
    assert example.expected == "Hello"
    assert (example.label, example.exchange, example.at_ns) == (Label.parse("internal;eu"), "req_1", 2 * 10**9)
    assert example.slices == {"opinion": "accepted", "route": "auto", "target": "home"}


def test_a_correction_is_what_is_expected_and_the_last_holds() -> None:
    rows = [row("req_1", corrected="One"), row("req_1", corrected="Two"), row("req_1", thumb=1)]
    [example] = read_opinions(rows).examples
    assert (example.expected, example.slices["opinion"]) == ("Two", "corrected")


def test_a_disputed_answer_expects_nothing() -> None:
    [example] = read_opinions([row("req_1", thumb=-1)]).examples
    assert (example.expected, example.slices["opinion"]) == (None, "disputed")


def test_calls_that_were_accepted_are_expected() -> None:
    answer = [{"calls": [{"id": "c", "name": "f", "arguments": '{"a": 1}'}], "finish": "tool_calls"}]
    [example] = read_opinions([row("req_1", thumb=1, answer=answer)]).examples
    assert example.expected == {"tool_calls": [{"name": "f", "arguments": {"a": 1}}]}


@pytest.mark.parametrize(
    ("said", "opinion"),
    [
        ([{"score": 0.9}], "accepted"),
        ([{"score": 0.1}], "disputed"),
        ([{"score": 0.5}], None),
        ([{"outcome": "resolved"}], "accepted"),
        ([{"outcome": "wrong"}], "disputed"),
        ([{"outcome": "opened"}], None),
        ([{"comment": "Well."}], None),
        ([{"thumb": 1}, {"thumb": -1}], "disputed"),
        ([{"thumb": 1, "outcome": "reverted"}], "disputed"),
        ([{"thumb": 1}, {"comment": "Well."}], "accepted"),
        ([{"corrected": "x"}, {"thumb": 1}], "corrected"),
    ],
)
def test_what_several_opinions_come_to(said: list[dict[str, Any]], opinion: str | None) -> None:
    assert opinion_of([{**SAID, **each} for each in said]) == opinion


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"consent": False, "input": None, "answer": None}, "their text is not kept"),
        ({"input": {"inputs": ["a"]}}, "they are no conversations"),
        ({"thumb": None}, "neither good nor bad"),
        ({"label": None}, "their label is not known"),
        ({"answer": [{"text": "Hel", "finish": "length"}]}, "broke off"),
        ({"answer": [{"text": "", "finish": "stop"}]}, "held nothing"),
        ({"answer": None}, "broke off"),
        (
            {"input": {"messages": [{"role": "user", "parts": [{"type": "opaque", "dialect": "x"}]}]}},
            "cannot be written",
        ),
    ],
)
def test_what_makes_no_example_is_told(more: dict[str, Any], why: str) -> None:
    read = read_opinions([row("req_1", **{"thumb": 1, **more}), row("req_2", thumb=1)])
    assert [example.exchange for example in read.examples] == ["req_2"]
    assert read.notes[0] == "1 from the ledger: 1 accepted, 0 corrected, 0 disputed"
    assert read.notes[1].startswith("1 left out: ")
    assert why in read.notes[1]


def test_a_kept_request_is_the_request() -> None:
    read = request_of(msgspec.json.decode(msgspec.json.encode(REQUEST)))
    assert read == REQUEST
    assert [type(tool) for tool in read.tools] == [Tool, OpaqueTool]
