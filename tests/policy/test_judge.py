"""Judgement: form vetoes, the measure decides, and what nothing measures is said to be unmeasured."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import Answer, Choice, TokenLogprob
from freehold.policy.judge import Accept, confidence, judge, judge_samples
from support.decisions import a_request, an_answer

ASK = a_request()
SURE, UNSURE = (math.log(0.95),) * 4, (math.log(0.5),) * 4


def test_confidence_is_the_geometric_mean_and_the_least_of_the_token_probabilities():
    value, least = confidence(an_answer(logprobs=(math.log(0.9), math.log(0.4))))
    assert value == pytest.approx(math.sqrt(0.9 * 0.4))
    assert least == pytest.approx(0.4)


def test_the_least_sure_of_several_choices_counts():
    sure, unsure = an_answer(logprobs=SURE).choices[0], an_answer(logprobs=UNSURE).choices[0]
    assert confidence(Answer(choices=[sure, unsure])) == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(),
        an_answer(),
        an_answer(logprobs=(math.nan,)),
        an_answer(logprobs=(*SURE, 0.01)),
        an_answer(logprobs=(math.inf,)),
        Answer(choices=[an_answer(logprobs=SURE).choices[0], Choice()]),
    ],
)
def test_without_token_probabilities_there_is_no_confidence(answer: Answer):
    assert confidence(answer) == (None, None)


@given(st.lists(st.floats(max_value=1e-4), min_size=1))
def test_confidence_is_a_probability_whatever_the_target_says(logs: list[float]):
    value, least = confidence(Answer(choices=[Choice(logprobs=[TokenLogprob("t", log) for log in logs])]))
    assert 0 <= least <= 1
    assert 0 <= value <= 1
    assert least <= value + 1e-9


@pytest.mark.parametrize("impossible", [math.nan, math.inf, 5.0, 0.001])
def test_token_probabilities_that_cannot_be_are_no_sign_of_certainty(impossible: float):
    answer = an_answer(logprobs=(*SURE, impossible))
    for accept in (Accept(at_least=0.5), Accept(at_least=0.5, unknown="escalate")):
        score = judge(ASK, answer, accept)
        assert (score.value, score.least, score.kept) == (None, None, accept.unknown == "keep")
        assert "token probabilities cannot be" in score.reasons[0]


def test_rounding_above_certainty_is_certainty():
    assert confidence(an_answer(logprobs=(0.0, 1e-5))) == (1.0, 1.0)


def test_a_sure_answer_is_kept():
    score = judge(ASK, an_answer(logprobs=SURE), Accept(at_least=0.8))
    assert (score.method, score.kept, score.reasons) == ("confidence", True, ("confidence 0.95 is at least 0.8",))
    assert score.value == pytest.approx(0.95)
    assert score.least == pytest.approx(0.95)


def test_an_unsure_answer_is_not_kept():
    score = judge(ASK, an_answer(logprobs=UNSURE), Accept(at_least=0.8))
    assert (score.kept, score.reasons) == (False, ("confidence 0.5 is below 0.8",))


@pytest.mark.parametrize(("least_token", "kept"), [(0.0, True), (0.3, False)])
def test_one_unlikely_token_counts_where_the_policy_says_so(least_token: float, kept: bool):
    answer = an_answer(logprobs=(0.0,) * 20 + (math.log(0.2),))
    assert judge(ASK, answer, Accept(least_token=least_token)).kept is kept


@pytest.mark.parametrize(
    "accept", [Accept(), Accept(score="agreement"), Accept(score="structure"), Accept(at_least=0.0)]
)
def test_a_fault_of_form_vetoes_whatever_the_confidence(accept: Accept):
    score = judge(ASK, an_answer("Par", finish="length", logprobs=SURE), accept)
    assert (score.method, score.kept, score.reasons) == ("structure", False, ("cut off by the token limit",))
    assert score.value == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("unknown", "kept", "then"), [("keep", True, "kept on its sound form"), ("escalate", False, "not kept")]
)
def test_an_answer_that_nothing_measures_goes_by_the_policy_and_says_so(unknown, kept: bool, then: str):
    score = judge(ASK, an_answer(), Accept(unknown=unknown))
    assert (score.method, score.value, score.kept) == ("confidence", None, kept)
    assert score.reasons == (f"the target gave no token probabilities; {then} (accept.unknown is {unknown})",)


def test_by_structure_alone_an_unsure_answer_is_kept():
    score = judge(ASK, an_answer(logprobs=UNSURE), Accept(score="structure"))
    assert (score.method, score.kept) == ("structure", True)


@given(st.floats(0, 1), st.floats(0, 1))
def test_raising_the_threshold_never_keeps_more(low: float, high: float):
    low, high = sorted((low, high))
    answer = an_answer(logprobs=UNSURE)
    assert judge(ASK, answer, Accept(at_least=low)).kept or not judge(ASK, answer, Accept(at_least=high)).kept


AGREE = Accept(score="agreement", at_least=0.6)


def test_the_answer_that_most_agree_with_is_chosen():
    place, score = judge_samples(ASK, [an_answer("Lyon"), an_answer("Paris"), an_answer("Paris")], AGREE)
    assert place == 1
    assert (score.method, score.kept) == ("agreement", True)
    assert score.reasons == ("agreement 0.6667 among 3 samples is at least 0.6",)


def test_samples_at_odds_are_not_kept():
    place, score = judge_samples(ASK, [an_answer("Lyon"), an_answer("Paris"), an_answer("Nice")], AGREE)
    assert (place, score.kept) == (0, False)
    assert score.value == pytest.approx(1 / 3)


def test_a_faulty_sample_has_a_voice_but_is_never_chosen():
    samples = [an_answer("Paris"), an_answer("Lyon", finish="length"), an_answer("Lyon", finish="length")]
    place, score = judge_samples(ASK, samples, AGREE)
    assert (place, score.kept) == (0, False)


def test_when_every_sample_is_faulty_the_fault_is_told():
    _, score = judge_samples(ASK, [an_answer(""), an_answer("")], AGREE)
    assert (score.method, score.kept, score.reasons) == ("structure", False, ("empty",))


def test_one_sample_alone_measures_nothing():
    _, score = judge_samples(ASK, [an_answer("Paris")], AGREE)
    assert (score.method, score.value, score.kept) == ("agreement", None, True)


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"at_least": 1.1}, "at_least"), ({"at_least": math.nan}, "at_least"), ({"least_token": -1}, "least_token")]
    + [({"samples": samples}, "samples") for samples in (1, 17)],
)
def test_a_threshold_out_of_range_is_refused(fields: dict, name: str):
    with pytest.raises(ValueError, match=f"accept.{name}"):
        Accept(**fields)


def test_a_measure_exactly_at_its_threshold_is_enough():
    certain = an_answer(logprobs=(0.0, 0.0))
    assert judge(ASK, certain, Accept(at_least=1.0, least_token=1.0)).kept
    _, score = judge_samples(ASK, [certain, certain], Accept(score="agreement", at_least=1.0))
    assert (score.kept, score.value) == (True, 1.0)


def test_the_ends_of_each_range_belong_to_it():
    for samples in (2, 16):
        assert Accept(at_least=0.0, least_token=1.0, samples=samples).samples == samples
