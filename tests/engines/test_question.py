from __future__ import annotations

import pytest

from freehold.engines.language import terms
from freehold.engines.question import make_query


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("When was it?", "It was in May.", "It was fine."),
        ("How many came?", "Twelve hundred came.", "They came."),
        ("Wer war das?", "Das war damals Otto.", "das war gut."),
        ("Where is it?", "It stands near Paris.", "It stands there."),
        ("Pourquoi ?", "Parce que oui.", "Oui."),
    ],
)
def test_the_kind_of_thing_asked_for_is_known(question: str, answer: str, other: str) -> None:
    kind = make_query(question, "", "en").kind
    assert kind is not None
    assert kind.looks.search(answer)
    assert not kind.looks.search(other)


def test_the_measure_may_go_unsaid_and_the_subject_may_not() -> None:
    query = make_query("How high is the tower?", "", "en")
    assert (query.must, query.may) == (set(terms("tower")), {"high"})


def test_an_earlier_question_helps_one_that_leans_on_it_only() -> None:
    assert make_query("And when was it painted?", "Who built the tower?", "en").earlier == set(terms("build tower"))
    assert make_query("When was the door painted?", "Who built the tower?", "en").earlier == frozenset()


def test_names_and_years_are_told_except_in_german() -> None:
    assert make_query("What did Ada do in 1931?", "", "en").names == {"ada", "1931"}
    assert make_query("Was machte die Frau mit dem Hund?", "", "de").names == frozenset()
