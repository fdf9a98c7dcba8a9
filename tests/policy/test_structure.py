"""Faults of form, each found where it is and nowhere else, and none that gives the content away."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import Answer, Call, Choice
from freehold.core.request import OpaqueTool, OutputFormat, Tool, ToolChoice
from freehold.policy.structure import breach, faults, repeats_itself
from support.decisions import a_request, an_answer

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name"],
    "additionalProperties": False,
}
LOOKUP = Tool("lookup", PERSON)
ANY_JSON = a_request(output=OutputFormat("json"))
A_PERSON = a_request(output=OutputFormat("schema", name="person", schema=PERSON))
WITH_TOOL = a_request(tools=(LOOKUP,))


def a_call(arguments: str = '{"name": "Ada"}', name: str = "lookup") -> Answer:
    return an_answer("", calls=(Call("1", name, arguments),))


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (a_request(), an_answer("Paris.")),
        (a_request(), an_answer("Paris", finish="stop_sequence")),
        (ANY_JSON, an_answer('{"a": 1}')),
        (A_PERSON, an_answer(' {"name": "Ada", "age": 36} ')),
        (WITH_TOOL, a_call()),
        (WITH_TOOL, an_answer("No tool is needed.")),
        (a_request(tools=(LOOKUP,), output=A_PERSON.output), a_call()),
        (a_request(tools=(Tool("now", {"type": "object"}),)), a_call("", "now")),
        (a_request(tools=(LOOKUP,), tool_choice=ToolChoice("required")), a_call()),
        (a_request(tools=(LOOKUP,), tool_choice=ToolChoice("named", "lookup")), a_call()),
        (a_request(tools=(OpaqueTool("openai", "web_search", {}),)), a_call("{}", "web_search")),
        (a_request(tools=(LOOKUP,), parallel_tool_calls=False), a_call()),
        (WITH_TOOL, an_answer("", calls=(Call("1", "lookup", '{"name": "A"}'), Call("2", "lookup", '{"name": "B"}')))),
        (a_request(output=OutputFormat("schema")), an_answer("{}")),
    ],
)
def test_a_sound_answer_has_no_fault(request_, answer: Answer):
    assert faults(request_, answer) == ()


@pytest.mark.parametrize(
    ("request_", "answer", "fault"),
    [
        (a_request(), Answer(), "empty"),
        (a_request(), an_answer(" \n"), "empty"),
        (a_request(), an_answer("Par", finish=None), "broken off before its end"),
        (a_request(), an_answer("Par", finish="length"), "cut off by the token limit"),
        (a_request(), an_answer("Par", finish="content_filter"), "stopped by the target's content filter"),
        (a_request(), an_answer("No.", finish="refusal"), "refused"),
        (a_request(), an_answer("", refusal="I will not."), "refused"),
        (a_request(), an_answer("I'm sorry, but I can't help with that."), "refused"),
        (ANY_JSON, an_answer("Paris"), "not the JSON that was asked for"),
        (ANY_JSON, an_answer('```json\n{"a": 1}\n```'), "not the JSON that was asked for"),
        (ANY_JSON, an_answer('"\ud800"'), "not the JSON that was asked for"),
        (ANY_JSON, an_answer("[1]"), "JSON, but no object"),
        (A_PERSON, an_answer('{"age": 36}'), "breaks the requested schema at required"),
        (A_PERSON, an_answer('{"name": 1}'), "breaks the requested schema at properties/name/type"),
        (WITH_TOOL, a_call(name="delete"), "calls a tool that was not offered"),
        (WITH_TOOL, a_call("{"), "calls lookup with arguments that are not JSON"),
        (WITH_TOOL, a_call("[]"), "calls lookup with arguments that are no object"),
        (WITH_TOOL, a_call('{"name": 1}'), "calls lookup with arguments that break its schema at properties/name/type"),
        (
            a_request(tools=(LOOKUP,), tool_choice=ToolChoice("required")),
            an_answer("Ada."),
            "calls no tool where one was required",
        ),
        (
            a_request(tools=(LOOKUP, Tool("f", {})), tool_choice=ToolChoice("named", "f")),
            a_call(),
            "does not call the tool that was required",
        ),
        (a_request(tools=(LOOKUP,), tool_choice=ToolChoice("none")), a_call(), "calls a tool where none was allowed"),
        (
            a_request(tools=(LOOKUP,), parallel_tool_calls=False),
            an_answer("", calls=(Call("1", "lookup", '{"name": "A"}'), Call("2", "lookup", '{"name": "B"}'))),
            "calls several tools at once where one was allowed",
        ),
        (a_request(), an_answer("Well. " + "and so on " * 40), "repeats itself without end"),
    ],
)
def test_each_fault_is_found_alone(request_, answer: Answer, fault: str):
    assert faults(request_, answer) == (fault,)


def test_json_nested_too_deeply_to_read_is_not_json():
    assert "not the JSON that was asked for" in faults(ANY_JSON, an_answer("[" * 5000 + "]" * 5000))


def test_one_faulty_choice_among_several_is_a_fault_and_is_told_once():
    good, bad = Choice(text="Paris", finish="stop"), Choice(text="", finish="stop")
    assert faults(a_request(), Answer(choices=[good, bad, bad])) == ("empty",)


@given(st.text(min_size=12, alphabet="abcdefghijk"))
def test_a_fault_quotes_nothing_of_the_answer(secret: str):
    answers = [an_answer(json.dumps({"name": 1, secret: secret})), an_answer("", calls=(Call("1", secret, secret),))]
    request = a_request(tools=(LOOKUP,), output=A_PERSON.output)
    found = [fault for answer in answers for fault in faults(request, answer)]
    assert len(found) == 2
    assert not any(secret in fault for fault in found)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"pattern": "("},
        {"$ref": "http://127.0.0.1:9/schema"},
        {"$ref": "file:///etc/passwd"},
        {"$ref": "#/$defs/missing"},
        {"$schema": "https://example.com/unknown"},
    ],
)
def test_a_schema_that_cannot_be_read_is_not_held_against_the_answer(schema: dict):
    assert breach(schema, "anything") is None


def test_a_schema_s_pattern_cannot_hold_the_process():
    assert breach({"pattern": r"^(?=a)(a+)+\1$"}, "a" * 2000 + "!") == "pattern"


def test_a_schema_may_refer_to_itself():
    tree = {"type": "object", "properties": {"child": {"$ref": "#"}}}
    assert breach(tree, {"child": {"child": {}}}) is None
    assert breach(tree, {"child": {"child": 1}}) is not None


@given(st.text(min_size=1, max_size=200).filter(str.strip), st.integers(1, 400), st.text(max_size=50))
def test_a_loop_is_found_when_it_is_long_enough(piece: str, times: int, before: str):
    piece = piece.rstrip() + "."
    expected = times >= 8 and times * len(piece) >= 200
    if expected and len(piece) * 8 <= 2000 and len(piece) <= 200:
        assert repeats_itself(before + piece * times)


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("ab" * 99, False),
        ("ab" * 100, True),
        ("thirty characters in this one." * 7, False),
        ("thirty characters in this one." * 8, True),
        (("x" * 199 + "y") * 8, True),
        (("x" * 200 + "y") * 8, False),
    ],
)
def test_a_loop_begins_at_eight_times_and_two_hundred_characters(text: str, loop: bool):
    assert repeats_itself(text) is loop


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ha. " * 7,
        "| a | b |\n| --- | --- |\n" + "".join(f"| {n} | {n * n} |\n" for n in range(100)),
        " ".join(str(n) for n in range(500)),
        "-" * 60,
    ],
)
def test_what_merely_has_a_rhythm_is_no_loop(text: str):
    assert not repeats_itself(text)
