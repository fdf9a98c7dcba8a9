"""The examples that changed."""

from __future__ import annotations

import msgspec

from freehold.core.request import ImagePart, Message, TextPart
from freehold.evaluate.report.cases import LONGEST, asked, cases, cut
from freehold.evaluate.report.material import Columns
from support.evaluations import examples, run_data


def test_the_largest_differences_come_first():
    one, two = run_data("a", size=60, graded=True), run_data("b", size=60, graded=True, seed=2)
    found = cases(Columns(one, 60), Columns(two, 60), ("a", "b"), "exact", one.examples, 5)
    lost = [each.first_score - each.other_score for each in found if each.other_score < each.first_score]
    assert len(lost) == 5
    assert lost == sorted(lost, reverse=True)


def test_a_long_text_is_cut_and_says_so():
    assert cut("short") == "short"
    assert cut("x" * 5000) == "x" * LONGEST + " … (5,000 characters in all)"


def test_a_conversation_is_told_with_who_says_what():
    (example,) = examples(1)
    messages = (Message("system", (TextPart("Be brief."),)), Message("user", (TextPart("Look:"), ImagePart(url="x"))))
    request = msgspec.structs.replace(example.request, messages=messages)
    assert asked(msgspec.structs.replace(example, request=request)) == "system: Be brief.\n\nuser: Look:\n[ImagePart]"
    assert asked(example) == "Question 0: 2 < 3?"


def test_an_expectation_that_is_no_text_is_told_as_json():
    one, two = run_data("a", size=30), run_data("b", size=30, seed=2)
    wanted = [msgspec.structs.replace(each, expected={"à": 1}) for each in one.examples]
    found = cases(Columns(one, 30), Columns(two, 30), ("a", "b"), "exact", wanted)
    assert {each.expected for each in found} == {'{"à": 1}'}
