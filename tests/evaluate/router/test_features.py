"""What is counted of a prompt, whatever its language or task."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.request import Grounds, ImagePart, Message, Request, TextPart
from freehold.evaluate.router.features import MOST, NAMES, features, gist, prompt

QUESTION = "Which of these is 2 + 2?\nA. 3\nB. 4\nC. 5\nAnswer:"


def told(text: str) -> dict[str, float]:
    return dict(zip(NAMES, features(text), strict=True))


@given(st.text(st.characters(), max_size=300))
def test_gives_one_finite_figure_a_name_for_any_text(text: str) -> None:
    assert all(math.isfinite(value) for value in features(text))
    assert len(features(text)) == len(NAMES)


def test_tells_choices_by_their_build() -> None:
    found = told(QUESTION)
    assert found["choices"] == 3 / 5
    assert found["choices that are numbers"] == 1
    assert found["numbers"] == pytest.approx(math.log1p(2))
    assert found["ends with a question mark"] == 1


def test_a_prompt_without_choices_has_none() -> None:
    found = told("Write to the landlord about the heating.")
    assert found["choices"] == found["choices that are numbers"] == found["words that choices share"] == 0


def test_choices_are_told_in_other_scripts_too() -> None:
    found = told("Сколько будет два и два？\nа) три\nб) четыре\n")  # another script is what is tested
    assert found["choices"] == 2 / 5
    assert found["ends with a question mark"] == 1


def test_words_that_choices_share_are_counted() -> None:
    assert told("Pick.\nA. the red cat\nB. the red dog")["words that choices share"] == pytest.approx(2 / 3)
    assert told("Is the cat red?\nA. cat\nB. dog")["words of choices that are asked with"] == pytest.approx(1 / 2)


def test_looks_at_the_beginning_of_a_long_text_only() -> None:
    assert features("a " * MOST) == features("a " * MOST + "and 7 more = signs?")


def saying(*said: tuple[str, str]) -> Request:
    return Request("m", tuple(Message(role, (TextPart(text),)) for role, text in said), "openai")  # type: ignore[arg-type]


def test_a_prompt_is_what_users_say() -> None:
    said = saying(("system", "Be brief."), ("user", "Who wrote it?"), ("assistant", "She did."), ("user", "And when?"))
    assert prompt(said) == "Who wrote it?\nAnd when?"


def test_pictures_are_not_looked_at() -> None:
    parts = (TextPart("Look."), ImagePart("data:image/png;base64,AA=="))
    assert prompt(Request("m", (Message("user", parts),), "openai")) == "Look."


def test_passages_that_were_found_are_no_part_of_the_prompt() -> None:
    plain = saying(("user", "Who wrote it?"))
    passage = Message("user", (TextPart("It was written by nobody."),))
    grounded = plain.rewritten(messages=(passage, *plain.messages), grounds=Grounds("?", (), plain.messages))
    assert prompt(grounded) == prompt(plain)


def test_a_long_prompt_is_known_by_its_end() -> None:
    found = prompt(saying(("user", "x" * (2 * MOST)), ("user", "Now?")))
    assert len(found) == MOST
    assert found.endswith("x\nNow?")


def test_the_gist_of_a_long_text_is_its_beginning_and_its_end() -> None:
    assert gist("Short.") == "Short."
    assert gist("a" * 5000 + "b" * 5000) == "a" * 270 + "\n" + "b" * 130
