"""One stand-in for each original, the same in every turn, and none that stands in the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.core.target import Secret
from freehold.guards.letters import squeezed
from freehold.guards.pseudonyms.cast import Cast
from freehold.guards.pseudonyms.conversation import Draw

SECRET = Secret("s")


def cast(*texts: str, conversation: bytes = b"c", given: dict[tuple[str, str], str] | None = None) -> Cast:
    return Cast(SECRET, conversation, texts, given)


def one_of_four(draw: Draw) -> str:
    return f"number-{draw.below(4)}"


@given(st.lists(st.text(min_size=1), unique_by=squeezed, max_size=30))
def test_one_to_one(words: list[str]):
    made = cast()
    stand_ins = [made.word(word) for word in words]
    assert len(set(map(squeezed, stand_ins))) == len(words)
    assert [made.word(word) for word in words] == stand_ins


def test_the_same_in_every_turn_whatever_is_added():
    first = cast("Okafor was here").word("Okafor")
    assert cast("Okafor was here", "and more", "and Chidi").word("Okafor") == first
    assert cast(conversation=b"other").word("Okafor") != first
    assert Cast(Secret("elsewhere"), b"c", ()).word("Okafor") != first


def test_case_and_accents_make_no_difference():
    assert cast().word("ZOÉ") == cast().word("zoe")


def test_what_stands_in_a_text_is_nobody_s_stand_in():
    first = cast().word("Okafor")
    assert cast(f"written by {first.upper()} here").word("Okafor") != first
    assert cast(first[:4], first[4:]).word("Okafor") == first


def test_where_all_are_taken_a_word_in_brackets_stands_in():
    made = cast()
    given = [made.give("ward", str(number), one_of_four) for number in range(6)]
    assert sorted(given)[-4:] == [f"number-{number}" for number in range(4)]
    assert all(word.startswith("[ward ") for word in sorted(given)[:2])
    assert len(set(given)) == 6


def test_what_was_given_before_is_given_again_unless_it_now_stands_in_the_text():
    before = {("name", "okafor"): "Merrick"}
    assert cast(given=before).word("Okafor") == "Merrick"
    assert cast("Merrick himself", given=before).word("Okafor") != "Merrick"
