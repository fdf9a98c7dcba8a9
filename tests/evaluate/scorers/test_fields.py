from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.core.event import Answer, Call, Choice
from freehold.evaluate.scorers.reading import scorer
from support.scored import example, result, score, value

PERSON = {"name": "Ann", "age": 5, "home": {"city": "Bern", "zip": "3000"}}


def test_the_share_of_fields_is_told_with_what_is_missing_extra_and_of_another_type() -> None:
    said = '{"name": "Ann", "age": "5", "home": {"city": "Bern"}, "pets": []}'
    scored = score("json", said, PERSON)
    assert scored.value == pytest.approx(2 / 5)
    assert "missing: home.zip" in scored.reason
    assert "extra: pets" in scored.reason
    assert "age: text where number" in scored.reason
    assert scored.detail == {"missing": 1, "extra": 1, "wrong": 1}


def test_named_fields_are_compared_alone() -> None:
    said = '{"name": "Ann", "other": 1, "home": {"city": "Rome", "zip": "3000"}}'
    assert value("json:name", said, PERSON) == 1
    assert value("json:home", said, PERSON) == 0.5
    assert value("json:home.zip", said, PERSON) == 1
    assert value("json:nothing", said, PERSON) is None


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', 'Here:\n```json\n{"a": 1}\n```\nDone.', '```\n{"a": 1}\n```', 'It is {"a": 1}, I think.'],
)
def test_json_is_found_where_models_put_it(text: str) -> None:
    assert value("json", text, {"a": 1}) == 1


def test_types_count() -> None:
    assert value("json", '{"a": 1.0}', {"a": 1}) == 1
    assert value("json", '{"a": true}', {"a": 1}) == 0
    assert value("json", '{"a": null}', {"a": 0}) == 0
    assert value("json", '{"a": [1, 2]}', {"a": [2, 1]}) == 0
    assert value("json", "[1, 2]", [1, 2]) == 1
    assert value("json", "[1]", {"a": 1}) == 0


def test_an_expectation_in_text_is_read() -> None:
    assert value("json", '{"a": 1}', '{"a": 1}') == 1
    assert value("json", '{"a": 1}', "Paris") is None


def test_an_answer_without_json_is_wrong() -> None:
    assert value("json", "no", {"a": 1}) == 0
    assert value("json", "[" * 100_000, {"a": 1}) == 0
    assert value("json", '{"a": NaN}', {"a": 1}) == 0


async def test_the_arguments_of_the_one_tool_that_is_called_count() -> None:
    answer = Answer(choices=[Choice(calls=[Call("1", "f", '{"a": 1}')])])
    scored = await scorer("json")(example({"a": 1}), result("", answer=answer))
    assert scored.value == 1


def test_empty_names_are_refused() -> None:
    with pytest.raises(BadRequest, match="json:name"):
        scorer("json:a,,b")
