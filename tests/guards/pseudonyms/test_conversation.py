"""What two turns of one conversation share, and nobody else can tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.request import EmbeddingRequest, Grounds, Message, Request, RerankRequest, TextPart
from freehold.core.target import Secret
from freehold.guards.pseudonyms.conversation import Draw, conversation_of

SECRET = Secret("here")


def turns(*texts: str, system: str = "") -> Request:
    roles = ("user", "assistant")
    said = tuple(Message(roles[number % 2], (TextPart(text),)) for number, text in enumerate(texts))
    return Request("m", (Message("system", (TextPart(system),)), *said), "openai")


def test_a_conversation_is_known_by_who_asks_and_how_it_began():
    first = conversation_of(SECRET, "k", turns("Hello"))
    assert conversation_of(SECRET, "k", turns("Hello", "Yes?", "More", system="Be kind")) == first
    assert conversation_of(SECRET, "other", turns("Hello")) != first
    assert conversation_of(Secret("elsewhere"), "k", turns("Hello")) != first
    assert conversation_of(SECRET, "k", turns("Good day")) != first


def test_documents_brought_along_do_not_begin_another():
    plain = turns("Hello")
    grounded = Request(
        "m", turns("Documents: ...\n\nHello").messages, "openai", grounds=Grounds("Hello", (), plain.messages)
    )
    assert conversation_of(SECRET, "k", grounded) == conversation_of(SECRET, "k", plain)


def test_requests_without_turns_have_one_too():
    assert conversation_of(SECRET, "k", EmbeddingRequest("m", ("a", "b"))) != conversation_of(
        SECRET, "k", EmbeddingRequest("m", ("a",))
    )
    assert conversation_of(SECRET, "k", RerankRequest("m", "q", ("a",))) == conversation_of(
        SECRET, "k", RerankRequest("m", "q", ("b",))
    )


@given(st.text(), st.integers(1, 5000))
def test_a_draw_is_the_same_for_the_same_words(word: str, limit: int):
    numbers = [Draw(SECRET, b"c", word).below(limit) for _ in range(2)]
    assert numbers[0] == numbers[1]
    assert 0 <= numbers[0] < limit


def test_a_draw_goes_on_without_repeating_itself():
    draw = Draw(SECRET, b"c", "x")
    drawn = [draw.below(1000) for _ in range(500)]
    assert len(set(drawn)) > 350
    assert Draw(SECRET, b"c", "x", "y").below(10**6) != Draw(SECRET, b"c", "xy").below(10**6)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_digits_begin_with_no_zero(count: int):
    drawn = Draw(SECRET, b"c", "digits").digits(count)
    assert len(drawn) == count
    assert not drawn.startswith("0")
