"""JSON that is told value by value stays JSON, whatever becomes of its texts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.fields import Field
from freehold.guards.json_fields import JsonTelling

MARK = "[*]"


def arguments_of(text: str, change: Callable[[Field], str]) -> str:
    return JsonTelling(change).arguments(text, "arguments")


def told(text: str) -> list[str]:
    """What a call's arguments tell."""
    found: list[str] = []

    def note(field: Field) -> str:
        found.append(field.text)
        return field.text

    arguments_of(text, note)
    return found


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e300, 1e300) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(json_values)
def test_arguments_stay_json_whatever_is_changed(value):
    text = json.dumps(value)

    assert arguments_of(text, lambda field: field.text) == text
    written = arguments_of(text, lambda field: f'{field.text}"\\\n')
    json.loads(written)


def test_keys_that_become_equal_stay_apart():
    written = arguments_of(
        '{"Anna": 1, "Berta": 2}', lambda field: "[name]" if field.text in {"Anna", "Berta"} else field.text
    )

    assert json.loads(written) == {"[name]": 1, "[name] 1": 2}


def test_a_long_number_is_told_as_text_and_becomes_a_string_where_it_is_changed():
    seen = told('{"a":4111111111111111,"b":2.5e6,"c":42}')

    assert "4111111111111111" in seen
    assert "2500000" in seen
    assert "42" not in seen
    written = arguments_of('{"a": 4111111111111111}', lambda field: "[card]" if field.text[0] == "4" else field.text)
    assert json.loads(written) == {"a": "[card]"}


@pytest.mark.parametrize("depth", [2, 100, 400, 900, 100_000])
def test_arguments_of_any_depth_are_told(depth):
    text = "[" * depth + '"anna@example.com"' + "]" * depth

    assert arguments_of(text, lambda field: field.text) == text
    written = arguments_of(text, lambda field: field.text.replace("anna@example.com", MARK))
    assert written == text.replace("anna@example.com", MARK)


@pytest.mark.parametrize("number", ["1" * 5000, "9" * 400, "1e22", "-1e308", "1e400", "123456.75"])
def test_numbers_of_any_size_are_told(number):
    assert arguments_of(f'{{"a": {number}}}', lambda field: field.text) == f'{{"a": {number}}}'


def test_a_member_given_twice_in_arguments_does_not_hide():
    text = '{"a": "hidden", "a": "shown"}'
    assert any("hidden" in each for each in told(text))

    written = arguments_of(text, lambda field: field.text.replace("hidden", MARK))

    assert "hidden" not in written
    assert json.loads(written) == {"a": "shown"}


def test_a_member_is_named_by_its_number_unless_its_name_is_a_word_of_the_dialects() -> None:
    places: list[str] = []

    def note(field: Field) -> str:
        places.append(f"{field.where} {field.text}")
        return field.text

    JsonTelling(note).json({"properties": {"Anna": ["lives here"]}}, "schema")
    assert places == ["schema.properties{0}:name Anna", "schema.properties{0}[0] lives here"]


def test_a_file_in_a_value_is_told_as_its_text_once_and_written_back_wherever_it_stands() -> None:
    content = "Dear Zq,\n" + "all is well. " * 10
    written = base64.b64encode(content.encode()).decode()
    told: list[str] = []

    def change(field: Field) -> str:
        told.append(field.text)
        return field.text.replace("Zq", MARK)

    telling = JsonTelling(change)
    first = telling.blob(written, "a")
    telling.repeating = True
    assert telling.json({"data": written}, "b") == {"data": first}
    assert base64.b64decode(first).decode() == content.replace("Zq", MARK)
    assert told == [content]


def test_what_was_entered_is_not_entered_again_where_it_is_repeated() -> None:
    told: list[str] = []

    def note(field: Field) -> str:
        told.append(field.text)
        return field.text

    telling, value = JsonTelling(note), {"title": "Anna's"}
    assert telling.json(value, "a") is value
    telling.repeating = True
    assert telling.json(value, "b") is value
    assert told == ["Anna's"]
