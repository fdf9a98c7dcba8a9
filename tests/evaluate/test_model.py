"""The words of evaluation: what they say of themselves, and that they survive being written down."""

from __future__ import annotations

import msgspec

from freehold.core.event import Answer, Choice
from freehold.core.label import Label
from freehold.core.money import Nanodollars
from freehold.evaluate.model import Asked, Dataset, Evidence, Example, Result, Run, Scored, Settings
from support.evaluated import request


def test_what_an_answer_costs_is_what_was_paid_and_what_was_saved() -> None:
    assert Result(0, "ex_1", "answered", cost=Nanodollars(3), saved=Nanodollars(4)).spent == 7


def test_the_text_is_that_of_the_first_choice() -> None:
    assert Asked("answered", Answer(choices=[Choice(text="a"), Choice(text="b")])).text == "a"
    assert Asked("failed").text == Asked("answered", Answer()).text == ""


def test_all_but_labels_comes_back_from_json_as_it_was() -> None:
    scores = {"exact": Scored(1.0)}
    answer = Answer(choices=[Choice(text="yes")])
    result = Result(1, "ex_1", "answered", "yes", answer, Evidence(0.5, 0.25), scores=scores)
    run = Run("run_1", "ds_1", "home", "done", "key_1", 1, Settings(("exact",), budget=Nanodollars(3)), note="so")
    for each in (result, run):
        assert msgspec.json.decode(msgspec.json.encode(each), type=type(each)) == each


def test_examples_and_datasets_say_nothing_of_labels_they_have_not() -> None:
    assert Example("ex_1", request(1)).label is None
    assert Dataset("ds_1", "work", 1, 1, Label.parse("internal")).label == Label.parse("internal")
