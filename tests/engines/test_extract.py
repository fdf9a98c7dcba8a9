from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.engines.extract import answer, read, summarise

TEXT = [
    "Opening hours\nThe pool opens at seven. The sauna opens at nine. Towels can be hired for two euros.",
    "Ada Brunn founded the pool in 1931. She paid for it herself because the town had no money.",
]


def test_the_sentence_that_says_it_is_quoted_alone() -> None:
    assert answer("When does the sauna open?", read(TEXT)) == ["The sauna opens at nine."]


def test_a_pronoun_brings_the_sentence_that_it_leans_on() -> None:
    assert answer("Why did she pay for the pool herself?", read(TEXT)) == [
        "Ada Brunn founded the pool in 1931.",
        "She paid for it herself because the town had no money.",
    ]


def test_a_heading_is_no_answer() -> None:
    assert "Opening hours" not in answer("What are the opening hours of the pool?", read(TEXT))


def test_a_stranger_or_another_year_is_not_in_the_material() -> None:
    assert answer("When did Otto Kern found the pool?", read(TEXT)) == []
    assert answer("Who founded the pool in 1945?", read(TEXT)) == []


def test_a_question_for_a_number_is_not_answered_without_one() -> None:
    assert answer("How many people founded the town?", read(["The people of the valley founded the town."])) == []


def test_no_material_and_no_words_give_no_answer() -> None:
    assert answer("When?", []) == []
    assert answer("?", read(TEXT)) == []
    assert summarise([]) == []


def test_a_summary_keeps_the_order_and_does_not_repeat() -> None:
    text = ["The pool opened in May. In May the pool was opened. Ada Brunn gave a speech. Bread was free for children."]
    found = summarise(read(text), 3)
    assert len({"The pool opened in May.", "In May the pool was opened."} & set(found)) == 1
    assert found == sorted(found, key=text[0].index)


@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=40), st.integers(1, 4))
def test_whatever_is_quoted_stands_in_the_text(texts: list[str], question: str, count: int) -> None:
    sentences = read(texts)
    known = {sentence.text for sentence in sentences}
    assert set(answer(question, sentences, most=count)) <= known
    chosen = summarise(sentences, count)
    assert set(chosen) <= known
    assert len(chosen) <= count
