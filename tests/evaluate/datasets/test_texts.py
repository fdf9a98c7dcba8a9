"""What texts are compared by."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.texts import key_of, last_words, normal, rest_of, text_of


def asking(text: Any, **more: Any) -> Any:
    return read_body({"messages": [{"role": "user", "content": text}], **more})


@pytest.mark.parametrize("text", ["Is it raining?", "is it RAINING", " Is  it\nraining!!", "Is it \uff52aining"])
def test_case_spacing_and_punctuation_are_nothing(text: str) -> None:
    assert normal(text) == "is it raining"


@pytest.mark.parametrize(
    ("one", "other"), [("2+2", "2*2"), ("5", "-5"), ("5 - 3", "5 3"), ("a==b", "a b"), ("C", "C++"), ("25", "2.5")]
)
def test_signs_that_mean_something_stay(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_a_text_of_signs_alone_is_itself() -> None:
    assert normal(" ?  ! ") == "? !"


def test_roles_and_turns_count() -> None:
    asked = read_body({"messages": [{"role": "system", "content": "A"}, {"role": "user", "content": "B"}]})
    assert text_of(asked) == "system a\x1euser b"
    assert last_words(asked.messages) == "B"
    assert last_words(()) == ""


def test_what_is_not_text_makes_another_task_of_the_same_words() -> None:
    image = [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}]
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    json = {"response_format": {"type": "json_object"}}
    asked = [asking("Hi"), asking(image), asking("Hi", tools=[tool]), asking("Hi", **json), asking("Hi", guided=1)]
    assert len({rest_of(each) for each in asked}) == len({key_of(each) for each in asked}) == 5
    assert key_of(asking("hi!", temperature=0.5)) == key_of(asking("Hi"))
