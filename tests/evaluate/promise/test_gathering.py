"""From results of runs to outcomes."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from freehold.core.errors import BadRequest
from freehold.core.money import Nanodollars
from freehold.evaluate.model import Evidence, Example, Result, Scored
from freehold.evaluate.promise.gathering import check_slices, gather
from support.decisions import a_request, an_answer

EXAMPLES = {place: Example(f"ex_{place}", a_request()) for place in range(4)}


def a_result(
    place: int, value: float | None = 1.0, *, text: str = "B", state: str = "answered", sound: bool = True
) -> Result:
    return Result(
        place=place,
        example=f"ex_{place}",
        state=state,  # type: ignore[arg-type]
        text=text,
        answer=an_answer(text) if state == "answered" else None,
        evidence=Evidence(0.9, 0.8, sound=sound),
        cost=Nanodollars(1_000),
        saved=Nanodollars(2_000),
        scores={"exact": Scored(value)},
    )


def every(**others: Result) -> dict[int, Result]:
    return {place: others.get(f"at_{place}", a_result(place)) for place in range(4)}


def test_measures_come_from_evidence_and_likeness() -> None:
    found = gather(
        EXAMPLES, {"a": every(), "b": every(at_1=a_result(1, 0.0, text="C")), "c": every()}, ("a", "b"), "c", "exact"
    )
    outcomes = found.outcomes
    assert found.left_out == {}
    assert outcomes.harm().tolist() == [False, True, False, False]
    assert outcomes.measures["likeness:a"].tolist() == [1.0, 0.0, 1.0, 1.0]
    assert outcomes.measures["support:a"][1] == pytest.approx(math.log(0.1))
    assert (outcomes.measures["least:b"] == 0.8).all()
    assert outcomes.costs["c"] == pytest.approx(np.full(4, 3e-6))


def test_a_voice_that_gave_no_sound_answer_is_never_kept() -> None:
    voice = every(at_0=a_result(0, state="failed"), at_1=a_result(1, sound=False))
    outcomes = gather(EXAMPLES, {"a": voice, "c": every()}, ("a",), "c", "exact").outcomes
    assert outcomes.usable.tolist() == [False, False, True, True]
    assert outcomes.right["a"].tolist() == [False, True, True, True]
    assert np.isnan(outcomes.measures["confidence:a"][0])


def test_an_answer_without_probabilities_is_never_kept_where_others_have_them() -> None:
    unsure = msgspec.structs.replace(a_result(0), evidence=Evidence(None, None))
    found = gather(EXAMPLES, {"a": every(at_0=unsure), "c": every()}, ("a",), "c", "exact")
    assert found.outcomes.usable.tolist() == [False, True, True, True]
    none = {place: msgspec.structs.replace(result, evidence=Evidence()) for place, result in every().items()}
    assert gather(EXAMPLES, {"a": none, "c": every()}, ("a",), "c", "exact").outcomes.usable.all()


def test_what_cannot_be_judged_is_left_out_and_counted() -> None:
    stronger = every(at_0=a_result(0, state="failed"), at_1=a_result(1, None))
    voice = every(at_2=a_result(2, state="skipped"))
    found = gather(EXAMPLES, {"a": voice, "c": stronger}, ("a",), "c", "exact")
    assert (found.outcomes.size, found.left_out) == (1, {"not answered": 2, "not scored": 1})
    missing = {place: result for place, result in every().items() if place}
    assert gather(EXAMPLES, {"a": missing, "c": every()}, ("a",), "c", "exact").left_out == {
        "not asked of every target": 1
    }
    barred = every(at_3=msgspec.structs.replace(a_result(3, state="refused"), code="label_forbidden"))
    assert gather(EXAMPLES, {"a": every(), "c": barred}, ("a",), "c", "exact").left_out == {"refused by label": 1}


def test_questions_of_one_cluster_count_once_by_the_first_that_can_be_judged() -> None:
    together = {
        place: msgspec.structs.replace(each, slices={"cluster": "document 7"} if place < 3 else {})
        for place, each in EXAMPLES.items()
    }
    voice = every(at_1=a_result(1, 0.0), at_2=a_result(2, 0.0))
    found = gather(together, {"a": voice, "c": every(at_0=a_result(0, state="failed"))}, ("a",), "c", "exact")
    assert found.outcomes.right["a"].tolist() == [False, True]
    assert found.left_out == {"not answered": 1, "of a cluster that counts once": 1}


def test_nothing_to_judge_by_is_said() -> None:
    with pytest.raises(BadRequest, match="c answered, and f1 scored, none of the 4 questions"):
        gather(EXAMPLES, {"a": every(), "c": every()}, ("a",), "c", "f1")


def test_forecasts_are_measures_and_none_where_a_router_cannot_tell() -> None:
    both = {"a": every(), "c": every()}
    found = gather(EXAMPLES, both, ("a",), "c", "exact", forecasts={0: 0.9, 1: None, 2: 0.3}).outcomes
    assert found.measures["forecast"] == pytest.approx([0.9, math.nan, 0.3, math.nan], nan_ok=True)
    assert "forecast" not in gather(EXAMPLES, both, ("a",), "c", "exact").outcomes.measures


def test_scores_between_right_and_wrong_need_somebody_to_say_where_right_begins() -> None:
    graded = every(at_0=a_result(0, 0.667), at_1=a_result(1, 0.2))
    with pytest.raises(BadRequest, match=r"such as 0\.\d+; say from which on one is right"):
        gather(EXAMPLES, {"a": graded, "c": every()}, ("a",), "c", "exact")
    for least, right in ((0.6, True), (0.7, False)):
        found = gather(EXAMPLES, {"a": graded, "c": every()}, ("a",), "c", "exact", right_at=least).outcomes
        assert (found.right["a"][0], found.right["a"][1], found.right["c"][0]) == (right, False, True)


def test_a_slice_that_no_question_has_is_refused() -> None:
    with pytest.raises(BadRequest, match="no question has a slice 'nosuch'; they have none"):
        gather(EXAMPLES, {"a": every(), "c": every()}, ("a",), "c", "exact", ["nosuch"])
    sliced = [Example(f"ex_{n}", a_request(), slices={f"s{n}": "x", "task": "y"}) for n in range(9)]
    check_slices(sliced, ["task", "s8"])
    with pytest.raises(BadRequest, match=r"a slice 'nosuch'; they have 's0', .*'s7' and 2 more$"):
        check_slices(sliced, ["task", "nosuch"])


def test_where_nothing_was_answered_the_commonest_cause_is_told() -> None:
    refused = {p: msgspec.structs.replace(a_result(p, state="refused"), error="label") for p in range(4)}
    with pytest.raises(BadRequest, match=r"none of the 4 questions that were asked \(4 not answered: label\)"):
        gather(EXAMPLES, {"a": every(), "c": refused}, ("a",), "c", "exact")
