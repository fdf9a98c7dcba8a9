"""The oracle of the leak test reads what is sent however it is encoded, and says who may see what."""

from __future__ import annotations

import base64
import json
import random
import urllib.parse

import pytest
from stdnum import iban, luhn

from benchmarks.guards.leaks.lattice import PUBLIC, Canary, Document, State, Words, joined, mark, may_see, met


def test_data_flows_up_and_with_its_tags() -> None:
    assert may_see(mark("confidential;eu"), mark("internal;eu"))
    assert not may_see(mark("confidential;eu"), mark("restricted;eu"))
    assert not may_see(mark("restricted"), mark("public;eu"))
    assert joined([mark("internal;eu"), mark("confidential;health")]) == mark("confidential;eu,health")
    assert met([mark("internal;eu"), mark("confidential;eu,health")]) == mark("internal;eu")
    assert joined([]) == met([]) == PUBLIC


@pytest.fixture
def words() -> Words:
    return Words(random.Random(1))


def of_every_form(words: Words) -> list[str]:
    made = [words.word(), words.word(36), words.iban(), words.card(), words.access_key()]
    words.canaries.update({word: Canary(word, 1) for word in made})
    return made


def test_numbers_have_the_right_check_digits(words: Words) -> None:
    for _ in range(50):
        assert iban.is_valid(words.iban())
        assert luhn.is_valid(words.card())


@pytest.mark.parametrize(
    "encode",
    [
        str,
        urllib.parse.quote,
        lambda text: json.dumps({"a": json.dumps([text])}),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
        lambda text: json.dumps({"a": base64.b64encode(text.encode()).decode()}),
        lambda text: json.dumps({text: 1}),
    ],
)
def test_words_are_found_in_whatever_they_are_encoded(words: Words, encode) -> None:
    for word in of_every_form(words):
        assert words.found_in(b"POST /v1/x HTTP/1.1\r\n\r\n" + encode(f"The note says {word}, and more.").encode()) == {
            word
        }


def test_words_that_nobody_made_are_none(words: Words) -> None:
    assert words.found_in(words.word().encode()) == set()


def test_a_word_is_labelled_as_all_that_came_with_it() -> None:
    sources = [("", mark("internal")), ("personal-data", mark("confidential")), ("secrets", mark("restricted"))]
    canary = Canary("zqx", 1, "", sources)
    assert canary.label() == mark("restricted")
    assert canary.label(frozenset({"secrets"})) == mark("confidential")
    canary.fallen = frozenset({"personal-data", "secrets"})
    assert canary.label() == mark("internal")


def test_a_document_may_have_been_what_it_was_at_any_moment_between() -> None:
    document = Document(
        "d", [State(0, PUBLIC, ended=5), State(4, mark("restricted"), ended=9), State(8, PUBLIC, gone=True)]
    )
    assert [state.label for state in document.between(1, 2)] == [PUBLIC]
    assert [state.label for state in document.between(3, 6)] == [PUBLIC, mark("restricted")]
    assert [state.label for state in document.between(6, 7)] == [mark("restricted")]
    assert document.between(10, 11) == []
