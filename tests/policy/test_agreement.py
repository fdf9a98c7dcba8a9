"""Agreement among samples: a vote where answers are compared exactly, a degree where they are prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import Answer, Call
from freehold.policy.agreement import agreements
from support.decisions import an_answer

PROSE = "The capital of France is Paris, a city on the river Seine."
ALIKE = "France has Paris for its capital, a city on the river Seine."
OTHER = "Photosynthesis turns light, water and carbon dioxide into sugar."


def test_short_answers_vote():
    answers = [an_answer("Paris"), an_answer("paris."), an_answer("Lyon")]
    assert agreements(answers) == pytest.approx((2 / 3, 2 / 3, 1 / 3))


def test_json_is_compared_by_what_it_says():
    answers = [an_answer('{"a": 1, "b": [2]}'), an_answer(' {"b":[2],"a":1}'), an_answer('{"a": 1, "b": [3]}')]
    assert agreements(answers) == pytest.approx((2 / 3, 2 / 3, 1 / 3))


def test_tool_calls_are_compared_by_name_and_arguments():
    def calling(name: str, arguments: str) -> Answer:
        return an_answer("", calls=(Call("random", name, arguments),))

    same = [calling("f", '{"a":1,"b":2}'), calling("f", '{"b": 2, "a": 1}')]
    assert agreements(same) == (1.0, 1.0)
    assert agreements([same[0], calling("g", '{"a":1,"b":2}')]) == (0.5, 0.5)
    assert agreements([calling("f", "broken"), calling("f", "")]) == (0.5, 0.5)


def test_prose_agrees_by_degree():
    one, two, three = agreements([an_answer(PROSE), an_answer(ALIKE), an_answer(OTHER)])
    assert 0.5 < one < 1
    assert three < min(one, two)
    assert agreements([an_answer(PROSE), an_answer(PROSE.upper())]) == (1.0, 1.0)


def test_prose_without_spaces_agrees_by_degree_too():
    one = "法国的首都是巴黎，它位于塞纳河畔，是法国最大的城市，也是全国的政治、经济和文化中心所在地。"
    two = "巴黎是法国的首都，它位于塞纳河畔，是法国最大的城市，也是全国的政治、经济和文化中心所在地。"
    assert agreements([an_answer(one), an_answer(two)])[0] > 0.75


def test_a_short_text_and_a_long_one_do_not_agree():
    assert agreements([an_answer("Paris"), an_answer(PROSE)]) == (0.5, 0.5)


texts = st.sampled_from(["Paris", "Lyon", PROSE, ALIKE, OTHER, '{"a": 1}', ""]) | st.text(max_size=80)


@given(st.lists(texts, min_size=1, max_size=5), st.randoms())
def test_agreement_is_bounded_and_does_not_depend_on_order(drawn: list[str], random):
    values = agreements([an_answer(text) for text in drawn])
    assert all(1 / len(drawn) <= value <= 1 + 1e-9 for value in values)
    order = list(range(len(drawn)))
    random.shuffle(order)
    assert agreements([an_answer(drawn[place]) for place in order]) == pytest.approx([values[place] for place in order])


def test_an_answer_without_choices_is_an_empty_one():
    assert agreements([Answer(), an_answer("")]) == (1.0, 1.0)
