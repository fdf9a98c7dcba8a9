"""Names in escapes, in base64 and in letters that look alike are told, and lead to where they stand."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from freehold.core.finding import Finding, Span
from freehold.guards.encoded import Readings, named_again, read
from freehold.guards.fields import Field

NAME = "Zoë Ångström"
ENCODED = base64.b64encode(f"Please call {NAME} tonight".encode()).decode()
WRITTEN = [
    json.dumps(NAME)[1:-1],
    json.dumps(json.dumps(NAME)[1:-1])[1:-1],
    quote(NAME),
    "Zo&euml; &Aring;ngstr&ouml;m",
    "Z\N{CYRILLIC SMALL LETTER O}ë Ångström",
    "Z\u200boë Ång\u00adström",
    " ".join(NAME),
    ENCODED,
]


def field(text: str, where: str = "m[0]") -> Field:
    return Field(where, text, "caller")


def named(text: str, name: str = NAME) -> list[Span]:
    at = text.find(name)
    return [] if at < 0 else [Span(at, at + len(name), "person", 0.8, "names")]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("apart", [False, True])
def test_a_name_that_is_known_is_found_however_it_is_written(written: str, apart: bool) -> None:
    texts = [f"This is {NAME}.", f"say {written} now"] if apart else [f"This is {NAME}, say {written} now"]
    fields = [field(text, f"m[{at}]") for at, text in enumerate(texts)]

    again = named_again(fields, [Finding("m[0]", span) for span in named(texts[0])])

    assert {texts[-1][each.span.start : each.span.end] for each in again if each.where == fields[-1].where} >= {written}
    assert all(each.span.kind == "person" and each.span.family == "personal-data" for each in again)


def test_a_word_of_a_persons_name_is_found_alone() -> None:
    text = f"{NAME} %2C %C3%85ngstr%C3%B6m"

    (again,) = named_again([field(text)], [Finding("m[0]", named(text)[0])])

    assert text[again.span.start : again.span.end] == "%C3%85ngstr%C3%B6m"


def test_only_names_are_looked_for() -> None:
    text = "ada@example.org ada%40example.org"

    assert named_again([field(text)], [Finding("m[0]", Span(0, 15, "email", 0.9, "email"))]) == []


@pytest.mark.parametrize("written", WRITTEN[:6] + WRITTEN[7:])
def test_whoever_finds_names_is_shown_what_is_written_otherwise(written: str) -> None:
    text = f"say {written} now"
    readings = Readings([text, "and no more"])

    (spans, others) = readings.back([named(each) for each in readings.texts])

    assert readings.texts[:2] == [text, "and no more"]
    assert {text[span.start : span.end] for span in spans} == {written}
    assert others == []


@pytest.mark.parametrize("text", ["Plain words, and no more.", 'path = "a\\nb\\tc"; 100% & more', "Größe – “so”"])
def test_what_says_no_more_is_not_shown_twice(text: str) -> None:
    assert Readings([text]).texts == [text]


def test_readings_of_a_name() -> None:
    assert next(read("Zo\\u00eb")) == "Zoë"
    assert list(read("Zoë")) == []


@pytest.mark.parametrize("name", ["Ли Чжэнь", "Мария Сорокина", "Роса", "Zoë Ångström"])
def test_a_name_in_the_letters_of_its_alphabet_is_written_plainly(name: str) -> None:
    assert list(read(name)) == []


def test_a_name_with_letters_of_another_alphabet_is_not() -> None:
    assert list(read("M\u0430rta Ekd\u0430l")) == ["Marta Ekdal"]
