from __future__ import annotations

import pytest

from freehold.guards.personal.person import find_persons
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_persons(Reading(text))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Ada Byron and", "Ada Byron"),
        ("Ich heiße Jürgen Groß.", "Jürgen Groß"),
        ("me llamo José María", "José María"),
        ("Je m'appelle Zoë", "Zoë"),
        ("Name: Leigha Mackay\nPhone", "Leigha Mackay"),
        ("name:\tIda O'Neill", "Ida O'Neill"),
        ("Mr. Smith flew", "Smith"),
        ("Mr SMITH flew", "SMITH"),
        ("(Dr. Anna van der Berg)", "Anna van der Berg"),
        ('"Frau Müller-Lüdenscheidt, bitte', "Müller-Lüdenscheidt"),
        ("Dear Ms Lee,", "Lee"),
        ("Dear Ada,", "Ada"),
        ("Best regards,\nAda Byron", "Ada Byron"),
        ("Dr. J. Watson said", "J. Watson"),
    ],
)
def test_a_name_behind_an_opening(text: str, name: str) -> None:
    assert found(text)[-1:] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "My name is on the list",
        "the name is important",
        "Dear Sir or Madam",
        "Dear Customer,",
        "Hello World",
        "names: Dict[str, int]",
        "name = Column(String)",
        "connected to any MS SQL server",
        "if name is ArithOp.DIV and",
        "Hi there",
        "name: string",
        "Hello, this works",
        "The items are fine. Ms means milliseconds",
    ],
)
def test_what_is_none(text: str) -> None:
    assert found(text) == []


def test_a_greeting_alone_is_not_sure() -> None:
    (span,) = find_persons(Reading("Hi Freddy, about the wire"))
    assert span.confidence < 0.5


def test_a_name_in_mid_sentence_is_not_found() -> None:
    assert found("I saw Ada Byron at the fair") == []
