"""Two runs of a dataset become what a router is taught."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.model import Example, Result, Scored, State
from freehold.evaluate.router import gathering
from freehold.evaluate.router.features import NAMES
from freehold.evaluate.router.gathering import Outcome, paired, points_of, slices_of


def asking(text: str) -> Request:
    return Request("", (Message("user", (TextPart(text),)),), "openai")


def example(place: int) -> Example:
    return Example(f"ex_{place}", asking(f"Question {place}?"), slices={"task": "odd" if place % 2 else "even"})


def result(place: int, value: float | None, state: State = "answered", scorer: str = "exact") -> Result:
    return Result(place, f"ex_{place}", state, scores={scorer: Scored(value)})


EXAMPLES = {place: example(place) for place in range(6)}


def test_examples_that_both_have_a_score_for_are_paired() -> None:
    weak = [result(0, 1.0), result(1, 0.0), result(2, None), result(3, 1.0, "failed"), result(4, 1.0)]
    strong = [result(4, 0.5), result(1, 1.0), result(2, 1.0), result(3, 1.0)]
    found = paired(EXAMPLES, weak, strong, "exact")
    assert [(each.example, each.weak, each.strong) for each in found] == [("ex_1", 0.0, 1.0), ("ex_4", 1.0, 0.5)]
    assert found[0].slices == {"task": "odd"}


def test_scores_of_another_scorer_are_none() -> None:
    assert paired(EXAMPLES, [result(0, 1.0)], [result(0, 1.0, scorer="f1")], "exact") == []


def test_an_example_that_was_erased_is_left_out() -> None:
    assert paired({}, [result(0, 1.0)], [result(0, 1.0)], "exact") == []


def test_the_last_are_taken_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST", 2)
    results = [result(place, 1.0) for place in range(6)]
    assert [each.example for each in paired(EXAMPLES, results, results, "exact")] == ["ex_4", "ex_5"]


def test_slices_that_say_something_are_known() -> None:
    def some(size: int, **slices: str) -> list[Outcome]:
        return [Outcome(asking("?"), 1.0, 1.0, {"all": "same", **slices}) for _ in range(size)]

    outcomes = [*some(30, task="a"), *some(12, task="b"), *some(9, task="c")]
    assert slices_of(outcomes) == ("task=a", "task=b")


def test_requests_become_figures() -> None:
    requests = [asking("One?"), asking("Two, three.")]
    found = points_of(requests, np.eye(2, dtype=np.float32), [{"task": "a"}, {}], ["task=a"])
    assert found.meaning.tolist() == [[1, 0], [0, 1]]
    assert found.form.shape == (2, len(NAMES))
    assert found.slices.tolist() == [[1], [0]]
    assert points_of(requests, None, [{}, {}], []).meaning.shape == (2, 0)
